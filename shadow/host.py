"""What a host process does to the live path inside it: it forks, it ends, it is told to end.

docs/live-path.md says what that means under gunicorn, uvicorn, asyncio, multiprocessing and in scripts.
"""

import atexit
import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

log = logging.getLogger("shadow")


def follow(*, restart: Callable[[], object], close: Callable[[], object]) -> None:
    """From now on `restart` in every forked child, `close` at the end of the process and before SIGTERM ends it.

    `close` must bound its own time and may be called twice.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=restart)
    atexit.register(close)
    _before_sigterm(close)


def _before_sigterm(close: Callable[[], object]) -> None:
    """Only where SIGTERM would end the process without a word. A host's own handler stays, and ends by atexit.

    Signal handlers belong to the main thread; elsewhere nothing is done. A handler that the host installs later takes
    the place of this one.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    previous = signal.getsignal(signal.SIGTERM)
    if previous is not signal.SIG_DFL and not isinstance(previous, _Drains):
        return
    try:
        signal.signal(signal.SIGTERM, _Drains(close, previous if isinstance(previous, _Drains) else None))
    except ValueError:  # an interpreter inside another one
        log.debug("SIGTERM cannot be followed here")


class _Drains:
    """Drains, then lets SIGTERM do what it would have done."""

    def __init__(self, close: Callable[[], object], earlier: "_Drains | None") -> None:
        self._close = close
        self._earlier = earlier

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The handler."""
        try:
            self._close()
        except Exception:
            log.exception("could not drain before SIGTERM")
        if self._earlier is not None:
            self._earlier(number, frame)
            return
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
