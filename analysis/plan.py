"""How long it will take: pairs until GO and until ROLLBACK, which guard binds, and what makes GO impossible."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis import guards
from analysis.arrays import Integers
from analysis.columns import Ledger
from analysis.guarding import Guard, Part, of, pairs_until_go
from analysis.guards import PILOT_PAIRS
from analysis.power import AFFORDABLE_PAIRS, least, planned_pairs
from analysis.question import NEW_BRIEFS, Question
from analysis.sequences import Histogram, log_average, log_bets, log_factors
from analysis.stakes import UNIFORM, Stakes

LIKELY = 1.2816
"""Normal quantile of 90 %."""
STREAMS = 200
LOOK_EVERY = 25
HORIZON = 6000
"""Pairs up to which a pilot is drawn from; beyond it the closed form tells."""
TWICE = 2.0
"""Until there is a pilot, ROLLBACK is planned for a loss of so many margins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardPlan:
    """One guard; numbers are of all pairs, not of those in its segment alone. None: not within 100 000."""

    name: str
    go: int | None
    """Pairs until GO, half of the runs need more."""
    go_likely: int | None
    """Nine runs in ten need at most this many."""
    rollback: int | None
    least: int
    """With no difference in any pair: GO is not possible with fewer equal pairs."""
    pilot: bool
    """From pairs that were seen; otherwise from an identical candidate of typical spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What is there to spend; None where it is not limited or not known."""

    briefs: int | None = None
    """Distinct briefs there will ever be."""
    pairs_per_day: float | None = None
    days: float | None = None
    price: float | None = None
    """Of one pair, in any currency."""
    money: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole verdict."""

    guards: tuple[GuardPlan, ...]
    binding: str
    """The guard that decides last."""
    pairs: int | None
    pairs_likely: int | None
    days: float | None
    days_likely: float | None
    cost: float | None
    cost_likely: float | None
    impossible: tuple[str, ...]
    """Why GO cannot come, each in one sentence."""


def plan(
    question: Question,
    means: Means,
    pilot: Mapping[str, tuple[Histogram, float]],
    *,
    shares: Mapping[str, float] | None = None,
    generator: np.random.Generator | None = None,
) -> Plan:
    """The plan of a question.

    `pilot` holds each guard's differences so far and the share of all pairs that it has a value in, as `pilot_of` gives
    them; a guard with fewer than 100 is planned from assumptions, a segment with its share in `shares` or an equal one.
    """
    draws = generator or np.random.default_rng(0)
    asked = of(question)
    found = tuple(_guard_plan(guard, question, pilot.get(guard.name), shares or {}, draws) for guard in asked)
    binding = max(found, key=lambda item: (item.go is None, item.go or 0))
    pairs = _at_least(binding.go, question)
    all_likely = [item.go_likely for item in found]
    likely = (
        None if None in all_likely else _at_least(max(known for known in all_likely if known is not None), question)
    )
    rate, price = means.pairs_per_day, means.price
    return Plan(
        guards=found,
        binding=binding.name,
        pairs=pairs,
        pairs_likely=likely,
        days=_over(pairs, rate, question),
        days_likely=_over(likely, rate, question),
        cost=pairs * price if pairs is not None and price is not None else None,
        cost_likely=likely * price if likely is not None and price is not None else None,
        impossible=tuple(_impossible(found, pairs, question, means)),
    )


def pilot_of(ledger: Ledger, question: Question, rows: Integers) -> dict[str, tuple[Histogram, float]]:
    """Each guard's differences in these pairs, with the share of the pairs that has them."""
    found = {}
    for values in guards.samples(question, ledger, rows):
        guard, known = values.guard, values.known
        differences = guard.metric.differences(values.incumbent[known], values.candidate[known])
        found[guard.name] = (Histogram.of_differences(differences), known.sum() / max(rows.size, 1))
    return found


def _guard_plan(
    guard: Guard,
    question: Question,
    pilot: tuple[Histogram, float] | None,
    shares: Mapping[str, float],
    generator: np.random.Generator,
) -> GuardPlan:
    seen = pilot is not None and pilot[0].total >= PILOT_PAIRS
    share = pilot[1] if pilot is not None and seen else _share(guard, question, shares)
    if pilot is not None and seen:
        go, likely, rollback = _from_pilot(guard, question, pilot[0], generator)
    else:
        go, likely, rollback = _assumed(guard, question)
    return GuardPlan(
        name=guard.name,
        go=_of_all(go, share),
        go_likely=_of_all(likely, share),
        rollback=_of_all(rollback, share),
        least=_of_all(_without_difference(guard, question), share) or 0,
        pilot=seen,
    )


def _share(guard: Guard, question: Question, shares: Mapping[str, float]) -> float:
    if guard.part is Part.WHOLE:
        return 1.0
    return shares.get(guard.segment, 1.0 / (len(question.segments) + 1))


def _assumed(guard: Guard, question: Question) -> tuple[int | None, int | None, int | None]:
    threshold = -math.log(question.alpha_go)
    go, likely = (pairs_until_go(guard, threshold, quantile) for quantile in (0.0, LIKELY))
    rollback = planned_pairs(
        gap=(TWICE - 1) * guard.margin,
        deviation=guard.metric.typical_deviation,
        reach=guard.metric.span + guard.margin,
        log_threshold=-math.log(question.alpha_rollback * guard.weight),
        stakes=guard.for_rollback,
    )
    return go, likely, rollback


def _from_pilot(
    guard: Guard, question: Question, pilot: Histogram, generator: np.random.Generator
) -> tuple[int | None, int | None, int | None]:
    span = guard.metric.span
    gap = pilot.mean + guard.margin
    if gap > 0:
        threshold = -math.log(question.alpha_go)
        hits = first_hits(
            pilot,
            boundary=-guard.margin,
            worst=-span,
            log_threshold=threshold,
            generator=generator,
            stakes=guard.for_go,
        )
        told = [
            _drawn(hits, level)
            or planned_pairs(
                gap=gap,
                deviation=pilot.deviation,
                reach=span - guard.margin,
                log_threshold=threshold,
                normal_quantile=quantile,
                stakes=guard.for_go,
            )
            for level, quantile in ((0.5, 0.0), (0.9, LIKELY))
        ]
        return told[0], told[1], None
    threshold = -math.log(question.alpha_rollback * guard.weight)
    hits = first_hits(
        pilot,
        boundary=-guard.margin,
        worst=span,
        log_threshold=threshold,
        generator=generator,
        stakes=guard.for_rollback,
    )
    rollback = _drawn(hits, 0.5) or planned_pairs(
        gap=-gap,
        deviation=pilot.deviation,
        reach=span + guard.margin,
        log_threshold=threshold,
        stakes=guard.for_rollback,
    )
    return None, None, rollback


def first_hits(
    pilot: Histogram,
    *,
    boundary: float,
    worst: float,
    log_threshold: float,
    generator: np.random.Generator,
    stakes: Stakes = UNIFORM,
) -> Sequence[int | None]:
    """The number of pairs at which each of 200 streams drawn from the pilot first reaches the threshold; None: later.

    Streams are looked at every 25 pairs up to 6,000.
    """
    factors = log_factors(pilot.values, boundary=boundary, worst=worst, stakes=stakes)
    shares = pilot.counts / pilot.total
    found: list[int | None] = []
    for _ in range(STREAMS):
        blocks = generator.multinomial(LOOK_EVERY, shares, HORIZON // LOOK_EVERY)
        wealth = (blocks @ factors.T).cumsum(axis=0)
        highest = wealth.max(axis=1)
        evidence = highest + np.log(np.exp(wealth - highest[:, None]) @ stakes.weights)
        reached = np.flatnonzero(evidence >= log_threshold)
        found.append(int(reached[0] + 1) * LOOK_EVERY if reached.size else None)
    return found


def _drawn(hits: Sequence[int | None], level: float) -> int | None:
    """This quantile of the first hits; None where it lies beyond the horizon."""
    ordered = sorted(HORIZON + 1 if hit is None else hit for hit in hits)
    found = ordered[math.ceil(level * len(ordered)) - 1]
    return found if found <= HORIZON else None


def _without_difference(guard: Guard, question: Question) -> int | None:
    equal = Histogram(values=np.zeros(1), counts=np.ones(1, dtype=np.int64))
    bets = log_bets(equal, boundary=-guard.margin, worst=-guard.metric.span, stakes=guard.for_go)
    threshold = -math.log(question.alpha_go)
    return least(lambda pairs: log_average(pairs * bets, guard.for_go.weights), 0, threshold, AFFORDABLE_PAIRS)


def _of_all(pairs: int | None, share: float) -> int | None:
    return None if pairs is None or not share > 0 else math.ceil(pairs / share)


def _at_least(pairs: int | None, question: Question) -> int | None:
    return None if pairs is None else max(pairs, question.minimum_pairs)


def _over(pairs: int | None, rate: float | None, question: Question) -> float | None:
    return None if pairs is None or not rate else max(pairs / rate, question.minimum_hours / 24)


def _impossible(found: Sequence[GuardPlan], pairs: int | None, question: Question, means: Means) -> list[str]:
    told = [
        f"{item.name}: at the present estimate GO never comes, or not within {AFFORDABLE_PAIRS:,} pairs."
        for item in found
        if item.go is None
    ]
    if means.briefs is not None and question.population == NEW_BRIEFS:
        told += [
            f"{item.name}: {means.briefs:,} distinct briefs are too few; even without any difference it takes "
            f"{item.least:,} pairs. Declare the population my list, or widen the margin."
            for item in found
            if item.least > means.briefs
        ]
    days = _over(pairs, means.pairs_per_day, question)
    if days is not None and means.days is not None and days > means.days:
        told.append(f"time: {days:.1f} days are needed, {means.days:.1f} are left.")
    if pairs is not None and means.price is not None and means.money is not None and pairs * means.price > means.money:
        told.append(f"money: {pairs * means.price:.2f} is needed, {means.money:.2f} is there.")
    return told
