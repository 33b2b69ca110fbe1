"""The one door from the live path to the spool.

The caller's side appends a reference to a deque and returns: no system call, no serialisation, no wake-up, no waiting,
no raising. A polling thread takes it from there. What waits is bounded in bytes; what does not fit is dropped and
counted.
"""

import logging
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from shadow.capture.attendance import SWEEP_SECONDS, Attendance, count_unclean_ends
from shadow.capture.drain import Drain
from shadow.capture.losses import MEMORY_FULL
from shadow.capture.seen import Route, Seen
from shadow.capture.tally import Tallies
from shadow.errors import ShadowError
from shadow.pair import Image, Outcome
from shadow.spool.spool import Spool
from shadow.ticking import Ticker

log = logging.getLogger("shadow")

RETRY_SECONDS = 1.0
"""How long the drain thread waits after the spool or the disk failed."""
LAST_TRIES_SECONDS = 0.05
"""And while it is closing."""
MOST_EXPECTED = 10_000
"""Requests under way that wait to be kept; the oldest beyond are kept by their callers."""
DRAIN_SECONDS = 2.0
"""How long the end of the process may be held up."""


class Door:
    """Takes what the live path saw and carries it to the spool, from a thread of its own."""

    def __init__(
        self,
        *,
        home: Path,
        open_spool: Callable[[], Spool],
        write: Callable[[Image], object],
        memory_bytes: float,
        poll_seconds: float,
        heed: Callable[[Outcome], object] = lambda _: None,
        at_most: Callable[[str], float] = lambda _: 1.0,
        under_way: Callable[[], Mapping[str, int]] = dict,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`write` stores a picture; `heed` hears of every live call that failed; `under_way` tells the calls that began
        and did not end, by migration, where somebody knows. The thread starts at once.

        `at_most` is the share of a migration's briefs that is shadowed at most where its candidate served.
        """
        self._home = home
        self._open_spool = open_spool
        self._write = write
        self._heed = heed
        self._at_most = at_most
        self._memory_bytes = memory_bytes
        self._under_way = under_way
        self._clock = clock
        self._monotonic = monotonic
        self._ticker = Ticker("shadow-drain", self._look, seconds=poll_seconds, last=self._finish)
        self._inherited: list[object] = []
        self._also: list[Callable[[], object]] = []
        self._begin()

    def _begin(self) -> None:
        process = f"{os.getpid()}-{os.urandom(4).hex()}"
        self._attendance = Attendance(self._home, process)
        self._drain = Drain(
            process=process,
            open_spool=self._open_spool,
            write=self._write,
            attendance=self._attendance,
            heed=self._heed,
            at_most=self._at_most,
            clock=self._clock,
            monotonic=self._monotonic,
        )
        self._expected: deque[Seen] = deque(maxlen=MOST_EXPECTED)
        self._queue: deque[Seen] = deque()
        self._lost: Tallies[tuple[str, str, int]] = Tallies()
        self._routes: dict[str, Route] = {}
        # Only callers add to `_came_in`, only the drain thread to `_gone`; where two callers race, one size may be
        # missed until the queue is empty next and both are set equal.
        self._came_in = 0
        self._gone = 0
        self._retry_at = self._sweep_at = 0.0
        self._closed_by = float("inf")
        self._ends_with_multiprocessing = False
        self._ticker.start()

    def restart(self) -> None:
        """Begin anew in a forked child: what waited belongs to the parent, and threads do not survive a fork."""
        # The parent's file stays the parent's; its spool is kept from being collected, which would touch its locks.
        self._attendance.forget()
        self._inherited.append(self._drain)
        self._begin()

    def also(self, work: Callable[[], object]) -> None:
        """Do this too at every look of the drain thread, before anything that may fail. It must not raise."""
        self._also.append(work)

    def expect(self, seen: Seen) -> None:
        """A call is under way; keep its request while its caller waits, if that is left to us. Runs on the caller."""
        self._expected.append(seen)

    def offer(self, seen: Seen) -> bool:
        """Hand over one live call, and say whether there was room for it. Runs on the caller."""
        size = seen.size
        if self._came_in - self._gone + size > self._memory_bytes:
            seen.answers, seen.picture = (), None  # it may still stand among the expected
            self.lose(seen.route, MEMORY_FULL, seen.started_at)
            return False
        self._came_in += size
        self._queue.append(seen)
        if not self._ends_with_multiprocessing:
            self._end_with_multiprocessing()
        return True

    def lose(self, route: Route, reason: str, at: float) -> None:
        """Count one live call that cannot be compared; `at` is Unix time. Runs on the caller."""
        self._routes[route.incumbent] = route
        self._lost.count((route.incumbent, reason, int(at // 60)))

    def waiting(self) -> int:
        """Live calls handed over and not yet in the spool."""
        return len(self._queue) + self._drain.waiting()

    @property
    def copied(self) -> int:
        """Mutable leaves of requests that callers had to copy, as far as they have been looked at."""
        return self._drain.copied

    def put(self) -> int:
        """Captures put into the spool since the start."""
        return self._drain.put

    def lost(self) -> Mapping[str, int]:
        """Live calls counted as not compared since the start, by reason; a moment old."""
        return self._drain.losses.ever.copy()

    def close(self, seconds: float = DRAIN_SECONDS) -> None:
        """Drain for at most `seconds`, then count what is left as lost. A second time does nothing."""
        # A part of the time is for writing down what could not be drained.
        self._closed_by = min(self._closed_by, self._monotonic() + seconds * 0.75)
        self._ticker.close(seconds)

    def _look(self) -> None:
        now = self._monotonic()
        # Asked before the queue is: what ends in between is counted twice for a moment, never not at all.
        self._drain.under_way = self._under_way()
        self._take_in()
        if now < self._retry_at:
            return
        try:
            self._put_away()
            self._drain.carry_losses()
            self._sweep(now)
        except (ShadowError, OSError) as error:
            # What waits stays, bounded in bytes, and is tried again.
            self._retry_at = self._monotonic() + RETRY_SECONDS
            log.warning("captures wait in memory: %s", error)

    def _take_in(self) -> None:
        for work in self._also:
            work()
        while self._expected:
            self._drain.keep(self._expected.popleft())
        while self._queue:
            self._drain.take_in(self._queue.popleft())
        for (incumbent, reason, minute), number in self._lost.taken():
            self._drain.losses.count_all(self._routes[incumbent], reason, minute * 60.0, number)

    def _put_away(self) -> None:
        for seen in self._drain.put_away():
            self._gone += seen.size
        if not self._queue:
            self._gone = self._came_in

    def _sweep(self, now: float) -> None:
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            count_unclean_ends(self._home, lambda losses: self._drain.spool().lose(losses))

    def _finish(self) -> None:
        """Try until everything is in the spool or the time is up."""
        while True:
            self._take_in()
            try:
                self._put_away()
                self._sweep(self._monotonic())
                break
            except (ShadowError, OSError) as error:
                if self._monotonic() > self._closed_by:
                    log.warning("%d live calls could not be kept: %s", self.waiting(), error)
                    break
            time.sleep(LAST_TRIES_SECONDS)
        try:
            self._drain.finish()
        except (ShadowError, OSError) as error:
            # The attendance stays behind, so whoever finds it counts an unknown loss.
            log.warning("%d losses could not be written down: %s", self._drain.losses.total(), error)

    def _end_with_multiprocessing(self) -> None:
        """A child of `multiprocessing` skips atexit; it has an end of its own."""
        self._ends_with_multiprocessing = True
        util = sys.modules.get("multiprocessing.util")
        process = sys.modules.get("multiprocessing.process")
        if util is not None and process is not None and process.parent_process() is not None:
            util.Finalize(None, self.close, exitpriority=100)
