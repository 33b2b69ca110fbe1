"""The percentages in force, as a live process sees them: read at the start, then followed off the caller's path."""

import logging
from collections import defaultdict
from collections.abc import Callable

from shadow.errors import StoreBroken
from shadow.store.state import CutoverFile
from shadow.ticking import Ticker

log = logging.getLogger("shadow")


class Percentages:
    """Follows cutover.json. `of` is a dictionary look-up; all IO happens in `poll`.

    The thread that follows does nothing else: a move of traffic must not wait for a spool that hangs.
    """

    def __init__(self, file: CutoverFile, *, poll_seconds: float) -> None:
        """Reads the file once. Where it cannot be read, everything stays with the incumbent until it can."""
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._percent: defaultdict[str, float] = defaultdict(float)
        self.of: Callable[[str], float] = self._percent.__getitem__
        """The candidate's share of a migration's traffic, 0 to 100: a look into a dictionary, nothing more."""
        self._ticker = Ticker("shadow-percentages", self.poll, seconds=poll_seconds)
        self.poll()

    def follow(self) -> None:
        """Poll from a thread of this process from now on; again in a forked child."""
        self._ticker.start()

    def stop(self) -> None:
        """Follow no longer; the last known percentages stay."""
        self._ticker.close(0.0)

    def poll(self) -> None:
        """Look at the file."""
        stamp = self._file.stamp()
        if stamp == self._stamp:
            return
        try:
            state = self._file.read()
        except StoreBroken as error:
            # Half-written or damaged: the last known good percentages stay.
            log.warning("%s The last known percentages stay in force.", error)
        else:
            # A file that is gone says nothing; only a file that says 0 % takes traffic away.
            if stamp is not None:
                self._percent.update(dict.fromkeys(self._percent, 0.0) | dict(state.percent))
        self._stamp = stamp
