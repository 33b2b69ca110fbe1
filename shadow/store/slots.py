"""Replacing a small file atomically, also on a disk without room.

Beside the file lies a spare of a fixed size whose blocks are allocated. On a full disk the new text is written into
the spare's blocks and the spare renamed to the file: nothing new is needed, and readers see the old text or the new
one. What the old file held becomes the next spare.
"""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

SPARE_BYTES = 64 * 1024
"""Room for a state with more than a hundred changes that the ledger has not taken over."""


def _write(descriptor: int, data: bytes, place: int) -> None:
    """All of it, or `OSError`: on a full disk a write ends early and says only how far it came."""
    if os.pwrite(descriptor, data, place) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Slots:
    """One small file and its spare."""

    def __init__(self, path: Path, *, spare: bool = True) -> None:
        """`spare` says whether a spare is kept for a full disk."""
        self.path = path
        self._spare = path.with_suffix(".spare") if spare else None

    def replace(self, text: str) -> None:
        """The file is this text from now on, or unchanged. Raises `OSError`."""
        data = text.encode()
        try:
            self._anew(data)
        except OSError:
            if not self._from_spare(data):
                self._in_place(data)
        self._keep_spare()

    def _anew(self, data: bytes) -> None:
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise

    def _from_spare(self, data: bytes) -> bool:
        """Whether the spare could take it. The rest of the spare is blanks, which JSON does not mind."""
        if self._spare is None or len(data) > SPARE_BYTES:
            return False
        with contextlib.suppress(OSError):
            descriptor = os.open(self._spare, os.O_WRONLY)
            try:
                if os.fstat(descriptor).st_size < SPARE_BYTES:
                    return False
                _write(descriptor, data.ljust(SPARE_BYTES), 0)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self._spare.replace(self.path)
            return True
        return False

    def _in_place(self, data: bytes) -> None:
        """The last way: over the file's own blocks. Half of it is no state, and readers keep the last good one."""
        descriptor = os.open(self.path, os.O_WRONLY)
        try:
            size = os.fstat(descriptor).st_size
            if len(data) > size:  # blanks at the end do no harm; without room for them the old text stays whole
                _write(descriptor, b" " * (len(data) - size), size)
            _write(descriptor, data.ljust(size), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _keep_spare(self) -> None:
        if self._spare is None:
            return
        with contextlib.suppress(OSError):
            if self._spare.exists() and self._spare.stat().st_size == SPARE_BYTES:
                return
            descriptor = os.open(self._spare, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                _write(descriptor, b" " * SPARE_BYTES, 0)
            finally:
                os.close(descriptor)
