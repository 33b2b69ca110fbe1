"""What was counted, and what was not compared and why."""

from dataclasses import dataclass

from analysis.results import Coverage, Study
from reports.names import LOSSES, named
from reports.quantities import counted, share, share_of
from reports.text import line


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """One reason with its count."""

    label: str
    about: str
    count: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePart:
    """The lead sentence and both tables."""

    lead: str
    pairs: tuple[CoverageRow, ...]
    """What became a pair, and whether it counts."""
    lost: tuple[CoverageRow, ...]
    """What never became a pair."""


def coverage(study: Study) -> CoveragePart:
    """The coverage of this study."""
    item = study.coverage
    lost = sum(item.not_compared.values())
    seen = item.paired + lost
    return CoveragePart(
        lead=_lead(study, seen, lost),
        pairs=_pair_rows(item),
        lost=tuple(_lost_row(reason, count, seen) for reason, count in _largest_first(item)),
    )


def _lead(study: Study, seen: int, lost: int) -> str:
    item = study.coverage
    if study.source:
        return (
            f"{counted(item.counted, 'pair')} of scores from {line(study.source, 80)}, not made by this harness: hours "
            "of traffic, order of dispatch, style and the checks of live traffic do not apply."
        )
    if not seen:
        return "No live call has been seen yet."
    compared = f"{counted(seen, 'live call')} seen, {item.paired:,} of them answered by both models"
    if not lost:
        return f"{compared}: nothing was left out."
    return f"{compared}; {lost:,} ({share(lost / seen)}) were not compared."


def _pair_rows(item: Coverage) -> tuple[CoverageRow, ...]:
    told = (
        ("Counted", item.counted, "Enter the verdict."),
        ("Calibration and earlier epochs", item.calibration, "Made the baseline or answered an earlier question."),
        ("Repeats", item.repeats, "The brief was seen before; only its first pair counts."),
        ("Late", item.late, "Finished more than a day after the call: shown, never counted."),
        ("Behind", item.behind, "Wait for an earlier call to be compared: pairs count in the order of dispatch."),
        ("Unjudged", item.unjudged, "The judge itself failed, so there is no quality to compare."),
        ("Could not be asked", item.infrastructure, "One of the models was out of reach: quota, outage, timeout."),
    )
    return tuple(
        CoverageRow(label=label, about=about, count=f"{count:,}", share=share_of(count, item.paired))
        for label, count, about in told
    )


def _largest_first(item: Coverage) -> list[tuple[str, int]]:
    return sorted(item.not_compared.items(), key=lambda entry: (-entry[1], entry[0]))


def _lost_row(reason: str, count: int, seen: int) -> CoverageRow:
    name = named(LOSSES, reason)
    return CoverageRow(label=name.label, about=name.about, count=f"{count:,}", share=share_of(count, seen))
