"""The verdict with its guards and reasons. Numbers and labels, no words."""

from dataclasses import dataclass
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
    ROLLED_BACK = "rolled back earlier"
    """ROLLBACK was said in this epoch before; it stands until a person resumes with a reason."""
    TAIL_NOT_MEASURABLE = "tail not measurable"
    """HOLD: more than a fifth of the incumbent lies below the tail's cut."""
    STYLE_NOT_ACCEPTED = "style not accepted"
    """HOLD: the pictures surely look different, and nobody has accepted it."""
    STYLE_UNDECIDED = "style undecided"
    """HOLD: a feature that was made a guard is not yet shown to have stayed."""
    TOO_MANY_LOST = "too many lost"
    """HOLD: more than 2 % of the captures were lost by the harness."""
    UNEVEN_JUDGE = "uneven judge"
    """HOLD: the judge fails on one arm more often than on the other."""
    NOT_INDEPENDENT = "units not independent"
    """HOLD: briefs of one campaign or session resemble each other too much to be counted singly."""
    HARNESS_BIASED = "harness is biased"
    """HOLD: the incumbent compared with itself is not level."""
    BUDGET_EXHAUSTED = "budget exhausted"
    """HOLD: the evidence is not there and there is no money for more; the default is to keep the incumbent."""
    JUDGE_DRIFT = "judge drift"
    """HOLD: the judge no longer scores the same pictures as it did when the baseline was frozen."""
    SAMPLE_RATIO = "sample ratio"
    """HOLD: the arms do not serve the share of keys that was assigned to them."""


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
    log_e_restarts: float = 0.0
    """ln of the e-value of the copies of the ROLLBACK evidence that start anew every 250 pairs."""
    weight: float = 0.5
    """Of `log_e_rollback` in the average that decides ROLLBACK."""
    restart_weight: float = 0.0
    """Of `log_e_restarts`, likewise."""
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
    where: str = ""
    """The pair (capture id) or the moment that is meant, where there is one."""


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
