"""How the evidence grew: what every look on the way would have found."""

import numpy as np

from analysis import guards
from analysis.arrays import Integers, time_of
from analysis.case import Case
from analysis.columns import Ledger
from analysis.question import Question
from analysis.results import GrowthPoint

POINTS = 24
"""Looks that are drawn; evenly spread over the counted pairs, the last one is the present."""


def growth(ledger: Ledger, question: Question, rows: Integers) -> tuple[GrowthPoint, ...]:
    """The evidence after each 24th part of these counted rows, in dispatch order; empty without rows.

    Each point is measured anew on the pairs up to it, so that it is what a look at that moment would have said. The
    cuts are those in force: they were frozen before the first of these pairs.
    """
    ends = np.unique(np.linspace(0, rows.size, POINTS + 1).astype(np.int64))[1:]
    return tuple(_point(ledger, question, rows[:end]) for end in ends.tolist())


def _point(ledger: Ledger, question: Question, rows: Integers) -> GrowthPoint:
    found = tuple(guards.measure(sample, question) for sample in guards.samples(question, ledger, rows))
    case = Case(question=question, guards=found, pairs=rows.size, hours=0.0)
    return GrowthPoint(
        pairs=rows.size,
        at=time_of(ledger.dispatched_at[rows].max()),
        guards=found,
        log_e_go=min((guard.log_e_go for guard in found if guard.required), default=0.0),
        log_e_rollback=case.log_e_rollback,
    )
