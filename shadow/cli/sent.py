"""Which rows of a file of briefs were sent already, so that `shadow run` can go on where it was stopped."""

import threading
from pathlib import Path
from types import TracebackType
from typing import TextIO

from shadow.errors import InputError


class Sent:
    """The rows of one file that one incumbent has answered, kept as line numbers in the home.

    The file is named by the digest of its content: an edited file is another file. For `with`.
    """

    def __init__(self, home: Path, *, digest: str, incumbent: str) -> None:
        """`digest` is the file's sha256; nothing is made before the first row is noted."""
        name = "".join(sign if sign.isalnum() or sign in "-." else "_" for sign in incumbent)
        self._path = home / "sent" / f"{digest[:32]}-{name}.txt"
        self._lock = threading.Lock()
        self._file: TextIO | None = None

    def rows(self) -> frozenset[int]:
        """Line numbers of the rows that were answered. Half a line, left by a kill, is none."""
        try:
            lines = self._path.read_text(encoding="ascii").splitlines(keepends=True)
        except FileNotFoundError:
            return frozenset()
        except (OSError, UnicodeDecodeError) as error:
            raise self._broken(error) from error
        return frozenset(int(line) for line in lines if line.endswith("\n") and line.strip().isdecimal())

    def note(self, row: int) -> None:
        """This row was answered. Raises `InputError` where that cannot be written down."""
        with self._lock:
            try:
                if self._file is None:
                    self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    self._file = self._path.open("a", encoding="ascii", buffering=1)
                self._file.write(f"{row}\n")
            except OSError as error:
                raise self._broken(error) from error

    def __enter__(self) -> "Sent":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def _broken(self, error: OSError | UnicodeDecodeError) -> InputError:
        reason = error.strerror if isinstance(error, OSError) else "it is not what this program wrote"
        return InputError(f"{self._path}: cannot be used: {reason}. Delete it, and every row is sent again.")
