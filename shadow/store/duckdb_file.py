"""The DuckDB file of the ledger: opened only for the length of a batch, because one process holds it at a time."""

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import duckdb
from duckdb import DuckDBPyConnection

from shadow.errors import StoreBroken, StoreBusy

Steps = Sequence[Sequence[str]]
Done = TypeVar("Done")

FIRST_PAUSE = 0.005
LONGEST_PAUSE = 0.1
"""Seconds between two tries, doubling in between."""

PASSING = re.compile(
    "Could not set lock on file"  # another process
    "|different configuration than existing connections|Unique file handle conflict"  # another thread opens or holds it
    "|write-write conflict|[Cc]onflict on |[Dd]uplicate key"  # another thread committed first
)
"""Errors that the same try may not meet a moment later. DuckDB gives them no class of their own."""
HOLDER = re.compile(r"\(PID (\d+)\)")

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    # Nothing that a query names may fetch code from the network.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # A table that is not there must not be looked for among the variables of the program.
    "python_enable_replacements": False,
}
WRITING: dict[str, str | bool | int | float | list[str]] = {
    # Off: guessing from a sample takes a text column that is mostly missing for one without text.
    "pandas_analyze_sample": 0,
    # A batch is small: sharing it among threads costs more than it saves.
    "threads": 1,
}
# At each closing DuckDB weighs up anew how to compress the last row group. Without FSST that takes half the time, and
# the file grows by a seventh. Among the settings of a connection this one is passed over without a word.
NO_FSST = "set disabled_compression_methods = 'fsst'"

VERSIONS = "create table if not exists schema_version (version integer primary key, applied_at timestamp not null)"


class _HeldError(Exception):
    """Somebody else holds the file or was faster: worth another try. Never leaves this file."""


class DuckdbFile:
    """Opens the file, waits for whoever holds it, brings the schema up to date, words what goes wrong."""

    def __init__(
        self,
        path: Path,
        steps: Steps,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        patience_seconds: float = 10.0,
    ) -> None:
        """`steps` are the numbered schema steps; `patience_seconds` is how long to wait for another holder."""
        self.path = path
        self._steps = steps
        self._clock = clock
        self._sleep = sleep
        self._patience_seconds = patience_seconds

    @contextmanager
    def reading(self) -> Iterator[DuckDBPyConnection]:
        """A read-only connection. Copy what is needed and leave: while it is open nobody can write.

        Raises `StoreBroken` where there is no file yet, `StoreBusy` where somebody else would not let go.
        """
        connection = self._patiently(self._open_to_read)
        try:
            yield connection
        except duckdb.Error as error:
            raise self._broken(error) from error
        finally:
            connection.close()

    def write(self, change: Callable[[DuckDBPyConnection], Done]) -> Done:
        """Run `change` in one transaction and give back what it gives: on disk is all of it or nothing.

        `change` may run again from its start. Raises `StoreBusy`, `StoreBroken`.
        """
        return self._patiently(lambda: self._write(change))

    def _write(self, change: Callable[[DuckDBPyConnection], Done]) -> Done:
        if not self.path.exists():
            self._create()
        with contextlib.closing(_connect(self.path)) as connection:
            self._migrate(connection)
            with _transaction(connection):
                return change(connection)

    def _open_to_read(self) -> DuckDBPyConnection:
        if not self.path.exists():
            msg = (
                f"{self.path}: no pairs filed yet. Send briefs (your wrapped client, or `shadow run briefs.txt`) "
                "and let `shadow work` compare them."
            )
            raise StoreBroken(msg)
        connection = _connect(self.path, read_only=True)
        try:
            version = self._known_version(connection)
        except BaseException:
            connection.close()
            raise
        if version == len(self._steps):
            return connection
        connection.close()
        self._write(lambda _: None)
        return _connect(self.path, read_only=True)

    def _create(self) -> None:
        """Make the file whole under another name and link it into place: a kill leaves no half of a ledger."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self.path.with_name(f"{self.path.name}.{os.urandom(8).hex()}.tmp")
        try:
            with contextlib.closing(_connect(new)) as connection:
                self._migrate(connection)
            new.chmod(0o600)
            with contextlib.suppress(FileExistsError):  # another process was faster
                self.path.hardlink_to(new)
        finally:
            new.unlink(missing_ok=True)

    def _migrate(self, connection: DuckDBPyConnection) -> None:
        version = self._known_version(connection)
        if version == len(self._steps):
            return
        with _transaction(connection):
            connection.execute(VERSIONS)
            applied_at = datetime.fromtimestamp(self._clock(), UTC).replace(tzinfo=None)
            for number in range(version, len(self._steps)):
                for statement in self._steps[number]:
                    connection.execute(statement)
                connection.execute("insert into schema_version values (?, ?)", [number + 1, applied_at])

    def _known_version(self, connection: DuckDBPyConnection) -> int:
        version = schema_version(connection)
        if version > len(self._steps):
            msg = (
                f"{self.path}: written by a newer version of this program (ledger version {version}, this one knows "
                f"{len(self._steps)}). Upgrade this installation."
            )
            raise StoreBroken(msg)
        return version

    def _patiently(self, attempt: Callable[[], Done]) -> Done:
        """Try until it works or patience ends; the waiting alone is counted, so that no clock can cut it short."""
        waited, pause = 0.0, FIRST_PAUSE
        while True:
            try:
                return self._tried(attempt)
            except _HeldError as held:
                if waited >= self._patience_seconds:
                    raise StoreBusy(self._busy(str(held), waited)) from held
            self._sleep(pause)
            waited, pause = waited + pause, min(2 * pause, LONGEST_PAUSE)

    def _tried(self, attempt: Callable[[], Done]) -> Done:
        try:
            return attempt()
        except duckdb.Error as error:
            if PASSING.search(str(error)):
                raise _HeldError(str(error)) from error
            raise self._broken(error) from error
        except OSError as error:
            raise self._broken(error) from error

    def _busy(self, error: str, waited: float) -> str:
        found = HOLDER.search(error)
        holder = f"process {found.group(1)}" if found else "another part of this process"
        return (
            f"{self.path}: {holder} holds the ledger and did not let go within {waited:.0f} s. "
            "Try again, or end that process."
        )

    def _broken(self, error: duckdb.Error | OSError) -> StoreBroken:
        reason = str(error).partition("\n")[0].rstrip(".")
        advice = " Move it away with the .wal beside it: a fresh one is made." if "not a valid DuckDB" in reason else ""
        return StoreBroken(f"{self.path}: the ledger cannot be used: {reason}.{advice}")


def schema_version(connection: DuckDBPyConnection) -> int:
    """The number of the last schema step that was applied; 0 in an empty file."""
    try:
        found = connection.execute("select coalesce(max(version), 0) from schema_version").fetchone()
    except duckdb.CatalogException:
        return 0
    return int(found[0]) if found else 0


def _connect(path: Path, *, read_only: bool = False) -> DuckDBPyConnection:
    if read_only:
        return duckdb.connect(path, read_only=True, config=SETTINGS)
    connection = duckdb.connect(path, config={**SETTINGS, **WRITING})
    connection.execute(NO_FSST)
    return connection


@contextmanager
def _transaction(connection: DuckDBPyConnection) -> Iterator[None]:
    connection.execute("begin transaction")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # a commit that failed has already rolled back
            connection.execute("rollback")
        raise
