"""A guard: one metric over the counted pairs, with the evidence on both sides of its margin."""

import math
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Booleans, Floats, Integers
from analysis.columns import Ledger
from analysis.metrics import Metric
from analysis.power import pairs_at_this_rate, planned_pairs
from analysis.question import Question
from analysis.results import GuardResult, Interval
from analysis.sequences import Histogram, RangeViolated, bound, log_average, log_bets, reached

PILOT_PAIRS = 100
"""From this many pairs on, the pairs themselves say how many more are needed; before, the planner's assumptions do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A metric's values for the counted pairs: both arms of shape (n,), in dispatch order, NaN where not known."""

    metric: Metric
    incumbent: Floats
    candidate: Floats

    @property
    def known(self) -> Booleans:
        """The pairs in which both arms have a value, shape (n,)."""
        return np.isfinite(self.incumbent) & np.isfinite(self.candidate)

    @property
    def differences(self) -> Floats:
        """The paired differences, larger is better for the candidate; NaN where an arm's value is not known."""
        return self.metric.differences(self.incumbent, self.candidate)

    @property
    def violation(self) -> RangeViolated | None:
        """The first value of either arm beyond the metric's declared range, or None."""
        values = np.concatenate((self.incumbent, self.candidate))
        for value in values[(values < self.metric.low) | (values > self.metric.high)]:
            return RangeViolated(float(value), self.metric.low if value < self.metric.low else self.metric.high)
        return None


def sample(metric: Metric, ledger: Ledger, rows: Integers) -> Sample:
    """The metric's values at these rows of the ledger, under the cuts in force."""
    return Sample(
        metric=metric,
        incumbent=metric.value(ledger.incumbent, ledger.cuts)[rows],
        candidate=metric.value(ledger.candidate, ledger.cuts)[rows],
    )


def measure(values: Sample, question: Question) -> GuardResult:
    """The guard of this metric; where a value violates the range there is no evidence, whatever the others say."""
    metric, margin = values.metric, question.margins[values.metric.name]
    known = values.known if values.violation is None else np.zeros_like(values.known)
    histogram = Histogram.of_differences(values.differences[known])
    # The bets for GO lose at the low end of the range, those for ROLLBACK at the high end.
    for_go = log_bets(histogram, boundary=-margin, worst=-metric.span)
    for_rollback = log_bets(histogram, boundary=-margin, worst=metric.span)
    some = histogram.total > 0
    return GuardResult(
        name=metric.name,
        unit=metric.unit,
        pairs=histogram.total,
        estimate=histogram.mean if some else None,
        interval=_interval(histogram, metric, question) if some else None,
        margin=margin,
        log_e_go=log_average(for_go),
        log_e_rollback=log_average(for_rollback),
        go=reached(log_average(for_go), question.alpha_go),
        pairs_needed=_pairs_needed(values, histogram, question, for_go=for_go, for_rollback=for_rollback),
        incumbent_mean=float(values.incumbent[known].mean()) if some else None,
        candidate_mean=float(values.candidate[known].mean()) if some else None,
        deviation=histogram.deviation if histogram.total > 1 else None,
    )


def own_share(question: Question) -> float:
    """The part of alpha_rollback at which one guard alone brings ROLLBACK about: all guards weigh the same."""
    return question.alpha_rollback / len(question.margins)


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
    total = _pairs_in_all(values.metric, histogram, question, for_go=for_go, for_rollback=for_rollback)
    if total is None:
        return None
    more = max(total - histogram.total, 0)
    # Pairs without a value of this metric bring this guard nothing, so it waits for more of all pairs.
    return math.ceil(more * len(values.known) / histogram.total) if histogram.total else more


def _pairs_in_all(
    metric: Metric, histogram: Histogram, question: Question, *, for_go: Floats, for_rollback: Floats
) -> int | None:
    margin = question.margins[metric.name]
    if histogram.total < PILOT_PAIRS:
        planned = planned_pairs(
            gap=margin,
            deviation=metric.typical_deviation,
            reach=metric.span - margin,
            log_threshold=-math.log(question.alpha_go),
        )
        return None if planned is None else max(planned, histogram.total + 1)
    beyond = histogram.mean < -margin
    bets, alpha = (for_rollback, own_share(question)) if beyond else (for_go, question.alpha_go)
    return pairs_at_this_rate(bets, histogram.total, -math.log(alpha))
