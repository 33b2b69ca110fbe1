"""How long a migration takes and what it costs under which margins: the numbers behind `shadow init`."""

import math
from dataclasses import dataclass
from datetime import date

from analysis.guarding import of, pairs_until_go
from analysis.question import Question
from shadow.settings import VerdictSettings

CALIBRATION = 150
"""Briefs for the baseline: half as many again as the least that may be frozen."""
WEEK = 7
"""Days that evidence should span where there is time: traffic differs from day to day of the week."""
HASTE = 2
"""Where shadowing every brief would take more than so many days, every brief is shadowed."""
NINE_IN_TEN = 1.2816
"""Quantile of the normal distribution below which nine in ten lie."""
WIDTHS = {"wide": 1.5, "usual": 1.0, "narrow": 0.75}
"""Margins as multiples of the settings' defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What a person knows when they begin."""

    per_day: int
    """Distinct pictures that the live generator makes a day."""
    pair_price: float | None
    """USD for one shadowed brief, or None where it is not known."""
    days_left: int | None = None
    """Days until the incumbent is gone, or None where that is not known."""
    money: float | None = None
    """USD that shadowing may cost, or None for no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one choice of margins means."""

    name: str
    quality_margin: float
    gate_failures_margin: float
    pairs: int
    """Counted pairs until GO for a candidate that is as good: half of the times it takes at most so many."""
    pairs_at_most: int
    """The same for nine times in ten."""
    sample: float
    """Share of the briefs to shadow: all, or of heavy traffic so many that the evidence spans a week."""
    days: int
    days_at_most: int
    money: float | None
    """USD until GO, the baseline included."""

    def fits(self, traffic: Traffic) -> bool:
        """Whether the verdict comes before the incumbent is gone and within the money, as far as these are known."""
        in_time = traffic.days_left is None or self.days <= traffic.days_left
        affordable = traffic.money is None or self.money is None or self.money <= traffic.money
        return in_time and affordable


def plans(traffic: Traffic, *, sample: float | None = None) -> list[Plan]:
    """One plan for each width of the margins, the widest first. `sample` fixes the share of briefs to shadow."""
    return [_plan(name, width, traffic, sample) for name, width in WIDTHS.items()]


def recommended(choices: list[Plan], traffic: Traffic) -> Plan:
    """The usual margins where they fit, else the wide ones where those do, else the usual."""
    usual = next(plan for plan in choices if plan.name == "usual")
    wide = next(plan for plan in choices if plan.name == "wide")
    return wide if wide.fits(traffic) and not usual.fits(traffic) else usual


def days_until(last_day: date | None, today: date) -> int | None:
    """Days left of the incumbent, the last one included; None where its last day is not known."""
    return None if last_day is None else (last_day - today).days + 1


def _plan(name: str, width: float, traffic: Traffic, sample: float | None) -> Plan:
    defaults = VerdictSettings()
    margins = {
        "quality": round(width * defaults.quality_margin, 4),
        "gate_failures": round(width * defaults.gate_failures_margin, 5),
    }
    pairs = max(_pairs(margins, 0.0), defaults.min_pairs)
    most = max(_pairs(margins, NINE_IN_TEN), defaults.min_pairs)
    share = _sample(pairs, traffic) if sample is None else sample
    return Plan(
        name=name,
        quality_margin=margins["quality"],
        gate_failures_margin=margins["gate_failures"],
        pairs=pairs,
        pairs_at_most=most,
        sample=share,
        days=_days(pairs, traffic.per_day * share),
        days_at_most=_days(most, traffic.per_day * share),
        money=None if traffic.pair_price is None else (CALIBRATION + pairs) * traffic.pair_price,
    )


def _pairs(margins: dict[str, float], normal_quantile: float) -> int:
    """Pairs until every guard allows GO for a candidate that is as good as the incumbent."""
    threshold = -math.log(VerdictSettings().alpha_go)
    needs = [pairs_until_go(guard, threshold, normal_quantile) for guard in of(Question(margins=margins))]
    return max(need for need in needs if need is not None)


def _sample(pairs: int, traffic: Traffic) -> float:
    target = WEEK if traffic.days_left is None else max(1, min(WEEK, traffic.days_left // 2))
    needed = CALIBRATION + pairs
    if needed > HASTE * traffic.per_day:
        return 1.0
    return min(1.0, math.ceil(100 * needed / (target * traffic.per_day)) / 100)


def _days(pairs: int, rate: float) -> int:
    shortest = CALIBRATION / rate + VerdictSettings().min_hours / 24
    return math.ceil(round(max((CALIBRATION + pairs) / rate, shortest), 6))
