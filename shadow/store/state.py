"""cutover.json: the percentages in force, replaced atomically, polled by live processes.

Light imports only: live processes read it, and a roll back must work when everything else is broken.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from shadow.cutover import State
from shadow.errors import StoreBroken
from shadow.store.slots import Slots

FILE_NAME = "cutover.json"
LAST_GOOD = "cutover.last"
"""A copy of the state beside it, for whoever starts while the state itself is missing or damaged."""
PATIENCE_SECONDS = 3.0
"""How long a change waits for another one; they take milliseconds, so whoever takes longer is stopped or hangs."""
PAUSE_SECONDS = 0.01
TRIES = 20
Stamp = tuple[int, int, int]


class CutoverFile:
    """The state file of one home."""

    def __init__(self, home: Path) -> None:
        """`home` need not exist yet; reading then gives 0 % everywhere."""
        self.path = home / FILE_NAME
        self._slots = Slots(self.path)
        self._copy = home / LAST_GOOD

    def stamp(self) -> Stamp | None:
        """Changes whenever the file does; None where there is none. One `stat`, cheap enough to poll."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_ino, status.st_size)

    def read(self) -> State:
        """The state in force. Where there is no file: the last known good one, 0 % where there never was any.

        Raises `StoreBroken` for a file that is not one.
        """
        try:
            return State.from_json(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return self.last_good() or State()
        except (OSError, ValueError) as error:
            msg = f"{self.path}: cannot be read ({error}). Set the percentage anew with `shadow cutover set`."
            raise StoreBroken(msg) from error

    def last_good(self) -> State | None:
        """The state that was last written whole, whatever became of the file; None where there never was one."""
        with contextlib.suppress(OSError, ValueError):
            return State.from_json(self._copy.read_text(encoding="utf-8"))
        return None

    def damage(self) -> str:
        """What is wrong with the file, in words; empty where nothing is."""
        try:
            State.from_json(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return "missing" if self._copy.exists() else ""
        except (OSError, ValueError) as error:
            return str(error) or "empty"
        return ""

    def change(self, change: Callable[[State], State], *, broken: State | None = None) -> State:
        """Replace the state by `change` of it, one process at a time. `broken` stands in for an unreadable file.

        Needs no room on the disk once a first change was made. Whoever holds the lock longer than a change can take
        is passed by; nothing is lost then either, since a state that changed meanwhile is read once more.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked():
                return self._changed(change, broken)
        except OSError as error:
            msg = f"{self.path}: cannot be written: {error.strerror}."
            raise StoreBroken(msg) from error

    def _changed(self, change: Callable[[State], State], broken: State | None) -> State:
        for _ in range(TRIES):
            stamp, before = self.stamp(), self._read_or(broken)
            state = change(before)
            if state is before:
                return state
            text = state.to_json()
            if self.stamp() == stamp:
                self._slots.replace(text)
                with contextlib.suppress(OSError):  # only a copy, for whoever finds no original
                    Slots(self._copy, spare=False).replace(text)
                return state
        msg = f"{self.path}: changed by somebody else all the time. Try again."
        raise StoreBroken(msg)

    def _read_or(self, broken: State | None) -> State:
        try:
            return self.read()
        except StoreBroken:
            if broken is None:
                raise
            return self.last_good() or broken

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        # The lock is on a file of its own: the state file is replaced, and a lock would go with the old one.
        descriptor = self._lock_file()
        try:
            last = time.monotonic() + PATIENCE_SECONDS
            while not _taken(descriptor) and time.monotonic() < last:
                time.sleep(PAUSE_SECONDS)
            yield
        finally:
            os.close(descriptor)

    def _lock_file(self) -> int:
        try:
            return os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:  # no room for a new name: the folder itself can be locked as well
            return os.open(self.path.parent, os.O_RDONLY)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
