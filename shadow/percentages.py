"""The percentages in force, as a live process sees them: read at the start, then followed off the caller's path."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

from shadow.cutover import State
from shadow.errors import StoreBroken
from shadow.store.state import CutoverFile, Stamp
from shadow.ticking import Ticker

log = logging.getLogger("shadow")

Told = Callable[[str, int], object]
"""Takes what is wrong with the state file, and how often this process found it so."""


class Percentages:
    """Follows cutover.json. `of` is a dictionary look-up; all IO happens in `poll`.

    The thread that follows does nothing else: a move of traffic must not wait for a spool that hangs.
    """

    def __init__(
        self,
        file: CutoverFile,
        *,
        poll_seconds: float,
        sunsets: Mapping[str, float] | None = None,
        tell: Told = lambda reason, times: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Reads the file once. Where it cannot be read the last state known to be good stands, else 0 %.

        `sunsets` (Unix time) says from when on a migration's incumbent is gone: where nothing is known then, the
        candidate serves and never an arm that is gone. `tell` hears of a file that is missing or damaged.
        """
        self._file = file
        self._sunsets = sunsets or {}
        self._tell = tell
        self._clock = clock
        self._stamp: Stamp | None = None
        self._named: frozenset[str] = frozenset()
        self._gone: frozenset[str] = frozenset()
        self._percent: defaultdict[str, float] = defaultdict(float)
        self.of: Callable[[str], float] = self._percent.__getitem__
        """The candidate's share of a migration's traffic, 0 to 100: a look into a dictionary, nothing more."""
        self.damaged = 0
        """How often the state file was found missing or damaged."""
        self._ticker = Ticker("shadow-percentages", self.poll, seconds=poll_seconds)
        self._begin()

    def follow(self) -> None:
        """Poll from a thread of this process from now on; again in a forked child."""
        self._ticker.start()

    def stop(self) -> None:
        """Follow no longer; the last known percentages stay."""
        self._ticker.close(0.0)

    def incumbent_gone(self, migration: str) -> bool:
        """Whether the incumbent is known to answer no more."""
        return migration in self._gone

    def poll(self) -> None:
        """Look at the file."""
        stamp = self._file.stamp()
        if stamp == self._stamp:
            self._follow_calendar()
            return
        try:
            state = self._file.read()
        except StoreBroken as error:
            # Half-written or damaged: the last known good percentages stay.
            self._damaged(str(error))
        else:
            # A file that is gone says nothing; only a file that says 0 % takes traffic away.
            if stamp is not None:
                self._take(state)
            else:
                self._damaged(f"{self._file.path}: is gone.")
        self._stamp = stamp

    def _begin(self) -> None:
        self._stamp = self._file.stamp()
        try:
            state = self._file.read()
        except StoreBroken as error:
            self._damaged(str(error))
            state = self._file.last_good() or State()
        else:
            if state.percent and self._stamp is None:
                self._damaged(f"{self._file.path}: is gone.")
        self._take(state)

    def _take(self, state: State) -> None:
        self._named = frozenset(state.percent)
        told = frozenset(name for name, standing in state.standings.items() if standing.gone_at)
        over = dict.fromkeys(self._over(), 100.0)
        # In one step: a caller between two would see traffic move that does not.
        self._percent.update(dict.fromkeys(self._percent, 0.0) | over | dict(state.percent))
        self._gone = told | frozenset(over)

    def _follow_calendar(self) -> None:
        """Of these nobody ever set a percentage, and their incumbent is gone now."""
        for name in self._over() - self._gone:
            log.warning("%s: no percentage was ever set and the last day is over; the candidate serves.", name)
            self._percent[name] = 100.0
            self._gone |= {name}

    def _over(self) -> frozenset[str]:
        now = self._clock()
        return frozenset(name for name, at in self._sunsets.items() if now >= at and name not in self._named)

    def _damaged(self, reason: str) -> None:
        self.damaged += 1
        log.warning("%s The last known percentages stay in force.", reason)
        self._tell(reason, self.damaged)
