"""The DuckDB file under the ledger: waiting, versions, and every way in which a file can be unusable."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from shadow.errors import StoreBroken, StoreBusy
from shadow.store.duckdb_file import DuckdbFile, schema_version

ROOT = Path(__file__).parents[3]
STEPS = (("create table notes (words varchar primary key)",), ("alter table notes add column author varchar",))

HOLDS = """
import sys, duckdb
with duckdb.connect(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""

FULL = """
import resource, signal, sys
from pathlib import Path
from shadow.errors import StoreBroken
from shadow.store.duckdb_file import DuckdbFile

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = DuckdbFile(Path(sys.argv[1]), (("create table notes (words varchar primary key)",),))
file.write(lambda connection: connection.execute("insert into notes values ('before')"))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    file.write(lambda connection: connection.execute("insert into notes select md5(x::varchar) from range(99999) t(x)"))
except StoreBroken as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
file.write(lambda connection: connection.execute("insert into notes values ('after')"))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file of the test lies."""
    return tmp_path / "home" / "notes.duckdb"


@pytest.fixture
def file(path: Path) -> DuckdbFile:
    """A file of two schema steps."""
    return DuckdbFile(path, STEPS, clock=lambda: 1_700_000_000.0)


@contextmanager
def holder(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the file."""
    command = [sys.executable, "-c", HOLDS, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def note(file: DuckdbFile, words: str) -> None:
    """Write one note."""
    file.write(lambda connection: connection.execute("insert into notes (words) values (?)", [words]))


def notes(file: DuckdbFile) -> list[str]:
    """All notes in the file, in order."""
    with file.reading() as connection:
        return [row[0] for row in connection.execute("select words from notes order by rowid").fetchall()]


def test_what_was_written_is_read(file: DuckdbFile) -> None:
    """Each transaction is on disk once it returned, and gives back what its function gave."""
    note(file, "one")
    assert file.write(lambda connection: connection.execute("select words from notes").fetchall()) == [("one",)]
    note(file, "two")
    assert notes(file) == ["one", "two"]


def test_a_reader_cannot_write(file: DuckdbFile) -> None:
    """The connection for reading is read-only."""
    note(file, "one")
    with pytest.raises(StoreBroken, match="read-only"), file.reading() as connection:
        connection.execute("delete from notes")
    assert notes(file) == ["one"]


def test_only_the_owner_may_look(file: DuckdbFile, path: Path) -> None:
    """The folder is 0700, the file 0600, and nothing else lies beside it afterwards."""
    note(file, "one")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {item.name: item.stat().st_mode & 0o777 for item in path.parent.iterdir()} == {"notes.duckdb": 0o600}


def test_a_change_that_raises_leaves_nothing(file: DuckdbFile) -> None:
    """Where the function raises half way through, its transaction is taken back."""
    note(file, "one")

    def change(connection: DuckDBPyConnection) -> None:
        connection.execute("insert into notes (words) values ('taken back')")
        message = "changed my mind"
        raise ValueError(message)

    with pytest.raises(ValueError, match="changed my mind"):
        file.write(change)
    assert notes(file) == ["one"]


def test_nothing_filed_yet_says_what_to_do(file: DuckdbFile, path: Path) -> None:
    """Reading a ledger that is not there names the path and the verb that makes one, and makes no file."""
    with pytest.raises(StoreBroken, match=r"notes\.duckdb: no pairs filed yet.*`shadow work`"), file.reading():
        pass
    assert not path.exists()


def test_schema_steps_are_applied_in_order(path: Path) -> None:
    """An older file gets the steps it lacks, by a reader as by a writer, each noted with its time."""
    note(DuckdbFile(path, STEPS[:1], clock=lambda: 0.0), "kept")
    later = DuckdbFile(path, STEPS, clock=lambda: 1_700_000_000.0)
    with later.reading() as connection:
        assert connection.execute("select words, author from notes").fetchall() == [("kept", None)]
        assert connection.execute("from schema_version order by version").fetchall() == [
            (1, datetime(1970, 1, 1)),  # noqa: DTZ001  the ledger's times are UTC without a zone
            (2, datetime(2023, 11, 14, 22, 13, 20)),  # noqa: DTZ001
        ]


def test_a_step_that_fails_changes_nothing(path: Path) -> None:
    """Steps are applied in one transaction: where a later one fails, the file stays at its version."""
    note(DuckdbFile(path, STEPS[:1]), "kept")
    broken = (*STEPS, ("create table more (x integer)", "no sql at all"))
    with pytest.raises(StoreBroken, match=r"notes\.duckdb.*syntax error"):
        note(DuckdbFile(path, broken), "refused")
    with DuckdbFile(path, STEPS[:1]).reading() as connection:
        assert schema_version(connection) == 1
        assert connection.execute("select table_name from duckdb_tables() order by 1").fetchall() == [
            ("notes",),
            ("schema_version",),
        ]


def test_a_newer_file_is_refused(path: Path) -> None:
    """A file of a later schema is named and refused, by readers and writers, and stays as it is."""
    note(DuckdbFile(path, STEPS), "kept")
    old = DuckdbFile(path, STEPS[:1])
    message = r"notes\.duckdb.*newer version.*ledger version 2, this one knows 1"
    with pytest.raises(StoreBroken, match=message):
        note(old, "refused")
    with pytest.raises(StoreBroken, match=message), old.reading():
        pass
    assert notes(DuckdbFile(path, STEPS)) == ["kept"]


def test_a_held_file_is_waited_for(path: Path) -> None:
    """While another process holds the file, writers and readers wait and then go on."""
    note(DuckdbFile(path, STEPS), "one")
    pauses: list[float] = []
    with holder(path) as process:

        def sleep(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 6:
                process.kill()
                process.wait()

        file = DuckdbFile(path, STEPS, sleep=sleep)
        note(file, "two")
        assert pauses == [0.005, 0.01, 0.02, 0.04, 0.08, 0.1]
        assert notes(file) == ["one", "two"]


def test_patience_ends_and_names_the_holder(path: Path) -> None:
    """After the bounded time the error names the file and the process that holds it, for readers and writers."""
    note(DuckdbFile(path, STEPS), "one")
    pauses: list[float] = []
    file = DuckdbFile(path, STEPS, sleep=pauses.append, patience_seconds=1.0)
    with holder(path) as process:
        with pytest.raises(StoreBusy, match=rf"notes\.duckdb: process {process.pid} holds .* within 1 s"):
            note(file, "refused")
        assert 1.0 <= sum(pauses) < 1.2
        with pytest.raises(StoreBusy, match=f"process {process.pid}"), file.reading():
            pass


def test_a_reader_of_the_same_process_is_waited_for(path: Path) -> None:
    """A thread that reads keeps a thread that writes waiting, not failing."""
    note(DuckdbFile(path, STEPS), "one")
    reading = DuckdbFile(path, STEPS).reading()
    with reading:
        impatient = DuckdbFile(path, STEPS, sleep=lambda _: None, patience_seconds=0.1)
        with pytest.raises(StoreBusy, match="another part of this process holds the ledger"):
            note(impatient, "refused")
    note(DuckdbFile(path, STEPS), "two")
    assert notes(DuckdbFile(path, STEPS)) == ["one", "two"]


def test_the_slower_of_two_threads_begins_again(path: Path) -> None:
    """Where another thread of the process committed the same key first, the change runs again from its start."""
    file = DuckdbFile(path, STEPS, sleep=lambda _: None)
    note(file, "one")
    runs: list[list[str]] = []

    def change(connection: DuckDBPyConnection) -> None:
        runs.append([row[0] for row in connection.execute("select words from notes order by words").fetchall()])
        if len(runs) == 1:
            faster = threading.Thread(target=note, args=(file, "two"))
            faster.start()
            faster.join()
        connection.execute("insert into notes (words) values ('two') on conflict do nothing")

    file.write(change)
    assert runs == [["one"], ["one", "two"]]
    assert notes(file) == ["one", "two"]


def test_many_may_make_the_file_at_once(path: Path) -> None:
    """Threads that all find no file make one, and no write is lost."""
    files = [DuckdbFile(path, STEPS) for _ in range(4)]
    start = threading.Barrier(len(files))

    def begin(number: int) -> None:
        start.wait()
        note(files[number], str(number))

    threads = [threading.Thread(target=begin, args=(number,), daemon=True) for number in range(len(files))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(notes(files[0])) == [str(number) for number in range(len(files))]
    assert [item.name for item in path.parent.iterdir()] == ["notes.duckdb"]


def test_a_file_of_another_kind_names_the_fix(file: DuckdbFile, path: Path) -> None:
    """What is no ledger is named with what to do, for readers and writers, and is left as it is."""
    path.parent.mkdir()
    path.write_bytes(b"something else " * 1000)
    message = r"notes\.duckdb.*not a valid DuckDB database.*Move it away"
    with pytest.raises(StoreBroken, match=message):
        note(file, "refused")
    with pytest.raises(StoreBroken, match=message), file.reading():
        pass
    assert path.read_bytes() == b"something else " * 1000


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Where the home cannot be a folder, the error names the file."""
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(StoreBroken, match=r"notes\.duckdb: the ledger cannot be used"):
        note(DuckdbFile(tmp_path / "home" / "notes.duckdb", STEPS), "refused")


def test_a_full_disk_is_named_and_passes(path: Path) -> None:
    """Where no more fits on the disk, the error names the file, nothing of the batch is there, later ones work."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert "notes.duckdb: the ledger cannot be used" in done.stdout
    assert notes(DuckdbFile(path, STEPS[:1])) == ["before", "after"]


def test_errors_of_a_reader_are_worded(file: DuckdbFile) -> None:
    """What DuckDB refuses while reading comes out as an error of the store, naming the file."""
    note(file, "one")
    with pytest.raises(StoreBroken, match=r"notes\.duckdb.*nowhere") as caught, file.reading() as connection:
        connection.execute("select * from nowhere")
    assert isinstance(caught.value.__cause__, duckdb.Error)
