"""One worker beside the live processes of a home: as a child process, as long as any of them asks for it.

Two locks, both let go by the system when their holder dies. Who asks holds `asked` together with the others who ask;
the worker holds `worker` alone. So there is one worker however many ask, and the worker can tell when nobody is left.
"""

import fcntl
import logging
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from shadow.home import LIVE, live_folder
from shadow.ticking import Ticker

log = logging.getLogger("shadow")

LOOK_SECONDS = 5.0
"""How often a process that asks looks whether the worker is there."""
LEAVE_SECONDS = 1.0
"""How often the worker looks whether anybody still asks."""
EARLY_SECONDS = 30.0
"""A worker that ends sooner than this did not start properly; the next one waits longer and longer."""
LONGEST_WAIT_SECONDS = 300.0


class Beside:
    """Asks for a worker, and starts it where there is none. Everything happens on a thread of its own."""

    def __init__(
        self,
        home: Path,
        command: Sequence[str],
        *,
        look_seconds: float = LOOK_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`command` starts the worker; it must end by itself when nobody asks any more (`leave_with_the_last`)."""
        self._home = home
        self._command = list(command)
        self._monotonic = monotonic
        self._asked: int | None = None
        self._held: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._inherited: list[object] = []
        self._started_at = self._wait = 0.0
        self._ticker = Ticker("shadow-beside", self.look, seconds=look_seconds, first=0.0)

    @property
    def worker(self) -> int | None:
        """Process id of the worker that this process started and has not seen end."""
        return self._child.pid if self._child is not None else None

    def follow(self) -> None:
        """Look from a thread of this process from now on."""
        self._ticker.start()

    def restart(self) -> None:
        """Go on in a forked child, which asks in its own right; a worker that was started is its parent's child."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
        self._inherited.append(self._child)  # collecting it would look for a child of ours
        self._child = None
        self.follow()

    def stop(self) -> None:
        """Ask no longer. The worker ends by itself when nobody else does either."""
        self._ticker.close(0.0)
        if self._child is not None:
            self._child.poll()
        if self._asked is not None:
            os.close(self._asked)
            self._asked = None

    def look(self) -> None:
        """Ask, and start a worker if there is none."""
        if self._asked is None:
            self._asked = _locked(self._home, "asked", fcntl.LOCK_SH)
        if self._child is not None:
            if self._child.poll() is None:
                return
            self._note_end(self._child.returncode)
        if self._monotonic() >= self._started_at + self._wait:
            self._start()

    def _note_end(self, code: int) -> None:
        early = self._monotonic() - self._started_at < EARLY_SECONDS
        self._wait = min(LONGEST_WAIT_SECONDS, max(EARLY_SECONDS, self._wait * 2)) if early else 0.0
        if early and code != 0:
            log.error("the worker ended with %d; %s says why", code, self._home / LIVE / "work.log")
        self._child = None

    def _start(self) -> None:
        self._held = _locked(self._home, "worker", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if self._held is None:
            return
        try:
            # The child inherits the locked file, so the lock lives as long as the child does.
            log_file = os.open(self._home / LIVE / "work.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(log_file, "ab") as out:
                self._child = subprocess.Popen(  # noqa: S603 - our own verb, as live.py names it
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    pass_fds=(self._held,),
                    start_new_session=True,
                )
            self._started_at = self._monotonic()
        finally:
            os.close(self._held)
            self._held = None


def leave_with_the_last(home: Path, stop: Callable[[], object], *, look_seconds: float = LEAVE_SECONDS) -> None:
    """In the worker: call `stop` once no live process asks for it any more."""
    Ticker("shadow-beside", lambda: stop() if nobody_asks(home) else None, seconds=look_seconds).start()


def nobody_asks(home: Path) -> bool:
    """Whether no live process asks for a worker any more."""
    descriptor = _locked(home, "asked", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def _locked(home: Path, name: str, how: int) -> int | None:
    """The lock of this name; None where somebody else holds it."""
    descriptor = os.open(live_folder(home) / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
