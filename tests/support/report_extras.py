"""Parts of studies with example values for the report's tests: growth, segments, costs."""

from dataclasses import replace
from datetime import datetime, timedelta

from report_parts import CANDIDATE, HOSTILE, INCUMBENT

from analysis.results import ArmCost, Costs, GrowthPoint, GuardResult, Interval, SegmentSummary, Spending, Study

SEGMENTS = ("landscapes", "portraits", "products", "")


def growth(
    guards: tuple[GuardResult, ...], *, until: datetime, rollback: float, pairs: int = 1475
) -> tuple[GrowthPoint, ...]:
    """Twelve looks: intervals that close in like one over the root of the pairs, evidence that grows evenly."""
    return tuple(
        GrowthPoint(
            pairs=1475 * step // 12,
            at=until - timedelta(hours=5 * (12 - step)),
            guards=tuple(_early(guard, step / 12) for guard in guards),
            log_e_go=min(guard.log_e_go for guard in guards) * step / 12,
            log_e_rollback=rollback * step / 12,
        )
        for step in range(1, 13)
    )


def _early(guard: GuardResult, part: float) -> GuardResult:
    if guard.estimate is None or guard.interval is None:
        return guard
    enough = guard.go and part > 0.6
    half = (guard.interval.high - guard.interval.low) / 2 / part**0.5
    interval = replace(guard.interval, low=guard.estimate - half, high=guard.estimate + half)
    return replace(
        guard,
        pairs=int(guard.pairs * part),
        interval=interval,
        log_e_go=guard.log_e_go * part,
        go=enough,
    )


def segments(loss: float) -> tuple[SegmentSummary, ...]:
    """Four segments, the last without a name; the second loses twice as much."""
    return tuple(
        SegmentSummary(
            name=name,
            pairs=700 // place,
            incumbent_mean=84.0,
            candidate_mean=84.0 - loss * (2 if place == 2 else 1),
            estimate=-loss * (2 if place == 2 else 1),
            interval=Interval(low=-loss - 2 * place, high=2.0 * place - loss, level=0.9, anytime=True),
            declared=place < 3,
        )
        for place, name in enumerate(SEGMENTS, start=1)
    )


def costs() -> Costs:
    """A candidate that is a tenth dearer."""
    return Costs(
        arms=(
            ArmCost(arm="incumbent", model=INCUMBENT, pictures=1456, usd=0.1368, as_of="2026-03-24", uncertain=False),
            ArmCost(arm="candidate", model=CANDIDATE, pictures=1449, usd=0.1505, as_of="2026-07-22", uncertain=True),
        ),
        spending=(
            Spending(model=CANDIDATE, step="image", calls=1475, usd=221.99),
            Spending(model="gemini-3.5-flash", step="judgement", calls=2950, usd=5.98),
        ),
    )


def hostile_extras(study: Study) -> Study:
    """The same study with hostile text in segments, costs and on the way."""
    return replace(
        study,
        segments=tuple(replace(item, name=HOSTILE) for item in study.segments),
        costs=Costs(
            arms=tuple(replace(item, model=HOSTILE, as_of=HOSTILE) for item in study.costs.arms),
            spending=tuple(replace(item, model=HOSTILE, step=HOSTILE) for item in study.costs.spending),
        ),
        growth=growth(study.guards, until=study.made_at, rollback=1.0),
    )
