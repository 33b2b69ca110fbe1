"""How much the instruments differ from themselves: the incumbent drawn twice, a picture judged twice."""

import math

import numpy as np

from analysis.arrays import Booleans, Floats, Integers
from analysis.columns import Ledger
from analysis.metrics import Metric, metric_named, quality, unjudged
from analysis.results import Consistency, SelfComparison
from analysis.sequences import Histogram, bound, log_average, log_e_value

LEVEL = 0.05


def log_e_uneven(steps: Integers, *, decimals: int, span: float) -> float:
    """ln of the e-value against "the mean difference is 0", shape (n,) in whole steps: the average of both sides."""
    histogram = Histogram.of_steps(steps, decimals=decimals)
    return log_average([log_e_value(histogram, boundary=0.0, worst=worst) for worst in (-span, span)])


def log_e_uneven_judge(ledger: Ledger, rows: Integers) -> float:
    """ln of the e-value against "the judge fails on both arms alike" (a sequential McNemar test).

    Only pairs in which both models made a sound picture are looked at: there was something to judge in both.
    """
    arms = (ledger.incumbent, ledger.candidate)
    sound = ~np.logical_or(*(arm.failed_hard[rows] for arm in arms))
    before, after = (unjudged(arm, quality(arm, ledger.cuts))[rows][sound].astype(np.int64) for arm in arms)
    return log_e_uneven(after - before, decimals=0, span=1.0)


def self_comparison(ledger: Ledger, *, pairs: int) -> SelfComparison | None:
    """The incumbent's second draws against its first; None where none was made. `pairs` is the verdict's size."""
    if ledger.again is None:
        return None
    metric = metric_named("quality")
    first, second = quality(ledger.incumbent, ledger.cuts), quality(ledger.again.arm, ledger.cuts)
    known = np.isfinite(first) & np.isfinite(second)
    drawn, judged = known & ~ledger.again.same_picture, known & ledger.again.same_picture
    steps = metric.steps(first[drawn], second[drawn])
    histogram = Histogram.of_steps(steps, decimals=metric.decimals)
    some = histogram.total > 1
    return SelfComparison(
        pairs=histogram.total,
        mean=histogram.mean if histogram.total else 0.0,
        deviation=histogram.deviation if some else None,
        floor=_floor(metric, histogram, pairs) if some else metric.span,
        log_e_biased=log_average([_log_e_leaning(first, second, rows) for rows in (drawn, judged)]),
        judged_twice=int(judged.sum()),
        judge_deviation=_judge_deviation(first, second, judged),
    )


def _log_e_leaning(first: Floats, second: Floats, rows: Booleans) -> float:
    """ln of the e-value against "second is level with first" over these rows."""
    metric = metric_named("quality")
    return log_e_uneven(metric.steps(first[rows], second[rows]), decimals=metric.decimals, span=metric.span)


def _floor(metric: Metric, histogram: Histogram, pairs: int) -> float:
    """Half the width of the interval of so many differences shaped like these, brought to the mean 0."""
    scale = max(pairs, histogram.total) / histogram.total
    alike = Histogram(
        values=np.clip(histogram.values - histogram.mean, -metric.span, metric.span),
        counts=np.rint(histogram.counts * scale).astype(np.int64),
    )
    low, high = (bound(alike, worst=worst, alpha=LEVEL) for worst in (-metric.span, metric.span))
    return 0.5 * (high - low)


def _judge_deviation(first: Floats, second: Floats, judged: Booleans) -> float | None:
    gaps = second[judged] - first[judged]
    return math.sqrt(float((gaps**2).mean()) / 2) if gaps.size else None


def consistency(ledger: Ledger, rows: Integers) -> Consistency | None:
    """How each arm's quality varies within a brief over these pairs, repeats among them; None without a repeat."""
    brief = ledger.briefs[rows]
    sizes = np.bincount(brief) if rows.size else np.zeros(0, dtype=np.int64)
    repeated = sizes[brief] > 1
    if not repeated.any():
        return None
    arms = (ledger.incumbent, ledger.candidate)
    before, after = (_within(quality(arm, ledger.cuts)[rows][repeated], brief[repeated]) for arm in arms)
    return Consistency(
        briefs=int((sizes > 1).sum()),
        pairs=int(repeated.sum()),
        incumbent_deviation=before,
        candidate_deviation=after,
    )


def _within(points: Floats, group: Integers) -> float | None:
    """The pooled standard deviation within groups; None where no group holds two known points."""
    known = np.isfinite(points)
    points, group = points[known], group[known]
    counts = np.bincount(group) if group.size else np.zeros(1, dtype=np.int64)
    freedom = int(np.maximum(counts - 1, 0).sum())
    if not freedom:
        return None
    means = np.bincount(group, weights=points) / np.maximum(counts, 1)
    return math.sqrt(float(((points - means[group]) ** 2).sum()) / freedom)
