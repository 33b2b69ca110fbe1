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
