"""Which pairs are evidence: those of the epoch in force, in the order of dispatch, each brief as often as declared."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from analysis.arrays import Booleans, Integers, Moments, first_places, moment_of, time_of
from analysis.columns import Ledger
from analysis.question import NEW_BRIEFS, Question

DROPS = (
    "memory full",
    "not drained at exit",
    "defect of the harness",
    "unknown loss",
    "deadline passed",
    "dropped by hand",
)
"""Reasons of losses that are the harness's own and may choose what is left. Not among them: what was sampled out or
shed by the brief's digest, what the caller abandoned, and calls of a kind that is never compared."""
DEADLINE = timedelta(hours=24)
"""A capture that is not a pair so long after its dispatch is lost by the harness, and nothing waits for it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The captures that are not pairs yet, which only the spool knows."""

    now: datetime
    dispatched_at: Moments = field(default_factory=lambda: np.empty(0, dtype="datetime64[us]"))
    """UTC, any order, those given up for now among them."""
    budget_spent: bool = False
    """Whether the cap on all money leaves too little for another pair, which only the purse knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The rows of the ledger that count, and how many do not, by cause. Every pair is in exactly one of the six."""

    rows: Integers
    """Row numbers of the counted pairs, in dispatch order."""
    earlier: int
    """Pairs dispatched before the epoch was opened, the calibration among them."""
    infrastructure: int
    """Pairs of the epoch in which an arm could not be asked."""
    repeats: int
    """Compared pairs of the epoch whose brief had been compared before in it; none where every call counts."""
    late: int
    """Pairs of the epoch that were finished after the deadline."""
    behind: int
    """Pairs of the epoch that were dispatched after a capture which is still waited for."""
    overdue: int
    """Captures of the epoch that were not finished by the deadline and are not pairs yet."""
    dropped: int
    """Captures of the epoch that the harness lost before they could become pairs."""
    again: Integers
    """Every compared pair of the epoch so far, repeats among them, in dispatch order."""

    @property
    def lost_share(self) -> float:
        """Share of the epoch's captures up to the watermark that the harness lost or finished too late."""
        lost = self.late + self.overdue + self.dropped
        settled = len(self.again) + self.infrastructure + lost
        return lost / settled if settled else 0.0


def counted(ledger: Ledger, question: Question, waiting: Waiting | None = None) -> Units:
    """The units of evidence for this question.

    Of "new briefs" each counts once, with its first pair in which both arms could be asked: repeats of a brief are not
    independent of each other. Of "my list" every call counts. Pairs count only up to the first capture that is still
    waited for: whatever makes an answer slow must not choose the evidence. Where the epoch was opened under another
    question its pairs are evidence for that question only, so all of them are of an earlier epoch. Without any epoch
    nothing has been calibrated yet, and every pair is looked at.
    """
    now = _in_epoch(ledger, question.digest())
    late = now & (ledger.filed_at - ledger.dispatched_at > np.timedelta64(DEADLINE))
    mark, overdue = _watermark(ledger, waiting)
    behind = now & ~late & (ledger.dispatched_at >= mark)
    current = now & ~late & ~behind
    asked = current & ~ledger.incumbent.not_asked & ~ledger.candidate.not_asked
    again = np.flatnonzero(asked)
    rows = again[first_places(ledger.briefs[again])] if question.population == NEW_BRIEFS else again
    return Units(
        rows=rows,
        earlier=int((~now).sum()),
        infrastructure=int(current.sum() - asked.sum()),
        repeats=len(again) - len(rows),
        late=int(late.sum()),
        behind=int(behind.sum()),
        overdue=overdue,
        dropped=ledger.dropped,
        again=again,
    )


def hours_covered(ledger: Ledger, rows: Integers) -> float:
    """Hours between the first and the last dispatch among these rows; 0 where there are none."""
    if not rows.size:
        return 0.0
    moments = ledger.dispatched_at[rows]
    return float((moments.max() - moments.min()) / np.timedelta64(1, "h"))


def first_and_last(moments: Moments) -> tuple[datetime, datetime] | tuple[None, None]:
    """The earliest and the latest of these moments, in UTC."""
    if not moments.size:
        return None, None
    return time_of(moments.min()), time_of(moments.max())


def _in_epoch(ledger: Ledger, question: str) -> Booleans:
    if ledger.epoch is None:
        return np.ones(ledger.pairs, dtype=np.bool_)
    if ledger.epoch.question != question:
        return np.zeros(ledger.pairs, dtype=np.bool_)
    later: Booleans = ledger.dispatched_at >= moment_of(ledger.epoch.opened_at)
    return later


def _watermark(ledger: Ledger, waiting: Waiting | None) -> tuple[np.datetime64, int]:
    """The dispatch of the first capture that is still waited for, and how many of the epoch are overdue."""
    never = np.datetime64("9999-01-01", "us")
    if waiting is None:
        return never, 0
    opened = moment_of(ledger.epoch.opened_at) if ledger.epoch else np.datetime64(0, "us")
    pending = waiting.dispatched_at[waiting.dispatched_at >= opened]
    overdue = moment_of(waiting.now) - pending > np.timedelta64(DEADLINE)
    return min(pending[~overdue], default=never), int(overdue.sum())
