"""One thing done again and again on a daemon thread, for the live path: beside the caller, never in its way."""

import threading
from collections.abc import Callable

from shadow.telling import Once


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
