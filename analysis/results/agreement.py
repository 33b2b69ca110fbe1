"""How far a judge and people agree about the same pictures. Numbers and labels, no words."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.results.verdict import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """Judge minus human, points."""

    pictures: int
    mean: float
    interval: Interval | None
    """None for fewer than two pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Judge against people. Every number holds for one planned look."""

    pictures: int
    spearman: float | None
    """Rank correlation; None where one of the two never varies."""
    spearman_interval: Interval | None
    kendall: float | None
    """tau-b."""
    kappa: float | None
    """Quadratically weighted, on the bands of the rubric."""
    same_band: float
    """Share of the pictures in the same band."""
    distance: float
    """Mean absolute difference, points."""
    bias: Bias
    arms: Mapping[str, Bias]
    favour: Bias | None
    """Bias for the candidate minus that for the incumbent; None unless both have two pictures."""
    doubts: tuple[str, ...]
    """Why the judge may not be trusted, by label; none: it may."""
