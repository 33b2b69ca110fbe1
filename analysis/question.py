"""What the verdict is asked under. Changing any of it asks another question, and evidence starts anew."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analysis.limits import LIMITED
from analysis.metrics import METRICS, metric_named
from analysis.style import STYLE_RANGES

NEW_BRIEFS = "new briefs"
MY_LIST = "my list"
POPULATIONS = (NEW_BRIEFS, MY_LIST)
"""What the verdict speaks of: briefs like these that are yet to come, or exactly these briefs as they were sent."""

BETS = "aimed at the margin, 1"
"""Names how the bets are staked and how the evidence for ROLLBACK is weighed: another way is another question."""


def default_margins() -> dict[str, float]:
    """The margin of every metric where the settings name none, in the metric's unit."""
    return {metric.name: metric.margin for metric in METRICS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The guards with their margins, the chances of error allowed, the least evidence, and what scored it.

    Raises ValueError, naming the legal values, for an unknown metric or a number out of range.
    """

    margins: Mapping[str, float] = field(default_factory=default_margins)
    """Metric to the largest acceptable loss, in the metric's unit, positive. These metrics are the guards."""
    segments: tuple[str, ...] = ()
    """Each is a guard of its own on quality; all other pairs together are one more, "other"."""
    segment_margin: float = 5.0
    """Points of quality that may be lost in one segment."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """"latency" in seconds or "output_tokens" in tokens, to what one call may take; each is a guard."""
    limit_margin: float = 0.02
    """Share of calls by which the candidate may be beyond a limit more often."""
    style_margin: float = 0.25
    """Standard deviations of the incumbent; a feature that has surely shifted by more holds until it is accepted."""
    style_guards: tuple[str, ...] = ()
    """Features that must be shown to have shifted by less, both ways, before a GO."""
    drift_margin: float = 2.0
    """Points by which the judge may drift on frozen pictures."""
    similarity_range: tuple[float, float] = (-1.0, 1.0)
    """Cosines that can occur. A tighter one must be declared before the epoch; a cosine beyond it stops the verdict."""
    population: str = NEW_BRIEFS
    alpha_go: float = 0.05
    """The largest chance of ever saying GO while a guard is unacceptable."""
    alpha_rollback: float = 0.05
    """The largest chance of ever saying ROLLBACK while every guard is acceptable."""
    minimum_pairs: int = 200
    minimum_hours: float = 24.0
    """Hours between the first and the last counted dispatch; for representative traffic, not for the error rates."""
    baseline: int | None = None
    """Version of the baseline whose cuts decide what fails the gate; None while uncalibrated."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What else the scores depend on, as text: models, judge, rubric, embedder, floors."""

    def __post_init__(self) -> None:
        """Refuse what no verdict can be asked under."""
        if not self.margins:
            _refuse("a question needs at least one guard")
        for name, margin in self.margins.items():
            _within(f"the margin of {name}", margin, metric_named(name).span)
        for name, limit in self.limits.items():
            _known("limit", name, tuple(LIMITED))
            _within(f"the limit of {name}", limit, float("inf"))
        for feature in self.style_guards:
            _known("style guard", feature, tuple(STYLE_RANGES))
        _known("population", self.population, POPULATIONS)
        _within("segment_margin", self.segment_margin, metric_named("quality").span)
        _within("limit_margin", self.limit_margin, 1)
        _within("drift_margin", self.drift_margin, metric_named("quality").span)
        _within("style_margin", self.style_margin, float("inf"))
        _within("alpha_go", self.alpha_go, 1)
        _within("alpha_rollback", self.alpha_rollback, 1)
        low, high = self.similarity_range
        if not -1 <= low < high <= 1:
            _refuse(f"similarity_range must be two numbers that rise within -1 and 1, not {low:g} and {high:g}")
        if self.minimum_pairs < 0 or self.minimum_hours < 0:
            _refuse("the minimum of pairs and of hours cannot be negative")

    def under(self, baseline: int | None) -> "Question":
        """The same question under this version of the baseline."""
        return replace(self, baseline=baseline)

    def facts(self) -> dict[str, str]:
        """Everything asked, name to value as text, units included; what `digest` is taken of."""
        asked = {
            "alpha_go": repr(float(self.alpha_go)),
            "alpha_rollback": repr(float(self.alpha_rollback)),
            "minimum_pairs": str(self.minimum_pairs),
            "minimum_hours": repr(float(self.minimum_hours)),
            "population": self.population,
            "segments": ", ".join(sorted(self.segments)) or "none",
            "segment.margin": f"{float(self.segment_margin)!r} points",
            "style.margin": f"{float(self.style_margin)!r} standard deviations",
            "drift.margin": f"{float(self.drift_margin)!r} points",
            "style.guards": ", ".join(sorted(self.style_guards)) or "none",
            "similarity.support": " to ".join(repr(float(end)) for end in self.similarity_range),
            "bets": BETS,
            "baseline": "none" if self.baseline is None else str(self.baseline),
        }
        for metric in METRICS:
            if metric.name in self.margins:
                asked[f"{metric.name}.margin"] = f"{float(self.margins[metric.name])!r} {metric.unit}"
                asked[f"{metric.name}.range"] = f"{metric.low!r} to {metric.high!r} {metric.unit}"
                asked[f"{metric.name}.aim"] = f"{metric.typical_deviation!r} {metric.unit}"
        for name, limit in sorted(self.limits.items()):
            asked[f"{name}.limit"] = f"{float(limit)!r} {LIMITED[name]}, margin {float(self.limit_margin)!r} share"
        return {**asked, **{f"settings.{name}": value for name, value in self.settings.items()}}

    def digest(self) -> str:
        """sha256 of the canonical JSON of `facts`, in hexadecimal."""
        canonical = json.dumps(self.facts(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def _within(what: str, value: float, end: float) -> None:
    if not 0 < value < end:
        _refuse(f"{what} must lie between 0 and {end:g}, not {value:g}")


def _known(what: str, name: str, legal: tuple[str, ...]) -> None:
    if name not in legal:
        _refuse(f"unknown {what} {name!r}; legal: {', '.join(legal)}")


def _refuse(message: str) -> None:
    raise ValueError(message)
