"""The evidence per guard: a forest plot and a table."""

import math
from dataclasses import dataclass

from markupsafe import Markup

from analysis.results import GuardResult, Study
from reports.doubts import doubts
from reports.figures import ForestRow, forest
from reports.quantities import (
    NOTHING,
    allowed,
    difference,
    digits_of,
    estimate_words,
    number,
    percent,
    share,
    span,
    strength,
)
from reports.reasons import guard_name
from reports.wording import guard_standing

STANDINGS = {"holds": "Holds", "open": "Not settled", "fails": "Fails"}
WIDE, NARROW = 880, 330
"""Pixels: the plot is drawn twice, so that its words are of a readable size on a phone too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRow:
    """One guard in the table."""

    label: str
    about: str
    standing: str
    """"holds", "open" or "fails"."""
    standing_words: str
    pairs: str
    incumbent: str
    candidate: str
    difference: str
    interval: str
    margin: str
    evidence: str
    needed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All guards, drawn and told."""

    wide: Markup | None
    """None where no guard has an estimate yet."""
    narrow: Markup | None
    rows: tuple[GuardRow, ...]
    level: str
    """Of the intervals: "95%"."""
    evidence_needed: str
    noise: bool
    """Whether the noise floor is drawn."""
    doubts: tuple[str, ...]
    """What the evidence itself was checked for, in sentences."""
    rollback: str
    """How strong the evidence for ROLLBACK is, in a sentence."""


def evidence(study: Study, *, drawn: bool = True) -> Evidence:
    """The evidence of this study; without the plots where they are not `drawn`."""
    verdict = study.verdict
    wide, narrow = (_plot(study, width) if drawn else None for width in (WIDE, NARROW))
    level = next((item.interval.level for item in study.guards if item.interval), 0.95)
    return Evidence(
        wide=wide,
        narrow=narrow,
        rows=tuple(_row(guard, study) for guard in study.guards),
        level=percent(100 * level),
        evidence_needed=strength(verdict.threshold_go),
        noise=any(_noise(guard, study) is not None for guard in study.guards),
        doubts=tuple(doubts(study.doubts)),
        rollback=(
            f"Evidence for ROLLBACK, all guards together: {strength(verdict.log_e_rollback)}. "
            f"At {strength(verdict.threshold_rollback)} the verdict is ROLLBACK."
        ),
    )


def _plot(study: Study, width: int) -> Markup | None:
    rows = [row for guard in study.guards if (row := _forest_row(guard, study, told_more=width == WIDE))]
    if not rows:
        return None
    complete = [row for guard in study.guards if (row := _forest_row(guard, study, told_more=True))]
    told = "; ".join(f"{row.label} {row.told}" for row in complete)
    return forest(rows, width=width, description=f"Difference, candidate minus incumbent, per guard: {told}.")


def _forest_row(guard: GuardResult, study: Study, *, told_more: bool) -> ForestRow | None:
    if guard.estimate is None or not guard.margin > 0:
        return None
    low, high = (guard.interval.low, guard.interval.high) if guard.interval else (guard.estimate, guard.estimate)
    told = estimate_words(guard.estimate, low, high, guard.unit)
    return ForestRow(
        label=guard_name(guard.name).label,
        # A narrow page has no room for the one unit that says nothing.
        told=f"{told} · {_still_needed(guard, study)}" if told_more else told.removesuffix(" cosine"),
        estimate=guard.estimate / guard.margin,
        low=low / guard.margin,
        high=high / guard.margin,
        noise=_noise(guard, study),
    )


def _still_needed(guard: GuardResult, study: Study) -> str:
    standing = guard_standing(guard, study.verdict.reasons)
    if standing != "open":
        return STANDINGS[standing].lower()
    return f"{needed} more pairs" if (needed := _needed(guard)).startswith("about") else "no end foreseeable"


def _noise(guard: GuardResult, study: Study) -> float | None:
    """The noise floor in margins; only quality of the same incumbent is measured twice."""
    found = study.doubts.self_comparison
    if guard.name != "quality" or found is None or found.pairs < 2 or not math.isfinite(found.floor):
        return None
    return found.floor / guard.margin


def _row(guard: GuardResult, study: Study) -> GuardRow:
    name = guard_name(guard.name)
    standing = guard_standing(guard, study.verdict.reasons)
    return GuardRow(
        label=name.label if guard.required else f"{name.label} (advisory)",
        about=name.about,
        standing=standing,
        standing_words=STANDINGS[standing],
        pairs=f"{guard.pairs:,}",
        incumbent=_mean(guard.incumbent_mean, guard.unit),
        candidate=_mean(guard.candidate_mean, guard.unit),
        difference=NOTHING if guard.estimate is None else difference(guard.estimate, guard.unit),
        interval=_interval(guard),
        margin=allowed(guard.margin, guard.unit),
        evidence=strength(guard.log_e_go),
        needed=_needed(guard),
    )


def _interval(guard: GuardResult) -> str:
    return span(guard.interval.low, guard.interval.high, guard.unit) if guard.interval else NOTHING


def _mean(value: float | None, unit: str) -> str:
    if value is None:
        return NOTHING
    return share(value) if unit == "share" else number(value, digits_of(unit))


def _needed(guard: GuardResult) -> str:
    if guard.pairs_needed is None:
        return NOTHING if guard.estimate is None else "not foreseeable"
    return f"about {guard.pairs_needed:,}" if guard.pairs_needed else "none"
