"""Two distributions side by side. Numbers and labels, no words."""

from dataclasses import dataclass

from analysis.results.verdict import Interval


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
class ShiftBand:
    """How far one percentile moved, candidate minus incumbent; the bands of all seven hold together at every look."""

    percentile: int
    low: float
    high: float
    mid_shift: float
    """Of the mid-quantile, which on tied scores moves smoothly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classical:
    """A fixed-sample number: holds for one planned look at these pairs."""

    name: str
    statistic: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Paired values of both arms in detail."""

    pairs: int
    level: float
    """Of everything that holds at every look."""
    surely_lower: float
    """At least so large a share more of the candidate's values lies at or below `surely_lower_at`; 0: nothing sure."""
    surely_lower_at: float
    surely_higher: float
    """At least so large a share fewer."""
    surely_higher_at: float
    swap_p: float | None
    """Of the largest gap, by swapping within pairs; for one planned look. None where there are too many pairs."""
    bands: tuple[ShiftBand, ...]
    """Empty where there are too many different values."""
    classical: tuple[Classical, ...]


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
    panel: Panel | None = None
    """Only where a report asks for it."""

    @property
    def standardised_shift(self) -> float | None:
        """Mean shift in standard deviations of the incumbent; None where the incumbent does not vary."""
        if not self.incumbent_deviation > 0:
            return None
        return (self.candidate_mean - self.incumbent_mean) / self.incumbent_deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleShift:
    """How far one feature has shifted, in standard deviations of the incumbent's calibration pictures."""

    feature: str
    pairs: int
    estimate: float
    interval: Interval
    margin: float
    """Positive; a shift is of note where the whole interval lies beyond it."""
    beyond: bool
    guarded: bool
    """Asked for a GO: both ways must be refuted."""
    go: bool
    """Whether both "lower by the margin" and "higher by the margin" are refuted now."""
    accepted: str | None
    """The reason that a person gave for accepting it."""
