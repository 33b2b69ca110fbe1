"""What a guard finds: one metric over the counted pairs, or over a part of them, with the evidence on both sides."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis import limits
from analysis.arrays import Booleans, Floats, Integers
from analysis.columns import Ledger
from analysis.guarding import AHEAD, OTHER, OTHER_SHARE, Guard, Part, of, pairs_until_go
from analysis.power import pairs_at_this_rate
from analysis.question import Question
from analysis.restarts import log_restarts
from analysis.results import GuardResult, Interval
from analysis.sequences import Histogram, RangeViolated, bound, log_average, log_bets, reached

PILOT_PAIRS = 100
"""From this many pairs on, the pairs themselves say how many more are needed; before, the planner's assumptions do."""


@dataclass(frozen=True, kw_only=True)  # no slots: what is asked twice is worked out once
class Sample:
    """A guard's values: both arms of shape (n,), in dispatch order, NaN where not known."""

    guard: Guard
    incumbent: Floats
    candidate: Floats
    rows: Integers
    """The row of the ledger behind each, shape (n,); empty where several rows are behind one."""
    required: bool = True

    @cached_property
    def known(self) -> Booleans:
        """The pairs in which both arms have a value, shape (n,)."""
        return np.isfinite(self.incumbent) & np.isfinite(self.candidate)

    @cached_property
    def violation(self) -> RangeViolated | None:
        """The first value of either arm beyond the metric's declared range, or None."""
        metric = self.guard.metric
        # Minimum and maximum of fmin and fmax leave NaN out, without a copy.
        if all(
            np.fmin.reduce(arm, initial=metric.low) >= metric.low
            and np.fmax.reduce(arm, initial=metric.high) <= metric.high
            for arm in (self.incumbent, self.candidate)
        ):
            return None
        values = np.concatenate((self.incumbent, self.candidate))
        for place in np.flatnonzero((values < metric.low) | (values > metric.high)).tolist():
            value = float(values[place])
            row = int(self.rows[place % self.rows.size]) if self.rows.size else -1
            return RangeViolated(value, metric.low if value < metric.low else metric.high, row)
        return None


def samples(question: Question, ledger: Ledger, rows: Integers) -> tuple[Sample, ...]:
    """Every guard's values at these rows of the ledger, under the cuts in force."""
    asked = of(question)
    # Segments share their metric: what every outcome is worth is worked out once.
    metrics = {guard.metric.name: guard.metric for guard in asked}
    worth = {
        name: (
            _at(rows, metric.value(ledger.incumbent, ledger.cuts)),
            _at(rows, metric.value(ledger.candidate, ledger.cuts)),
        )
        for name, metric in metrics.items()
    }
    return tuple(_sample(guard, question, ledger, rows, worth[guard.metric.name]) for guard in asked)


def _at(rows: Integers, values: Floats) -> Floats:
    """The values of these rows, without a copy where they are all of them."""
    return values if rows.size == values.size else values[rows]


def _sample(guard: Guard, question: Question, ledger: Ledger, rows: Integers, worth: tuple[Floats, Floats]) -> Sample:
    if guard.name == limits.LATENCY and limits.both_served(ledger, rows):
        before, after = limits.matched(ledger, rows, guard.metric)
        return Sample(guard=guard, incumbent=before, candidate=after, rows=np.empty(0, dtype=np.int64))
    inside = _inside(guard, question, ledger, rows)
    before, after, chosen = (*worth, rows) if inside is None else (worth[0][inside], worth[1][inside], rows[inside])
    return Sample(guard=guard, incumbent=before, candidate=after, rows=chosen, required=_required(guard, chosen, rows))


def _inside(guard: Guard, question: Question, ledger: Ledger, rows: Integers) -> Booleans | None:
    """Which of the rows the guard looks at; None: all of them."""
    if guard.name == "tail_rate" and ledger.cut_from is not None:
        return ~ledger.cut_from[rows]
    if guard.part is Part.WHOLE:
        return None
    if guard.segment == OTHER:
        return ~ledger.segments.among(*question.segments)[rows]
    return ledger.segments.among(guard.segment)[rows]


def _required(guard: Guard, chosen: Integers, rows: Integers) -> bool:
    if guard.name == limits.LATENCY:
        return False  # live calls of one arm and shadow calls of the other are not compared on speed
    return guard.segment != OTHER or chosen.size >= OTHER_SHARE * rows.size


def measure(values: Sample, question: Question) -> GuardResult:
    """The guard's evidence; where a value violates the range there is none, whatever the others say."""
    guard, metric = values.guard, values.guard.metric
    before, after = _known(values)
    steps = (metric if values.rows.size else replace(metric, decimals=FINE)).steps(before, after)
    histogram = Histogram.of_steps(steps, decimals=metric.decimals if values.rows.size else FINE)
    # The bets for GO lose at the low end of the range, those for ROLLBACK at the high end.
    for_go = log_bets(histogram, boundary=-guard.margin, worst=-metric.span, stakes=guard.for_go)
    for_rollback = log_bets(histogram, boundary=-guard.margin, worst=metric.span, stakes=guard.for_rollback)
    log_e_go = log_average(for_go, guard.for_go.weights)
    some = histogram.total > 0
    return GuardResult(
        name=guard.name,
        unit=metric.unit,
        pairs=histogram.total,
        estimate=histogram.mean if some else None,
        interval=_interval(histogram, guard, question) if some else None,
        margin=guard.margin,
        log_e_go=log_e_go,
        log_e_rollback=log_average(for_rollback, guard.for_rollback.weights) if values.required else 0.0,
        log_e_restarts=_restarts(values, steps),
        weight=guard.weight,
        restart_weight=guard.restart_weight,
        required=values.required,
        go=reached(log_e_go, question.alpha_go),
        pairs_needed=_pairs_needed(values, histogram, question, for_go=for_go, for_rollback=for_rollback),
        incumbent_mean=float(before.mean()) if some else None,
        candidate_mean=float(after.mean()) if some else None,
        deviation=histogram.deviation if histogram.total > 1 else None,
    )


FINE = 6
"""Decimals at which means of several calls are told apart."""


def _known(values: Sample) -> tuple[Floats, Floats]:
    """Both arms where both are known; nothing where a value violates the range."""
    if values.violation is not None:
        return np.empty(0), np.empty(0)
    known = values.known
    if known.all():
        return values.incumbent, values.candidate
    return values.incumbent[known], values.candidate[known]


def _restarts(values: Sample, steps: Integers) -> float:
    guard = values.guard
    if not guard.restart_weight or not values.required or not values.rows.size:
        return 0.0
    return log_restarts(
        steps,
        decimals=guard.metric.decimals,
        boundary=-guard.margin,
        worst=guard.metric.span,
        stakes=guard.for_restarts,
        ahead=AHEAD,
    )


def _interval(histogram: Histogram, guard: Guard, question: Question) -> Interval:
    # Each end with its own alpha and stakes, so that the low end lies above -margin when the guard allows GO.
    span = guard.metric.span
    return Interval(
        low=bound(histogram, worst=-span, alpha=question.alpha_go, stakes=guard.for_go),
        high=bound(histogram, worst=span, alpha=question.alpha_rollback, stakes=guard.for_rollback),
        level=round(1.0 - question.alpha_go - question.alpha_rollback, 12),
        anytime=True,
    )


def _pairs_needed(
    values: Sample, histogram: Histogram, question: Question, *, for_go: Floats, for_rollback: Floats
) -> int | None:
    if reached(log_average(for_go, values.guard.for_go.weights), question.alpha_go):
        return 0
    total = _pairs_in_all(values.guard, histogram, question, for_go=for_go, for_rollback=for_rollback)
    if total is None:
        return None
    more = max(total - histogram.total, 0)
    # Pairs without a value of this metric bring this guard nothing, so it waits for more of all pairs.
    return math.ceil(more * values.incumbent.size / histogram.total) if histogram.total else more


def _pairs_in_all(
    guard: Guard, histogram: Histogram, question: Question, *, for_go: Floats, for_rollback: Floats
) -> int | None:
    if histogram.total < PILOT_PAIRS:
        planned = pairs_until_go(guard, -math.log(question.alpha_go))
        return None if planned is None else max(planned, histogram.total + 1)
    if histogram.mean < -guard.margin:
        threshold = -math.log(question.alpha_rollback * guard.weight)
        return pairs_at_this_rate(for_rollback, histogram.total, threshold, stakes=guard.for_rollback)
    return pairs_at_this_rate(for_go, histogram.total, -math.log(question.alpha_go), stakes=guard.for_go)
