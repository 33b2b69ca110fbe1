"""One SQLite file in WAL mode, safe to use from threads, processes and forked children.

A connection must not live through a fork: SQLite's locks belong to a process, so a child that inherits an open
connection believes in locks it does not hold, and its writes go to a log that the parent may delete
(https://www.sqlite.org/howtocorrupt.html, 2.6). So the connection is closed just before a fork and reopened when
needed.
"""

import contextlib
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shadow.errors import SpoolBroken

PRIMARY_CODE = 0xFF
"""The low byte of an extended result code names the family: https://www.sqlite.org/rescode.html."""
FORK_PATIENCE = 10.0
"""Seconds that a fork waits for an operation of another thread to end: longer than any takes. Were it to go on in the
middle of one, the child's SQLite would for ever wait for a thread that it does not have."""

SWITCH_PAUSE = 0.01
"""Seconds between two tries to switch a new file to WAL."""

MOVE_AWAY = (
    "Move it away together with the -wal and -shm files beside it; a fresh one is made by itself. "
    "The captures in the old one were not compared yet: `sqlite3 FILE .recover` may save them."
)
FIXES = {
    sqlite3.SQLITE_NOTADB: MOVE_AWAY,
    sqlite3.SQLITE_CORRUPT: MOVE_AWAY,
    sqlite3.SQLITE_BUSY: "Another process holds it. Look for a stopped process or an open database shell.",
    sqlite3.SQLITE_FULL: "Free some space on its disk.",
    sqlite3.SQLITE_READONLY: "Make the file and its folder writable for this user.",
    sqlite3.SQLITE_CANTOPEN: "Make its folder exist and writable for this user.",
    sqlite3.SQLITE_IOERR: "Its disk failed or is full; look at the system's log.",
}


class SqliteFile:
    """One connection per process, used by one thread at a time, made when needed.

    It is made anew where the file under the path was replaced or removed: writing on into a file that nobody will
    open again would lose what was accepted. A failed statement lets go of the connection as well.
    """

    def __init__(
        self,
        path: Path,
        steps: Sequence[Sequence[str]],
        *,
        patience_seconds: float = 5.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`steps` are the numbered schema steps, never edited; `patience_seconds` bounds the wait for a lock."""
        self.path = path
        self._steps = steps
        self._patience_seconds = patience_seconds
        self._sleep = sleep
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._forking = threading.local()
        self._abandoned: list[sqlite3.Connection] = []
        self._watch_forks()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one statement that changes nothing. Raises `SpoolBroken`."""
        with self._lock, self._explained():
            yield self._opened()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one write transaction, committed at the end, rolled back on any error."""
        with self._lock, self._explained():
            connection = self._opened()
            with connection:
                connection.execute("begin immediate")
                yield connection

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            self._drop()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self._drop()
            msg = _explain(self.path, error)
            raise SpoolBroken(msg) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and self._identity == _identity(self.path):
            return self._connection
        self._drop()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=self._patience_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._identity = connection, _identity(self.path)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        # SQLite gives the -wal and -shm files the mode of the file itself.
        if self.path.stat().st_mode & 0o077:
            self.path.chmod(0o600)
        version = _version(connection)
        if version > len(self._steps):
            msg = (
                f"{self.path}: written by a newer version of this program (spool version {version}, this one knows "
                f"{len(self._steps)}). Upgrade this installation, or let the newer one empty the spool."
            )
            raise SpoolBroken(msg)
        self._switch_to_wal(connection)
        connection.execute("pragma synchronous=normal")
        if version < len(self._steps):
            self._migrate(connection)

    def _switch_to_wal(self, connection: sqlite3.Connection) -> None:
        # SQLite gives up at once where connections that make the same file meet here, so the waiting is ours.
        connection.execute("pragma busy_timeout=0")
        for left in range(int(self._patience_seconds / SWITCH_PAUSE), -1, -1):
            try:
                connection.execute("pragma journal_mode=wal")
                break
            except sqlite3.OperationalError as error:
                if left == 0 or _family(error) != sqlite3.SQLITE_BUSY:
                    raise
                self._sleep(SWITCH_PAUSE)
        connection.execute(f"pragma busy_timeout={int(self._patience_seconds * 1000)}")

    def _migrate(self, connection: sqlite3.Connection) -> None:
        with connection:
            connection.execute("begin immediate")
            # Read again under the lock: another process may have been faster.
            for number in range(_version(connection), len(self._steps)):
                for statement in self._steps[number]:
                    connection.execute(statement)
                connection.execute(f"pragma user_version={number + 1}")

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _watch_forks(self) -> None:
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=_while_alive(weakref.WeakMethod(self._before_fork)),
                after_in_parent=_while_alive(weakref.WeakMethod(self._after_fork_in_parent)),
                after_in_child=_while_alive(weakref.WeakMethod(self._after_fork_in_child)),
            )

    def _before_fork(self) -> None:
        self._forking.paused = self._lock.acquire(timeout=FORK_PATIENCE)
        if self._forking.paused:
            self._drop()

    def _after_fork_in_parent(self) -> None:
        if self._forking.paused:
            self._lock.release()

    def _after_fork_in_child(self) -> None:
        self._lock = threading.Lock()
        if self._connection is not None:
            # A thread that does not exist here was in the middle of it: closing it would touch the parent's locks.
            self._abandoned.append(self._connection)
        self._connection = None


def _while_alive(method: "weakref.WeakMethod[Callable[[], None]]") -> Callable[[], None]:
    """A hook that does nothing once its owner is gone: fork hooks cannot be taken back."""

    def call() -> None:
        alive = method()
        if alive is not None:
            alive()

    return call


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def _explain(path: Path, error: sqlite3.Error | OSError) -> str:
    fix = FIXES.get(_family(error), "") if isinstance(error, sqlite3.Error) else ""
    return f"{path}: the spool cannot be used: {error}. {fix}".rstrip()


def _family(error: sqlite3.Error) -> int:
    # Errors of the Python module itself carry no code.
    return int(getattr(error, "sqlite_errorcode", 0)) & PRIMARY_CODE
