"""The parts of the traffic side by side."""

from dataclasses import dataclass

from markupsafe import Markup

from analysis.results import SegmentSummary, Study
from reports.figures import IntervalRow, intervals
from reports.quantities import difference, estimate_words, number, percent, span
from reports.text import line

NO_SEGMENT = "(none told)"
APART = "\u200b"
WIDE, NARROW = 600, 190


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """One segment in the table."""

    name: str
    role: str
    pairs: str
    incumbent: str
    candidate: str
    difference: str
    interval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """All segments, drawn and told."""

    wide: Markup | None
    """None where no pair names a segment."""
    narrow: Markup | None
    rows: tuple[SegmentRow, ...]
    level: str
    left_out: str
    """Empty, or how many pairs lie in smaller segments."""


def segments(study: Study) -> Segments:
    """The segments of this study, largest first."""
    found = study.segments
    if not found:
        return Segments(wide=None, narrow=None, rows=(), level="", left_out="")
    rest = study.verdict.pairs - sum(item.pairs for item in found)
    return Segments(
        wide=_plot(found, WIDE, words=True),
        narrow=_plot(found, NARROW, words=False),
        rows=tuple(_row(item) for item in found),
        level=percent(100 * found[0].interval.level),
        left_out=f"{rest:,} pairs lie in smaller segments or have no quality." if rest > 0 else "",
    )


def _plot(found: tuple[SegmentSummary, ...], width: int, *, words: bool) -> Markup:
    rows = [
        IntervalRow(
            # Two names may read alike once cut to a line, and a row is known by its name.
            label=f"{_name(item)}{APART * place}",
            told=estimate_words(item.estimate, item.interval.low, item.interval.high, "points"),
            estimate=item.estimate,
            low=item.interval.low,
            high=item.interval.high,
            strong=item.declared,
        )
        for place, item in enumerate(found)
    ]
    told = "; ".join(f"{_name(item)} {difference(item.estimate, 'points')}" for item in found)
    return intervals(rows, width=width, words=words, description=f"Difference of quality per segment: {told}.")


def _name(item: SegmentSummary) -> str:
    return line(item.name, 40) or NO_SEGMENT


def _row(item: SegmentSummary) -> SegmentRow:
    return SegmentRow(
        name=_name(item),
        role="a guard" if item.declared else "",
        pairs=f"{item.pairs:,}",
        incumbent=number(item.incumbent_mean, 1),
        candidate=number(item.candidate_mean, 1),
        difference=difference(item.estimate, "points"),
        interval=span(item.interval.low, item.interval.high, "points"),
    )
