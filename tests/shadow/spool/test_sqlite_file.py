"""The SQLite file under the durable spool: forks, versions, and every way in which a file can be unusable."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shadow.errors import SpoolBroken
from shadow.spool.sqlite_file import SqliteFile

ROOT = Path(__file__).parents[3]
STEPS = (("create table notes (words text not null)",), ("alter table notes add column author text",))

# The parent has the file open, forks, and lets go first. Were the child to inherit the connection, the log that it
# writes to would be deleted under it.
PARENT_LETS_GO = """
import os, sys
from pathlib import Path
from shadow.spool.sqlite_file import SqliteFile

file = SqliteFile(Path(sys.argv[1]), (("create table notes (words text not null)",),))
def note(words):
    with file.writing() as connection:
        connection.execute("insert into notes values (?)", (words,))

note("parent")
written, write_end = os.pipe()
closed, close_end = os.pipe()
child = os.fork()
if child == 0:
    note("child, parent there")
    os.write(write_end, b"1")
    os.read(closed, 1)
    note("child, parent gone")
    os._exit(0)
os.read(written, 1)
file.close()
os.write(close_end, b"1")
assert os.waitpid(child, 0)[1] == 0
"""

# Another thread is in the middle of a transaction when the process forks.
FORK_WHILE_WRITING = """
import os, sys, threading, warnings
from pathlib import Path
from shadow.errors import SpoolBroken
from shadow.spool import sqlite_file
from shadow.spool.sqlite_file import SqliteFile

warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is what is tried here
sqlite_file.FORK_PATIENCE = float(sys.argv[2])
file = SqliteFile(Path(sys.argv[1]), (("create table notes (words text not null)",),), patience_seconds=0.1)
inside, go_on = threading.Event(), threading.Event()
def slow():
    with file.writing() as connection:
        connection.execute("insert into notes values ('thread')")
        inside.set()
        go_on.wait(0.3)

thread = threading.Thread(target=slow)
thread.start()
inside.wait()
child = os.fork()
if child == 0:
    try:
        with file.writing() as connection:
            connection.execute("insert into notes values ('child')")
    except SpoolBroken:
        os._exit(3)
    os._exit(0)
thread.join()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

FULL = """
import resource, signal, sys
from pathlib import Path
from shadow.errors import SpoolBroken
from shadow.spool.sqlite_file import SqliteFile

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = SqliteFile(Path(sys.argv[1]), (("create table notes (words text not null)",),))
with file.writing() as connection:
    connection.execute("insert into notes values ('before')")
file.close()
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
try:
    with file.writing() as connection:
        connection.execute("insert into notes values (?)", ("x" * 200_000,))
except SpoolBroken as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with file.writing() as connection:
    connection.execute("insert into notes values ('after')")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file of the test lies."""
    return tmp_path / "home" / "notes.sqlite"


@pytest.fixture
def file(path: Path) -> Iterator[SqliteFile]:
    """A file of two schema steps, impatient."""
    with closing(SqliteFile(path, STEPS, patience_seconds=0.05)) as made:
        yield made


def run(script: str, *arguments: str) -> str:
    """What a process running `script` printed; it must end well."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def note(file: SqliteFile, words: str) -> None:
    """Write one note."""
    with file.writing() as connection:
        connection.execute("insert into notes (words) values (?)", (words,))


def notes(path: Path) -> list[str]:
    """All notes in the file, in order."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("select words from notes order by rowid")]


def test_a_forked_child_writes_to_the_same_file(path: Path) -> None:
    """What a forked child writes is there, also after the parent, which had the file open, let go of it first."""
    run(PARENT_LETS_GO, str(path))
    assert notes(path) == ["parent", "child, parent there", "child, parent gone"]


def test_a_fork_waits_for_the_write_of_another_thread(path: Path) -> None:
    """A fork lets the transaction of another thread end first, so that both processes can write on."""
    assert run(FORK_WHILE_WRITING, str(path), "10") == "0\n"
    assert sorted(notes(path)) == ["child", "thread"]


def test_a_fork_that_could_not_wait_harms_nobody(path: Path) -> None:
    """A child forked in the middle of a transaction is told that the spool is broken; the parent writes on."""
    assert run(FORK_WHILE_WRITING, str(path), "0.01") == "3\n"
    assert notes(path) == ["thread"]


def test_an_error_takes_everything_back(file: SqliteFile, path: Path) -> None:
    """A transaction that raises leaves nothing behind, and the next one works."""
    with pytest.raises(ValueError, match="changed my mind"):
        raise_after_writing(file)
    note(file, "kept")
    assert notes(path) == ["kept"]


def raise_after_writing(file: SqliteFile) -> None:
    """Write a note and raise within the same transaction."""
    with file.writing() as connection:
        connection.execute("insert into notes (words) values ('taken back')")
        message = "changed my mind"
        raise ValueError(message)


def test_an_older_file_is_brought_up_to_date(path: Path) -> None:
    """A file of an earlier schema step gets the later ones and keeps what it holds."""
    with closing(SqliteFile(path, STEPS[:1])) as old:
        note(old, "kept")
    with closing(SqliteFile(path, STEPS)) as new, new.writing() as connection:
        connection.execute("update notes set author = 'me'")
        assert connection.execute("select words, author from notes").fetchall() == [("kept", "me")]
        assert connection.execute("pragma user_version").fetchone() == (2,)


def test_a_newer_file_is_refused_untouched(path: Path) -> None:
    """A file of a later schema step is named and refused, and not a byte of it changes."""
    with closing(SqliteFile(path, STEPS)) as new:
        note(new, "kept")
    before = path.read_bytes()
    with (
        closing(SqliteFile(path, STEPS[:1])) as old,
        pytest.raises(SpoolBroken, match=r"notes\.sqlite.*newer version.*spool version 2, this one knows 1"),
    ):
        note(old, "refused")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"this is no database at all, but long enough to look like one" * 100, b"short"])
def test_a_file_of_another_kind_names_the_fix(file: SqliteFile, path: Path, content: bytes) -> None:
    """What is no database is named with what to do, and once it is moved away the same spool works again."""
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(SpoolBroken, match=r"notes\.sqlite.*not a database.*Move it away"):
        note(file, "refused")
    path.rename(path.with_suffix(".old"))
    note(file, "accepted")
    assert notes(path) == ["accepted"]


def test_torn_pages_name_the_fix(file: SqliteFile, path: Path) -> None:
    """A database whose pages were overwritten is named with what to do, and is not written to."""
    for number in range(200):
        note(file, f"{number:04}" * 50)
    file.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(SpoolBroken, match=r"notes\.sqlite.*malformed.*Move it away"):
        note(file, "refused")


def test_a_file_that_was_replaced_is_opened_anew(file: SqliteFile, path: Path) -> None:
    """Where the file was moved away under us, the next write goes to the new file, not to the old one."""
    note(file, "old")
    for beside in sorted(path.parent.iterdir()):
        beside.rename(beside.with_name(beside.name.replace("notes", "moved")))
    note(file, "new")
    assert notes(path) == ["new"]
    assert notes(path.with_name("moved.sqlite")) == ["old"]


def test_a_lock_that_nobody_lets_go_is_named(file: SqliteFile, path: Path) -> None:
    """Where another process holds the write lock for too long, the error says so; afterwards all is well."""
    note(file, "one")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(SpoolBroken, match=r"notes\.sqlite.*locked.*Another process holds it"):
            note(file, "refused")
        other.execute("rollback")
    note(file, "two")
    assert notes(path) == ["one", "two"]


def test_a_full_disk_is_named_and_passes(path: Path) -> None:
    """Where no more fits on the disk, the error names the file; what was there stays, and later writes work."""
    assert "notes.sqlite: the spool cannot be used" in run(FULL, str(path))
    assert notes(path) == ["before", "after"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Where the home cannot be a folder, the error names the file."""
    (tmp_path / "home").write_text("a file stands in the way")
    with (
        closing(SqliteFile(tmp_path / "home" / "notes.sqlite", STEPS)) as file,
        pytest.raises(SpoolBroken, match=r"notes\.sqlite"),
    ):
        note(file, "refused")


def test_many_may_open_a_new_file_at_once(path: Path) -> None:
    """Several connections that make the file at the same moment make one schema and lose no write."""
    files = [SqliteFile(path, STEPS) for _ in range(6)]
    start = threading.Barrier(len(files))

    def begin(number: int) -> None:
        start.wait()
        note(files[number], str(number))
        files[number].close()

    threads = [threading.Thread(target=begin, args=(number,), daemon=True) for number in range(len(files))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(notes(path)) == [str(number) for number in range(len(files))]
