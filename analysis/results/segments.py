"""The parts of the traffic side by side. Numbers and labels, no words."""

from dataclasses import dataclass

from analysis.results.verdict import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSummary:
    """Quality within one segment of the counted pairs."""

    name: str
    """"" for pairs without a segment."""
    pairs: int
    """Pairs of this segment in which both arms have a quality."""
    incumbent_mean: float
    """Points."""
    candidate_mean: float
    estimate: float
    """Candidate minus incumbent, points."""
    interval: Interval
    """Holds at every look for this segment on its own, not for all of them at once."""
    declared: bool
    """Whether it is a guard."""
