"""Whether the judge drifts: frozen pictures judged again each day, held against their first judgement."""

import math
from statistics import NormalDist

import numpy as np

from analysis.arrays import Floats
from analysis.case import ALARM
from analysis.columns import Anchors
from analysis.metrics import metric_named
from analysis.restarts import log_restarts
from analysis.results import Interval, JudgeDrift
from analysis.sequences import Histogram, bound, log_average, log_e_value, reached

SIDE = ALARM / 4
"""Chance of a false alarm on each of two sides, each split between the days and the first judgements."""


def drift(anchors: Anchors | None, *, margin: float) -> JudgeDrift | None:
    """Today's judgements of frozen pictures against their first; None until a second day.

    Given the first judgements, those of later days are independent of each other, so the e-value of all days
    holds at every look, for "the judge has drifted by no more than `margin` beside the first judgements". These
    are noisy themselves, once for all days; their mean lies within `_allowance` of the judge's own, by the normal
    approximation, and that is added to the margin and to the interval. Half of the evidence starts anew every five
    days or so (`restarts`), so that a late drift need not first use up the credit of quiet weeks.
    """
    if anchors is None or not anchors.gaps.size:
        return None
    metric = metric_named("quality")
    size = 10**metric.decimals
    steps = np.rint(anchors.gaps * size).astype(np.int64)
    histogram = Histogram.of_steps(steps, decimals=metric.decimals)
    allowance = _allowance(anchors.gaps, anchors.pictures)
    limit = min(margin + allowance, metric.span - 1)
    low, high = (bound(histogram, worst=worst, alpha=SIDE) for worst in (-metric.span, metric.span))
    evidence = []
    for sign in (-1.0, 1.0):
        # "The judge is at most `limit` away" is refuted upwards with the low end as the worst value, and the reverse.
        boundary, worst, every = sign * limit, -sign * metric.span, max(1, 5 * anchors.pictures)
        anew = log_restarts(steps, decimals=metric.decimals, every=every, boundary=boundary, worst=worst)
        evidence.append(log_average([log_e_value(histogram, boundary=boundary, worst=worst), anew]))
    return JudgeDrift(
        pictures=anchors.pictures,
        days=anchors.days,
        judgements=histogram.total,
        shift=histogram.mean,
        latest=float(anchors.gaps[anchors.latest].mean()),
        interval=Interval(low=low - allowance, high=high + allowance, level=round(1 - ALARM, 12), anytime=True),
        margin=margin,
        sure=any(reached(log_e, SIDE) for log_e in evidence),
    )


def _allowance(gaps: Floats, pictures: int) -> float:
    """How far the mean of the first judgements may lie from the judge's own, points."""
    if gaps.size < 2:
        return math.inf
    # A gap is the difference of two judgements of one picture, so each has half of its variance.
    one = float(gaps.std(ddof=1)) / math.sqrt(2)
    return NormalDist().inv_cdf(1 - SIDE) * one / math.sqrt(pictures)
