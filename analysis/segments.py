"""The parts of the traffic side by side: quality within each segment."""

from collections.abc import Iterator

import numpy as np

from analysis.arrays import Integers
from analysis.columns import Ledger
from analysis.metrics import metric_named, quality
from analysis.question import Question
from analysis.results import Interval, SegmentSummary
from analysis.sequences import Histogram, bound

SHOWN = 24
"""The largest segments; more cannot be read side by side."""


def segments(ledger: Ledger, question: Question, rows: Integers) -> tuple[SegmentSummary, ...]:
    """The largest segments of these rows, largest first; empty where no row names a segment."""
    codes = ledger.segments.codes[rows]
    if not codes.any():
        return ()
    return tuple(_summaries(ledger, question, rows, np.argsort(-np.bincount(codes), kind="stable")[:SHOWN]))


def _summaries(ledger: Ledger, question: Question, rows: Integers, codes: Integers) -> Iterator[SegmentSummary]:
    metric = metric_named("quality")
    before, after = (quality(arm, ledger.cuts)[rows] for arm in (ledger.incumbent, ledger.candidate))
    known = np.isfinite(before) & np.isfinite(after)
    inside = (before >= metric.low) & (before <= metric.high) & (after >= metric.low) & (after <= metric.high)
    for code in codes.tolist():
        # A value out of range stops the verdict; here, where nothing is decided, it is left out.
        chosen = known & inside & (ledger.segments.codes[rows] == code)
        if not chosen.any():
            continue
        steps = metric.steps(before[chosen], after[chosen])
        histogram = Histogram.of_steps(steps, decimals=metric.decimals)
        name = ledger.segments.words[code]
        yield SegmentSummary(
            name=name,
            pairs=histogram.total,
            incumbent_mean=float(before[chosen].mean()),
            candidate_mean=float(after[chosen].mean()),
            estimate=histogram.mean,
            interval=Interval(
                low=bound(histogram, worst=-metric.span, alpha=question.alpha_go),
                high=bound(histogram, worst=metric.span, alpha=question.alpha_rollback),
                level=round(1.0 - question.alpha_go - question.alpha_rollback, 12),
                anytime=True,
            ),
            declared=name in question.segments,
        )
