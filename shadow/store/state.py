"""cutover.json: the percentages in force, replaced atomically, polled by live processes.

Light imports only: live processes read it, and a roll back must work when everything else is broken.
"""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from shadow.cutover import State
from shadow.errors import StoreBroken

FILE_NAME = "cutover.json"


class CutoverFile:
    """The state file of one home."""

    def __init__(self, home: Path) -> None:
        """`home` need not exist yet; reading then gives 0 % everywhere."""
        self.path = home / FILE_NAME

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever the file does; None where there is none. One `stat`, cheap enough to poll."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_ino)

    def read(self) -> State:
        """The state in force; 0 % where there is no file yet. Raises `StoreBroken` for a file that is not one."""
        try:
            return State.from_json(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return State()
        except (OSError, ValueError) as error:
            msg = f"{self.path}: cannot be read ({error}). Set the percentage anew with `shadow cutover set`."
            raise StoreBroken(msg) from error

    def change(self, change: Callable[[State], State], *, broken: State | None = None) -> State:
        """Replace the state by `change` of it, one process at a time. `broken` stands in for an unreadable file."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked():
                state = change(self._read_or(broken))
                self._replace(state.to_json())
        except OSError as error:
            msg = f"{self.path}: cannot be written: {error.strerror}."
            raise StoreBroken(msg) from error
        return state

    def _read_or(self, broken: State | None) -> State:
        try:
            return self.read()
        except StoreBroken:
            if broken is None:
                raise
            return broken

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        # The lock is on a file of its own: the state file is replaced, and a lock would go with the old one.
        descriptor = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _replace(self, text: str) -> None:
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{FILE_NAME}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
