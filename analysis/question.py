"""What the verdict is asked under. Changing any of it asks another question, and evidence starts anew."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analysis.metrics import METRICS, Metric, metric_named


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
            span = metric_named(name).span
            if not 0 < margin < span:
                _refuse(f"the margin of {name} must lie between 0 and {span:g}, not {margin:g}")
        for side, alpha in (("alpha_go", self.alpha_go), ("alpha_rollback", self.alpha_rollback)):
            if not 0 < alpha < 1:
                _refuse(f"{side} must lie between 0 and 1, not {alpha:g}")
        if self.minimum_pairs < 0 or self.minimum_hours < 0:
            _refuse("the minimum of pairs and of hours cannot be negative")

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The guarded metrics, in the order of `METRICS`."""
        return tuple(metric for metric in METRICS if metric.name in self.margins)

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
            "baseline": "none" if self.baseline is None else str(self.baseline),
        }
        for metric in self.metrics:
            asked[f"{metric.name}.margin"] = f"{float(self.margins[metric.name])!r} {metric.unit}"
            asked[f"{metric.name}.range"] = f"{metric.low!r} to {metric.high!r} {metric.unit}"
        return {**asked, **{f"settings.{name}": value for name, value in self.settings.items()}}

    def digest(self) -> str:
        """sha256 of the canonical JSON of `facts`, in hexadecimal."""
        canonical = json.dumps(self.facts(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def _refuse(message: str) -> None:
    raise ValueError(message)
