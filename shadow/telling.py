"""Saying a thing once: what fails at every live call must not flood the host's log. The counts say how often."""

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger("shadow")

MOST = 100
"""Different things that are said at most; beyond that the log has other worries."""
AGAIN_SECONDS = 600.0
"""After so long a thing that still goes on is said again."""


class Once:
    """Logs each thing once in the life of its owner."""

    def __init__(self) -> None:
        """Nothing said yet."""
        self._said: set[str] = set()

    def error(self, what: str, error: BaseException) -> None:
        """An error with its traceback, once for each `what` and kind of error."""
        if self._new(f"{what}: {type(error).__name__}"):
            log.error("%s (said once)", what, exc_info=error)

    def warning(self, what: str) -> None:
        """A warning in words."""
        if self._new(what):
            log.warning("%s (said once)", what)

    def _new(self, what: str) -> bool:
        if what in self._said or len(self._said) >= MOST:
            return False
        self._said.add(what)
        return True


class Rarely:
    """Logs each thing at once, and while it goes on again every ten minutes with how often it happened. Thread-safe."""

    def __init__(self, *, seconds: float = AGAIN_SECONDS, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`seconds` lie at least between two times the same thing is said."""
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._said: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def warning(self, what: str, words: str) -> None:
        """A warning in words; `what` names the thing, of which the words may differ from time to time."""
        with self._lock:
            now = self._monotonic()
            if what not in self._said and len(self._said) >= MOST:
                return
            if now < self._said.get(what, now - self._seconds) + self._seconds:
                self._unsaid[what] = self._unsaid.get(what, 0) + 1
                return
            times = self._unsaid.pop(what, 0)
            self._said[what] = now
        log.warning("%s%s", words, f" ({times} times more since this was last said)" if times else "")
