"""How the evidence grew over time against its boundary."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from analysis.results import GrowthPoint, GuardResult, Study
from reports.figures import FunnelPoint, Line, funnel, strength_over_pairs
from reports.quantities import counted, moment, strength
from reports.reasons import guard_name
from reports.sections.evidence import STANDINGS
from reports.wording import guard_standing

LEAST = 2
"""Points that make a line."""
WIDE, NARROW = 860, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelCard:
    """How the interval of one guard closed in."""

    label: str
    standing: str
    """"holds", "open" or "fails"."""
    standing_words: str
    chart: Markup
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The strength of the evidence, and each guard by itself; nothing where there is too little to draw."""

    wide: Markup | None
    narrow: Markup | None
    caption: str
    funnels: tuple[FunnelCard, ...]


def growth(study: Study) -> Growth:
    """The growth of the evidence in this study."""
    points = study.growth
    if len(points) < LEAST:
        return Growth(wide=None, narrow=None, caption="", funnels=())
    wide, narrow = (_strengths(study, width) for width in (WIDE, NARROW))
    enough = strength(study.verdict.threshold_go)
    caption = (
        f"Counted pairs from left to right, dispatched up to {moment(points[0].at)} at the first point and "
        f"{moment(points[-1].at)} at the last. The dashed line is the boundary, {enough}; what lies at an edge goes on "
        "beyond it."
    )
    return Growth(wide=wide, narrow=narrow, caption=caption, funnels=tuple(_funnels(study)))


def _strengths(study: Study, width: int) -> Markup:
    points, verdict = study.growth, study.verdict
    # Each is drawn against its own threshold, so that one boundary serves both.
    scale = verdict.threshold_go / verdict.threshold_rollback if verdict.threshold_rollback > 0 else 1.0
    lines = [
        Line(
            label="for GO",
            colour="var(--go)",
            dashed=True,
            values=tuple((point.pairs, point.log_e_go) for point in points),
        ),
        Line(
            label="for ROLLBACK",
            colour="var(--rollback)",
            dashed=False,
            values=tuple((point.pairs, scale * point.log_e_rollback) for point in points),
        ),
    ]
    description = (
        f"Evidence after {counted(points[-1].pairs, 'pair')}: for GO, the weakest guard, "
        f"{strength(points[-1].log_e_go)}; for ROLLBACK {strength(points[-1].log_e_rollback)}; "
        f"{strength(verdict.threshold_go)} is enough."
    )
    return strength_over_pairs(lines, boundary=verdict.threshold_go, width=width, description=description)


def _funnels(study: Study) -> Iterator[FunnelCard]:
    for guard in study.guards:
        path = [found for point in study.growth if (found := _at(point, guard.name)) is not None]
        if len(path) < LEAST:
            continue
        label = guard_name(guard.name).label
        standing = guard_standing(guard, study.verdict.reasons)
        told = _told(guard, path, study.verdict.threshold_go)
        yield FunnelCard(
            label=label,
            standing=standing,
            standing_words=STANDINGS[standing],
            chart=funnel([_point(found) for found in path], description=f"{label}: {told}"),
            told=told,
        )


def _at(point: GrowthPoint, name: str) -> GuardResult | None:
    """The guard at this point, where it had a value to draw."""
    found = next((guard for guard in point.guards if guard.name == name), None)
    drawable = found is not None and found.estimate is not None and found.margin > 0
    return found if drawable else None


def _point(found: GuardResult) -> FunnelPoint:
    estimate = (found.estimate or 0.0) / found.margin
    low, high = (found.interval.low, found.interval.high) if found.interval else (0.0, 0.0)
    return FunnelPoint(
        pairs=found.pairs,
        estimate=estimate,
        low=low / found.margin if found.interval else estimate,
        high=high / found.margin if found.interval else estimate,
    )


def _told(guard: GuardResult, path: list[GuardResult], threshold: float) -> str:
    """When the evidence of this guard was enough, or how much of it there is."""
    first = next((found for found in path if found.go), None)
    now = f"Evidence {strength(guard.log_e_go)} of {strength(threshold)}"
    if guard.go and first is not None:
        return f"{now}, enough since {counted(first.pairs, 'pair')} at the latest."
    return f"{now} after {counted(guard.pairs, 'pair')}."
