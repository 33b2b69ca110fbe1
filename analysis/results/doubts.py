"""What the evidence itself was checked for. Numbers and labels, no words."""

from dataclasses import dataclass

from analysis.results.verdict import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfComparison:
    """The incumbent against itself: the difference that means nothing."""

    pairs: int
    """Briefs whose incumbent was drawn twice."""
    mean: float
    """Points of quality, second draw minus first."""
    deviation: float | None
    floor: float
    """Half the width of the anytime interval that differences of this spread would have at the verdict's size."""
    log_e_biased: float
    """ln of the e-value against "the second draw is level with the first", both ways."""
    judged_twice: int
    """Pictures that were judged twice."""
    judge_deviation: float | None
    """Standard deviation of one judgement of the same picture, points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """Briefs that were sent more than once: how much each arm's quality varies from one time to the next."""

    briefs: int
    pairs: int
    incumbent_deviation: float | None
    """Points, within a brief."""
    candidate_deviation: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """How much the differences within a cluster resemble each other."""

    clusters: int
    correlation: float
    """Intraclass correlation of the differences of quality."""
    design_effect: float
    """1 + (mean cluster size as a pair sees it - 1) times the correlation."""
    serial_correlation: float
    """Of each difference with the next in dispatch order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Both pictures side by side, asked in both orders. Advisory: it decides nothing."""

    pairs: int
    """Answered in both orders."""
    candidate: int
    """Preferred in both orders."""
    incumbent: int
    ties: int
    """Everything else, `disagreed` among it."""
    disagreed: int
    """The two orders were answered differently."""
    unknown: int
    """Answered in one order only."""
    estimate: float | None
    """Share of pairs that prefer the candidate minus the share that prefer the incumbent."""
    interval: Interval
    first: float | None
    """Share of the answers with a preference that prefer the picture shown first; 0.5 where order means nothing."""
    log_e_position: float
    """ln of the e-value against "order means nothing"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeDrift:
    """Frozen pictures judged again each day, held against their first judgement. Points."""

    pictures: int
    days: int
    """After the first."""
    judgements: int
    shift: float
    """Mean over all days."""
    latest: float
    """Mean of the last day."""
    interval: Interval
    """Of the shift, with what the first judgements are uncertain by."""
    margin: float
    sure: bool
    """Whether a drift by more than the margin is sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """What the evidence itself was checked for."""

    self_comparison: SelfComparison | None = None
    consistency: Consistency | None = None
    dependence: Dependence | None = None
    log_e_uneven_judge: float = 0.0
    """ln of the e-value against "the judge fails on both arms alike"."""
    log_e_sample_ratio: float = 0.0
    """ln of the e-value against "keys are served as they were assigned"."""
    lost_share: float = 0.0
    """Share of the epoch's captures that the harness lost or finished after the deadline."""
    preference: Preference | None = None
    drift: JudgeDrift | None = None
