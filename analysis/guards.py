"""A guard: one metric over the counted pairs, or over a part of them, with the evidence on both sides of its margin."""

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from analysis import limits
from analysis.arrays import Booleans, Floats, Integers
from analysis.columns import Ledger
from analysis.metrics import METRICS, Metric, metric_named
from analysis.power import pairs_at_this_rate, planned_pairs
from analysis.question import Question
from analysis.restarts import log_restarts
from analysis.results import GuardResult, Interval
from analysis.sequences import Histogram, RangeViolated, bound, log_average, log_bets, reached

PILOT_PAIRS = 100
"""From this many pairs on, the pairs themselves say how many more are needed; before, the planner's assumptions do."""
OTHER = "other"
OTHER_SHARE = 0.05
"""All undeclared segments together are asked for GO once they are this share of the counted pairs."""


class Part(Enum):
    """What a guard looks at; decides its weight in the evidence for ROLLBACK."""

    WHOLE = "whole"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One guard as the question asks it."""

    name: str
    metric: Metric
    margin: float
    part: Part = Part.WHOLE
    segment: str = ""
    weight: float
    """Of its evidence in the average for ROLLBACK."""
    restart_weight: float = 0.0
    """Of the evidence that starts anew, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A guard's values: both arms of shape (n,), in dispatch order, NaN where not known."""

    guard: Guard
    incumbent: Floats
    candidate: Floats
    rows: Integers
    """The row of the ledger behind each, shape (n,); empty where several rows are behind one."""
    required: bool = True

    @property
    def known(self) -> Booleans:
        """The pairs in which both arms have a value, shape (n,)."""
        return np.isfinite(self.incumbent) & np.isfinite(self.candidate)

    @property
    def violation(self) -> RangeViolated | None:
        """The first value of either arm beyond the metric's declared range, or None."""
        metric = self.guard.metric
        values = np.concatenate((self.incumbent, self.candidate))
        if not values.size or (
            np.nanmin(values, initial=metric.low) >= metric.low
            and np.nanmax(values, initial=metric.high) <= metric.high
        ):
            return None
        for place in np.flatnonzero((values < metric.low) | (values > metric.high)).tolist():
            value = float(values[place])
            row = int(self.rows[place % self.rows.size]) if self.rows.size else -1
            return RangeViolated(value, metric.low if value < metric.low else metric.high, row)
        return None


def of(question: Question) -> tuple[Guard, ...]:
    """The guards of a question, in the order of `METRICS`, then limits, then segments.

    In the evidence for ROLLBACK each guard on the whole has one part, all segments together one part, and all restarts
    together one part. The parts are known before the first pair, as they must be.
    """
    wholes = [(metric.name, _declared(metric, question), question.margins[metric.name]) for metric in _asked(question)]
    wholes += [
        (name, limits.limit_metric(name, limit, question.limit_margin), question.limit_margin)
        for name, limit in sorted(question.limits.items())
    ]
    segments = (*question.segments, OTHER) if question.segments else ()
    part = 1.0 / (len(wholes) + bool(segments) + 1)
    quality = metric_named("quality")
    return (
        *(
            Guard(name=name, metric=metric, margin=margin, weight=part, restart_weight=part / len(wholes))
            for name, metric, margin in wholes
        ),
        *(
            Guard(
                name=f"quality in {segment}",
                metric=quality,
                margin=question.segment_margin,
                part=Part.SEGMENT,
                segment=segment,
                weight=part / len(segments),
            )
            for segment in segments
        ),
    )


def _asked(question: Question) -> list[Metric]:
    return [metric for metric in METRICS if metric.name in question.margins]


def _declared(metric: Metric, question: Question) -> Metric:
    if metric.name != "similarity":
        return metric
    low, high = question.similarity_range
    return replace(metric, low=low, high=high)


def samples(question: Question, ledger: Ledger, rows: Integers) -> tuple[Sample, ...]:
    """Every guard's values at these rows of the ledger, under the cuts in force."""
    asked = of(question)
    # Segments share their metric: what every outcome is worth is worked out once.
    worth = {
        guard.metric.name: (
            guard.metric.value(ledger.incumbent, ledger.cuts),
            guard.metric.value(ledger.candidate, ledger.cuts),
        )
        for guard in asked
    }
    return tuple(_sample(guard, question, ledger, rows, worth[guard.metric.name]) for guard in asked)


def _sample(guard: Guard, question: Question, ledger: Ledger, rows: Integers, worth: tuple[Floats, Floats]) -> Sample:
    if guard.name == limits.LATENCY and limits.both_served(ledger, rows):
        before, after = limits.matched(ledger, rows, guard.metric)
        return Sample(guard=guard, incumbent=before, candidate=after, rows=np.empty(0, dtype=np.int64))
    chosen = _chosen(guard, question, ledger, rows)
    return Sample(
        guard=guard,
        incumbent=worth[0][chosen],
        candidate=worth[1][chosen],
        rows=chosen,
        required=_required(guard, chosen, rows),
    )


def _chosen(guard: Guard, question: Question, ledger: Ledger, rows: Integers) -> Integers:
    if guard.name == "tail_rate" and ledger.cut_from is not None:
        return rows[~ledger.cut_from[rows]]
    if guard.part is Part.WHOLE:
        return rows
    declared = ledger.segments.among(*question.segments)[rows]
    if guard.segment == OTHER:
        return rows[~declared]
    return rows[ledger.segments.among(guard.segment)[rows]]


def _required(guard: Guard, chosen: Integers, rows: Integers) -> bool:
    if guard.name == limits.LATENCY:
        return False  # live calls of one arm and shadow calls of the other are not compared on speed
    return guard.segment != OTHER or chosen.size >= OTHER_SHARE * rows.size


def measure(values: Sample, question: Question) -> GuardResult:
    """The guard's evidence; where a value violates the range there is none, whatever the others say."""
    guard, metric = values.guard, values.guard.metric
    known = values.known if values.violation is None else np.zeros_like(values.known)
    steps = _steps(values, known)
    histogram = Histogram.of_steps(steps, decimals=metric.decimals if values.rows.size else FINE)
    # The bets for GO lose at the low end of the range, those for ROLLBACK at the high end.
    for_go = log_bets(histogram, boundary=-guard.margin, worst=-metric.span)
    for_rollback = log_bets(histogram, boundary=-guard.margin, worst=metric.span)
    some = histogram.total > 0
    return GuardResult(
        name=guard.name,
        unit=metric.unit,
        pairs=histogram.total,
        estimate=histogram.mean if some else None,
        interval=_interval(histogram, metric, question) if some else None,
        margin=guard.margin,
        log_e_go=log_average(for_go),
        log_e_rollback=log_average(for_rollback) if values.required else 0.0,
        log_e_restarts=_restarts(values, steps),
        weight=guard.weight,
        restart_weight=guard.restart_weight,
        required=values.required,
        go=reached(log_average(for_go), question.alpha_go),
        pairs_needed=_pairs_needed(values, histogram, question, for_go=for_go, for_rollback=for_rollback),
        incumbent_mean=float(values.incumbent[known].mean()) if some else None,
        candidate_mean=float(values.candidate[known].mean()) if some else None,
        deviation=histogram.deviation if histogram.total > 1 else None,
    )


FINE = 6
"""Decimals at which means of several calls are told apart."""


def _steps(values: Sample, known: Booleans) -> Integers:
    metric, before, after = values.guard.metric, values.incumbent[known], values.candidate[known]
    return (metric if values.rows.size else replace(metric, decimals=FINE)).steps(before, after)


def _restarts(values: Sample, steps: Integers) -> float:
    guard = values.guard
    if not guard.restart_weight or not values.required or not values.rows.size:
        return 0.0
    return log_restarts(steps, decimals=guard.metric.decimals, boundary=-guard.margin, worst=guard.metric.span)


def _interval(histogram: Histogram, metric: Metric, question: Question) -> Interval:
    # Each end at its own alpha, so that the low end lies above -margin when the guard allows GO.
    return Interval(
        low=bound(histogram, worst=-metric.span, alpha=question.alpha_go),
        high=bound(histogram, worst=metric.span, alpha=question.alpha_rollback),
        level=round(1.0 - question.alpha_go - question.alpha_rollback, 12),
        anytime=True,
    )


def _pairs_needed(
    values: Sample, histogram: Histogram, question: Question, *, for_go: Floats, for_rollback: Floats
) -> int | None:
    if reached(log_average(for_go), question.alpha_go):
        return 0
    total = _pairs_in_all(values.guard, histogram, question, for_go=for_go, for_rollback=for_rollback)
    if total is None:
        return None
    more = max(total - histogram.total, 0)
    # Pairs without a value of this metric bring this guard nothing, so it waits for more of all pairs.
    return math.ceil(more * len(values.known) / histogram.total) if histogram.total else more


def _pairs_in_all(
    guard: Guard, histogram: Histogram, question: Question, *, for_go: Floats, for_rollback: Floats
) -> int | None:
    if histogram.total < PILOT_PAIRS:
        planned = planned_pairs(
            gap=guard.margin,
            deviation=guard.metric.typical_deviation,
            reach=guard.metric.span - guard.margin,
            log_threshold=-math.log(question.alpha_go),
        )
        return None if planned is None else max(planned, histogram.total + 1)
    beyond = histogram.mean < -guard.margin
    alpha = question.alpha_rollback * guard.weight if beyond else question.alpha_go
    return pairs_at_this_rate(for_rollback if beyond else for_go, histogram.total, -math.log(alpha))
