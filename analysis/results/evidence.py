"""The pairs that are shown. Numbers and labels, no words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFinding:
    """What one layer found about one outcome, with the verdict of the baseline in force."""

    layer: str
    score: float | None
    hard_failure: str | None
    missing: str | None
    below_cut: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEvidence:
    """One arm's outcome of one brief, as the report shows it."""

    kind: str
    label: str
    model: str
    picture: str | None
    """sha256 of the picture's bytes, or None where there is no picture."""
    quality: float | None
    """[0, 100]; None where it is unjudged."""
    gate_failed: bool
    findings: tuple[LayerFinding, ...]
    features: Mapping[str, float]
    latency: float | None  # seconds
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairEvidence:
    """One pair, for showing side by side."""

    capture_id: str
    brief_digest: str
    prompt: str
    segment: str
    incumbent: OutcomeEvidence
    candidate: OutcomeEvidence

    @property
    def difference(self) -> float | None:
        """Quality of the candidate minus that of the incumbent, in points."""
        if self.incumbent.quality is None or self.candidate.quality is None:
            return None
        return self.candidate.quality - self.incumbent.quality
