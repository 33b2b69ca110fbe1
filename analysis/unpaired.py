"""The candidate against the incumbent's stored outcomes, once the incumbent answers no more.

Nothing is paired any more, so this is weaker than the verdict and says less: it can only alarm. It takes the briefs of
now to be like those of then. The incumbent's mean is bounded once, from what is stored, at half of alpha; the
candidate's outcomes then bet against "its mean is no worse than that bound by more than the margin" with the other
half, so that an acceptable candidate is ever accused with probability alpha at most, at any number of looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats
from analysis.columns import ArmColumns, Ledger
from analysis.metrics import quality
from analysis.question import Question
from analysis.sequences import Histogram, bound, log_e_value, reached

LEAST = 50
"""Stored outcomes of the incumbent below which there is no baseline to hold anything against."""
WIDER = 2.0
"""The margins are so many times the verdict's: without pairs the briefs themselves may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaired:
    """One weaker guard. Means are in the metric's unit; larger is better."""

    name: str
    incumbent: float
    """Mean of what is stored."""
    stored: int
    candidate: float
    outcomes: int
    """The candidate's since the incumbent is gone."""
    margin: float
    log_e_alarm: float
    alarm: bool


def watch(ledger: Ledger, question: Question, *, since: np.datetime64) -> tuple[Unpaired, ...]:
    """The weaker guards over what the candidate did from `since` on; none where too little of the incumbent is stored.

    `quality` in points, `usable` as a share: what is neither refused, failed nor failed hard by the gate.
    """
    later = ledger.dispatched_at >= since
    return tuple(_watched(ledger, question, later))


def _watched(ledger: Ledger, question: Question, later: np.ndarray) -> Iterator[Unpaired]:
    before, after = ledger.incumbent, ledger.candidate
    points = quality(before, ledger.cuts)[~later], quality(after, ledger.cuts)[later]
    shares = _usable(before)[~later], _usable(after)[later]
    margins = question.margins
    guards = (
        ("quality", points, margins.get("quality", 0.0), 100.0),
        ("usable", shares, margins.get("gate_failures", 0.0), 1.0),
    )
    for name, (stored, seen), margin, high in guards:
        known, new = stored[np.isfinite(stored)], seen[np.isfinite(seen)]
        if margin > 0 and known.size >= LEAST and new.size:
            yield _guard(name, known, new, margin=WIDER * margin, high=high, alpha=question.alpha_rollback)


def _usable(arm: ArmColumns) -> Floats:
    """1 for what could be used, 0 for what the model spoiled, NaN where it could not be asked."""
    found: Floats = np.where(arm.not_asked, np.nan, np.where(arm.failed_hard, 0.0, 1.0))
    return found


def _guard(name: str, stored: Floats, seen: Floats, *, margin: float, high: float, alpha: float) -> Unpaired:
    before, after = Histogram.of_differences(stored), Histogram.of_differences(seen)
    least = bound(before, worst=0.0, alpha=alpha / 2) - margin
    log_e = log_e_value(after, boundary=least, worst=high) if least > 0 else 0.0
    return Unpaired(
        name=name,
        incumbent=before.mean,
        stored=before.total,
        candidate=after.mean,
        outcomes=after.total,
        margin=margin,
        log_e_alarm=log_e,
        alarm=reached(log_e, alpha / 2),
    )
