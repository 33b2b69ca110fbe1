"""Which pairs are evidence: the first compared occurrence of each brief in the epoch in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from analysis.arrays import Booleans, Integers, Moments, moment_of, time_of
from analysis.columns import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The rows of the ledger that count, and how many do not, by cause. Every pair is in exactly one of the four."""

    rows: Integers
    """Row numbers of the counted pairs, in dispatch order."""
    earlier: int
    """Pairs dispatched before the epoch was opened, the calibration among them."""
    infrastructure: int
    """Pairs of the epoch in which an arm could not be asked."""
    repeats: int
    """Compared pairs of the epoch whose brief had been compared before in it."""


def counted(ledger: Ledger, question: str) -> Units:
    """The units of evidence for the question with this digest.

    A brief counts once, with its first pair in which both arms could be asked: repeats of a brief are not independent
    of each other. Where the epoch was opened under another question its pairs are evidence for that question only, so
    all of them are of an earlier epoch. Without any epoch nothing has been calibrated yet, and every pair is looked at.
    """
    now = _in_epoch(ledger, question)
    asked = now & ~ledger.incumbent.not_asked & ~ledger.candidate.not_asked
    rows = _first_of_each(ledger, np.flatnonzero(asked))
    return Units(
        rows=rows,
        earlier=int((~now).sum()),
        infrastructure=int(now.sum() - asked.sum()),
        repeats=int(asked.sum()) - len(rows),
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


def _first_of_each(ledger: Ledger, rows: Integers) -> Integers:
    # Read backwards, so that what a digest keeps is its first row.
    backwards = rows[::-1]
    first: Mapping[str, int] = dict(zip(ledger.brief_digests[backwards], backwards.tolist(), strict=True))
    return np.sort(np.fromiter(first.values(), dtype=np.int64, count=len(first)))
