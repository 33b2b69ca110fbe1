"""Things done again and again on a thread of their own, beside what matters and never in its way."""

import logging
import threading
from collections.abc import Callable, Sequence

from shadow.telling import Once

log = logging.getLogger("shadow")

Chore = Callable[[Callable[[], bool]], object]
"""Something to do now and then; it is told how to ask whether to stop."""
CHORE_SECONDS = 15.0


class Ticker:
    """Calls `tick` every so many seconds until it is closed, then `last` once.

    A tick that raises is logged once for each kind of error; the next one comes all the same. Threads do not survive
    a fork: `start` again in the child.
    """

    def __init__(
        self,
        name: str,
        tick: Callable[[], object],
        *,
        seconds: float,
        first: float | None = None,
        last: Callable[[], object] = lambda: None,
    ) -> None:
        """Does nothing before `start`; the first tick comes after `first` seconds, without it after `seconds`."""
        self._name = name
        self._tick = tick
        self._seconds = seconds
        self._first = seconds if first is None else first
        self._last = last
        self._say = Once()
        self.closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, on a thread of this process."""
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self.closing,), name=self._name, daemon=True)
        self._thread.start()

    def close(self, seconds: float) -> bool:
        """Tick no more and wait at most `seconds` for the end. Returns whether it came."""
        self.closing.set()
        if self._thread is None or self._thread is threading.current_thread():
            return True
        self._thread.join(timeout=seconds)
        return not self._thread.is_alive()

    def _run(self, closing: threading.Event) -> None:
        wait = self._first
        while not closing.wait(wait):
            self._safely(self._tick)
            wait = self._seconds
        self._safely(self._last)

    def _safely(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as error:
            self._say.error(f"{self._name} failed, and goes on", error)


class Chores:
    """Does each of its chores every `CHORE_SECONDS`; one that fails costs a line in the log."""

    def __init__(self, chores: Sequence[Chore]) -> None:
        """Does nothing before `run`."""
        self._chores = chores
        self.begun = threading.Event()
        """Set once each was done, or has failed, for the first time."""

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            for chore in self._chores:
                try:
                    chore(stop.is_set)
                except Exception:
                    log.exception("a chore failed")
            self.begun.set()
            stop.wait(CHORE_SECONDS)
