"""How long a migration takes and what it costs under which margins: the numbers behind `shadow init`."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat

from analysis.metrics import METRICS
from analysis.plan import Means
from analysis.plan import plan as planned
from shadow.cli.evidence import asked_with, margins_of
from shadow.prices import DEFAULT_SIZE, NANO, PICTURE_TOKENS, Usage, cost
from shadow.settings import CutoverSettings, PriceSettings, VerdictSettings

CALIBRATION = 150
"""Briefs for the baseline: half as many again as the least that may be frozen."""
WEEK = 7
"""Days that evidence should span where there is time: traffic differs from day to day of the week."""
HASTE = 2
"""Where shadowing every brief would take more than so many days, every brief is shadowed."""
WIDTHS = {"wide": 1.5, "usual": 1.0, "narrow": 0.75}
"""Margins as multiples of the settings' defaults."""
SCALED = (*(f"{metric.name}_margin" for metric in METRICS), "segment_margin")
"""The settings that a width scales, all alike, so that no guard is left behind as the slowest."""
MOST_SEGMENTS = 12
"""More declared segments than this are not counted through: each would be a sliver of the traffic."""

# Tokens of one brief and of one judgement (rubric, brief; reason and thoughts): typical, where a budget takes the most.
BRIEF_TOKENS, RUBRIC_TOKENS, SAID_TOKENS = 100, 200, 500


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
    margins: Mapping[str, float]
    """The keys of `SCALED`, each in its own unit."""
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
    binding: str
    """The guard that decides last."""

    def fits(self, traffic: Traffic) -> bool:
        """Whether the verdict comes before the incumbent is gone and within the money, as far as these are known."""
        in_time = traffic.days_left is None or self.days <= traffic.days_left
        affordable = traffic.money is None or self.money is None or self.money <= traffic.money
        return in_time and affordable


def plans(traffic: Traffic, *, sample: float | None = None, segments: Sequence[str] = ()) -> list[Plan]:
    """One plan for each width of the margins, the widest first. `sample` fixes the share of briefs to shadow.

    Each of the `segments` and the rest together are taken to be equally large. All widths shadow the same share, that
    of the usual one, so that their days can be compared.
    """
    share = (
        _sample(_plan("usual", WIDTHS["usual"], traffic, 1.0, segments).pairs, traffic) if sample is None else sample
    )
    return [_plan(name, width, traffic, share, segments) for name, width in WIDTHS.items()]


def recommended(choices: list[Plan], traffic: Traffic) -> Plan:
    """The usual margins where they fit, else the wide ones where those do, else the usual."""
    usual = next(plan for plan in choices if plan.name == "usual")
    wide = next(plan for plan in choices if plan.name == "wide")
    return wide if wide.fits(traffic) and not usual.fits(traffic) else usual


def days_until(last_day: date | None, today: date) -> int | None:
    """Days left of the incumbent, the last one included; None where its last day is not known."""
    return None if last_day is None else (last_day - today).days + 1


def segments_for_nothing(plan: Plan, traffic: Traffic) -> int:
    """How many segments of equal size may be declared before GO takes a day longer than this plan, at most twelve."""
    width = WIDTHS[plan.name]
    for number in range(1, MOST_SEGMENTS + 1):
        names = [f"segment {item}" for item in range(number)]
        if _plan(plan.name, width, traffic, plan.sample, names).days > plan.days:
            return number - 1
    return MOST_SEGMENTS


def climb(plan: Plan, traffic: Traffic) -> int:
    """Days from GO to all of the traffic: each stage but the last lasts its hours, and until its pairs are there."""
    settings = CutoverSettings()
    lasting = [
        max(hours / 24, pairs / (traffic.per_day * plan.sample))
        for hours, pairs, _ in zip(
            _each(settings.stage_hours), _each(settings.stage_pairs), settings.stages[:-1], strict=False
        )
    ]
    return math.ceil(round(sum(lasting), 6))


def _each(lasting: float | tuple[float, ...]) -> Iterable[float]:
    return lasting if isinstance(lasting, tuple) else repeat(lasting)


def price_of_pair(
    prices: Mapping[str, PriceSettings], *, candidate: str, judge: str, embedder: str
) -> tuple[float, date] | None:
    """USD that shadowing one brief costs at 1K, and the day of the oldest price in it.

    It is the candidate's picture, and judging and embedding both pictures. None where one of the models has no price.
    """
    typical = (
        (candidate, 1, Usage(input_tokens=BRIEF_TOKENS, images=1)),
        (
            judge,
            2,
            Usage(input_tokens=BRIEF_TOKENS + RUBRIC_TOKENS, picture_tokens=PICTURE_TOKENS, output_tokens=SAID_TOKENS),
        ),
        (embedder, 2, Usage(input_tokens=BRIEF_TOKENS, picture_tokens=PICTURE_TOKENS)),
    )
    if any(model not in prices for model, _, _ in typical):
        return None
    nano = sum(times * cost(prices[model], usage, size=DEFAULT_SIZE) for model, times, usage in typical)
    return nano / NANO, min(prices[model].as_of for model, _, _ in typical)


def _plan(name: str, width: float, traffic: Traffic, share: float, segments: Sequence[str]) -> Plan:
    defaults = VerdictSettings()
    margins = {key: round(width * getattr(defaults, key), 5) for key in SCALED}
    verdict = defaults.model_copy(update={**margins, "segments": tuple(segments)})
    found = planned(asked_with(verdict, margins=margins_of(verdict, METRICS)), Means(), {})
    # With margins of this width every guard is within reach of the planner.
    pairs, most = found.pairs or 0, found.pairs_likely or found.pairs or 0
    return Plan(
        name=name,
        margins=margins,
        pairs=pairs,
        pairs_at_most=most,
        sample=share,
        days=_days(pairs, traffic.per_day * share),
        days_at_most=_days(most, traffic.per_day * share),
        money=None if traffic.pair_price is None else (CALIBRATION + pairs) * traffic.pair_price,
        binding=found.binding,
    )


def _sample(pairs: int, traffic: Traffic) -> float:
    target = WEEK if traffic.days_left is None else max(1, min(WEEK, traffic.days_left // 2))
    needed = CALIBRATION + pairs
    if needed > HASTE * traffic.per_day:
        return 1.0
    return min(1.0, math.ceil(100 * needed / (target * traffic.per_day)) / 100)


def _days(pairs: int, rate: float) -> int:
    shortest = CALIBRATION / rate + VerdictSettings().min_hours / 24
    return math.ceil(round(max((CALIBRATION + pairs) / rate, shortest), 6))
