"""Frozen pictures judged again each UTC day, so that a judge that drifts is noticed.

One process of a home at a time. Each judgement is written to a journal as soon as it is there, so a crash pays for none
of them twice, and all go to the ledger together, each once for ever.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from shadow.budget import DAY
from shadow.errors import StoreBroken, StoreBusy, Unavailable
from shadow.finding import Finding
from shadow.pair import ReadsImage
from shadow.purse.purse import Purse
from shadow.store.anchors import Anchor, AnchorDay, AnchorScore, Journal, due
from shadow.store.ledger import Ledger
from shadow.worker.alone import judged_alone
from shadow.worker.bench import Bench
from shadow.worker.extras import JUDGE

log = logging.getLogger("shadow")

LOCK, JOURNAL = "anchors.lock", "anchors.jsonl"
AGAIN_SECONDS = 600.0
"""How long nothing is looked up after a day was finished, or after the judge could not be asked."""


class Anchors:
    """What is due today, judged. Call it every so often; it knows when there is nothing to do."""

    def __init__(
        self,
        *,
        home: Path,
        ledger: Ledger,
        benches: Mapping[str, Bench],
        purse: Purse,
        read: ReadsImage,
        size: int,
        judge: str,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`size` pictures for each migration; `judge` names the judge with all that it is told; 0 is none."""
        self._home = home
        self._ledger = ledger
        self._benches = benches
        self._purse = purse
        self._read = read
        self._size = size
        self._judge = judge
        self._clock = clock
        self._monotonic = monotonic
        self._next = -AGAIN_SECONDS
        self._journal = Journal(home / JOURNAL)

    def __call__(self, stopped: Callable[[], bool]) -> int:
        """Judge what is due, until `stopped`. Returns how many pictures were judged."""
        if not self._size or self._monotonic() < self._next:
            return 0
        with self._alone() as alone:
            if not alone:
                return 0
            self._next = self._monotonic() + AGAIN_SECONDS
            try:
                return self._all(stopped)
            except (StoreBusy, StoreBroken) as error:
                log.info("the anchors wait: %s", error)
            except Unavailable as error:
                log.warning("the anchors wait for the judge: %s", error)
        return 0

    def _all(self, stopped: Callable[[], bool]) -> int:
        self._file()  # what a process that died has paid for
        day = self._clock() // DAY * DAY
        judged = 0
        try:
            for name in self._benches:
                with self._ledger.reading() as connection:
                    today = due(connection, name, judge=self._judge, day=day, size=self._size)
                judged += 0 if today is None else self._day(today, stopped)
        finally:
            self._file()
        return judged

    def _day(self, today: AnchorDay, stopped: Callable[[], bool]) -> int:
        judged = 0
        for anchor in today.due:
            finding = None if stopped() else self._finding(today, anchor)
            if finding is None:
                return judged
            self._journal.keep(self._score(today, anchor, finding))
            judged += 1
        return judged

    def _score(self, today: AnchorDay, anchor: Anchor, finding: Finding) -> AnchorScore:
        return AnchorScore(
            migration=today.migration,
            baseline=today.baseline,
            judge=today.judge,
            day=today.day,
            picture=anchor.picture,
            judged_at=self._clock(),
            score=finding.score,
            missing=finding.missing or finding.hard_failure,
            reason=finding.reason,
        )

    def _finding(self, today: AnchorDay, anchor: Anchor) -> Finding | None:
        try:
            image = self._read(anchor.picture)
        except StoreBroken as error:
            return Finding(layer=JUDGE, missing="picture gone", reason=str(error))
        paid_as = f"anchor {today.migration} {today.day:.0f} {anchor.picture}"
        return judged_alone(self._benches[today.migration], self._purse, anchor.brief, image, name=paid_as)

    def _file(self) -> None:
        kept = self._journal.kept()
        if kept:
            self._ledger.add_anchors(kept)
        self._journal.clear()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other process of this home is at it; held until the end of the block, or of the process."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
        finally:
            os.close(descriptor)
