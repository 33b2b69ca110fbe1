"""The percentages in force, as a live process sees them: read once at the start, then polled off the caller's path."""

import logging
import time
from collections.abc import Callable

from shadow.errors import StoreBroken
from shadow.store.state import CutoverFile

log = logging.getLogger("shadow")


class Percentages:
    """Follows cutover.json. `of` is a dictionary look-up; all IO happens in `poll`."""

    def __init__(
        self, file: CutoverFile, *, poll_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Reads the file once. Where it cannot be read, everything stays with the incumbent until it can."""
        self._file = file
        self._poll_seconds = poll_seconds
        self._monotonic = monotonic
        self._stamp: tuple[int, int] | None = None
        self._percent: dict[str, float] = {}
        self._read()
        self._polled_at = monotonic()

    def of(self, migration: str) -> float:
        """The candidate's share of this migration's traffic, 0 to 100."""
        return self._percent.get(migration, 0.0)

    def poll(self) -> None:
        """Look at the file, if it is time to."""
        now = self._monotonic()
        if now - self._polled_at >= self._poll_seconds:
            self._polled_at = now
            self._read()

    def _read(self) -> None:
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
            self._percent = dict(state.percent) if stamp is not None else self._percent
        self._stamp = stamp
