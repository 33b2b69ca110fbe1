"""The frozen results of a study: the only room that reports may read. Numbers and labels, no words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Decision(StrEnum):
    """May I cut over, must I wait, or must I go back?"""

    GO = "GO"
    HOLD = "HOLD"
    ROLLBACK = "ROLLBACK"


class ReasonCode(StrEnum):
    """The closed list of reasons a verdict may name."""

    EVERY_GUARD_HOLDS = "every guard holds"
    GUARD_FAILS = "guard fails"
    """ROLLBACK: this guard carries the evidence that the candidate is unacceptable."""
    NEEDS_DATA = "needs data"
    """HOLD: this guard cannot say yet; `pairs_needed` says how many more it would take at the present estimate."""
    NEAR_MARGIN = "near the margin"
    """HOLD: the estimate lies so near the margin that no affordable number of pairs will settle it."""
    TOO_FEW_PAIRS = "too few pairs"
    TOO_FEW_HOURS = "too few hours"
    UNCALIBRATED = "uncalibrated"  # no baseline is frozen yet
    RANGE_VIOLATED = "range violated"
    """HOLD: a value lies beyond its metric's declared range; it is never clipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval for an effect. `anytime` ones hold at every look at once; others only at one planned look."""

    low: float
    high: float
    level: float
    anytime: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardResult:
    """One guard: an effect that must not be worse than its margin, with the evidence on both sides.

    Effects are candidate minus incumbent in the metric's own unit, signed so that larger is better for the candidate.
    """

    name: str
    """As in `analysis.metrics.METRICS`: "quality", "gate_failures"."""
    unit: str
    """"points" or "share" (shown as percentage points)."""
    pairs: int
    estimate: float | None
    interval: Interval | None
    margin: float
    """Positive: the largest acceptable loss. The boundary is at -margin."""
    log_e_go: float
    """ln of the e-value against "the loss is at least the margin"."""
    log_e_rollback: float
    """ln of the e-value against "the loss is at most the margin"."""
    go: bool
    """Whether this guard alone allows GO now: log_e_go >= ln(1 / alpha_go)."""
    pairs_needed: int | None
    """More pairs until GO (or until ROLLBACK where the estimate is beyond the margin), by the planner; None: never."""
    required: bool = True
    incumbent_mean: float | None = None
    candidate_mean: float | None = None
    deviation: float | None = None
    """Standard deviation of the paired differences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the verdict is what it is: a code, and where a guard is meant, its numbers."""

    code: ReasonCode
    guard: str | None = None
    unit: str | None = None
    value: float | None = None
    interval: Interval | None = None
    margin: float | None = None
    required: float | None = None
    """What was required (pairs, hours), where the code is about an amount; `value` is what there is."""
    pairs_needed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """GO, HOLD or ROLLBACK with every reason, and how many more pairs would settle it."""

    decision: Decision
    reasons: tuple[Reason, ...]
    pairs: int
    pairs_needed: int | None
    log_e_rollback: float
    """ln of the weighted average of the guards' e-values; ROLLBACK at ln(1 / alpha_rollback)."""
    threshold_go: float
    """ln(1 / alpha_go)."""
    threshold_rollback: float
    """ln(1 / alpha_rollback)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KolmogorovSmirnov:
    """The largest gap between the two distributions, where it is, and the fixed-sample p-value (never decides)."""

    gap: float
    """max |F_incumbent - F_candidate| in [0, 1]."""
    at: float
    candidate_lower: bool
    """At the largest gap the candidate has more of the low values."""
    p_value: float
    """Two-sided, two-sample; ignores pairing and ties, valid for one planned look only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentileShift:
    """How one percentile moved."""

    percentile: int
    incumbent: float
    candidate: float

    @property
    def shift(self) -> float:
        """Candidate minus incumbent, in the metric's unit."""
        return self.candidate - self.incumbent


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One score or feature in both arms."""

    name: str
    """"quality", "similarity", "judge", or a feature's name ("saturation")."""
    kind: str
    """"score" or "feature". Features are described and never gate."""
    layer: str
    incumbent_count: int
    candidate_count: int
    incumbent_mean: float
    candidate_mean: float
    incumbent_deviation: float
    candidate_deviation: float
    edges: tuple[float, ...]
    """Histogram bin edges, length k + 1, shared by both arms."""
    incumbent_histogram: tuple[int, ...]
    candidate_histogram: tuple[int, ...]
    ks: KolmogorovSmirnov
    shifts: tuple[PercentileShift, ...]
    cut: float | None = None
    """The baseline's cut, where this score has one."""

    @property
    def standardised_shift(self) -> float | None:
        """Mean shift in standard deviations of the incumbent; None where the incumbent does not vary."""
        if not self.incumbent_deviation > 0:
            return None
        return (self.candidate_mean - self.incumbent_mean) / self.incumbent_deviation


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSummary:
    """How one arm behaved over the counted pairs."""

    model: str
    outcomes: Mapping[str, int]  # by kind
    labels: Mapping[str, int]  # refusals and failures, by label
    gate_failures: Mapping[str, int]  # by layer
    unjudged: int
    latency_median: Mapping[str, float]
    """Seconds by role ("live", "shadow"): compared only within one role."""
    latency_p95: Mapping[str, float]
    output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was counted, and what was not compared and why."""

    paired: int
    counted: int
    calibration: int
    """Pairs of earlier epochs, the calibration among them; they never enter the verdict."""
    repeats: int
    """Pairs whose brief was seen before in this epoch; the first occurrence is the unit of evidence."""
    unjudged: int
    infrastructure: int
    """Pairs in which an arm could not be asked; never scored."""
    not_compared: Mapping[str, int]
    """Captures that never became a pair, by reason: sampled out, shed, dropped, waiting, dead letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The frozen cuts in force."""

    version: int
    frozen_at: datetime
    outcomes: int
    cuts: Mapping[str, float]
    """Layer to cut; a score strictly below its cut fails the gate."""
    failing: float
    """Share of the calibration outcomes that all cuts and hard failures together fail."""
    budget: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverEvent:
    """One audited move."""

    at: datetime
    actor: str
    verb: str
    from_percent: float
    to_percent: float
    reason: str
    decision: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Everything a report says about one migration at one moment."""

    migration: str
    incumbent: ArmSummary
    candidate: ArmSummary
    made_at: datetime
    epoch: int
    epoch_opened_at: datetime | None
    first_pair_at: datetime | None
    last_pair_at: datetime | None
    verdict: Verdict
    guards: tuple[GuardResult, ...]
    distributions: tuple[Distribution, ...]
    worst: tuple[PairEvidence, ...]
    """Counted pairs with the largest loss of quality, worst first."""
    coverage: Coverage
    baseline: Baseline | None
    cutover: tuple[CutoverEvent, ...]
    percent: float
    """The candidate's share of live traffic now."""
    question: str
    """sha256 of everything the verdict was asked under."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The settings that make the study reproducible, name to value as text."""
    versions: Mapping[str, str] = field(default_factory=dict)
