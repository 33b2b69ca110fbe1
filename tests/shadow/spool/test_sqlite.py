"""The durable spool, beyond the contract of all spools: processes, kills, lost pictures."""

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from shadow.errors import StoreBroken
from shadow.pair import Capture, Examined, Image
from shadow.spool.spool import Lease
from shadow.spool.sqlite import SqliteSpool
from shadow.store.images import Images

MakesCapture = Callable[..., Capture]
ROOT = Path(__file__).parents[3]

PUTS = """
import json, sys
from dataclasses import replace
from pathlib import Path
from shadow.pair import Capture
from shadow.spool.sqlite import SqliteSpool
from shadow.store.images import Images

home, prefix = Path(sys.argv[1]), sys.argv[2]
images = Images(home.parent / "images")
template = Capture.from_record(json.loads(sys.stdin.readline()), images.read)
spool = SqliteSpool(home / "spool.sqlite", images.read)
for number in range(int(sys.argv[3])):
    spool.put(replace(template, capture_id=f"{prefix}-{number}"))
    print(f"{prefix}-{number}", flush=True)
"""

WORKS = """
import sys
from pathlib import Path
from shadow.spool.sqlite import SqliteSpool
from shadow.store.images import Images

home = Path(sys.argv[1])
spool = SqliteSpool(home / "spool.sqlite", Images(home.parent / "images").read)
print("ready", flush=True)
sys.stdin.readline()
while leases := spool.lease(limit=3, seconds=600):
    for lease in leases:
        spool.keep(lease, [])
        spool.settle(lease)
        print(lease.capture.capture_id, flush=True)
"""

LIGHT = """
import sys
import shadow.spool, shadow.store.images
heavy = {"numpy", "duckdb", "PIL", "scipy", "pydantic", "google", "asyncio", "pickle"} & set(sys.modules)
print(sorted(heavy))
"""


@contextmanager
def python(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that runs `script`, ended at the end of the block."""
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def stream(pipe: IO[str] | None) -> IO[str]:
    """The pipe of a process that was started with one."""
    assert pipe is not None
    return pipe


@pytest.fixture
def spool(tmp_path: Path, images: Images, clock: Any) -> Iterator[SqliteSpool]:
    """An empty durable spool."""
    opened = SqliteSpool(tmp_path / "home" / "spool.sqlite", images.read, clock)
    yield opened
    opened.close()


def test_another_process_of_the_same_home_sees_it(
    spool: SqliteSpool, tmp_path: Path, images: Images, capture: MakesCapture
) -> None:
    """What one spool accepted, another over the same file leases; and what it holds, the first cannot have."""
    spool.put(capture("one"))
    with closing(SqliteSpool(tmp_path / "home" / "spool.sqlite", images.read)) as other:
        (lease,) = other.lease(limit=1, seconds=60)
        assert lease.capture == capture("one")
        assert spool.lease(limit=1, seconds=60) == []


def test_only_the_owner_may_look(spool: SqliteSpool, tmp_path: Path, capture: MakesCapture) -> None:
    """The folder is 0700, the file and what SQLite lays beside it 0600."""
    spool.put(capture("one"))
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "home").iterdir()}
    assert modes == {"spool.sqlite": 0o600, "spool.sqlite-wal": 0o600, "spool.sqlite-shm": 0o600}


@pytest.mark.parametrize("whose", ["capture", "progress"])
def test_a_lost_picture_buries_its_capture_alone(
    spool: SqliteSpool,
    images: Images,
    capture: MakesCapture,
    examined: Callable[..., Examined],
    clock: Any,
    whose: str,
) -> None:
    """Where a picture is gone from the store, that capture becomes a dead letter and the others are leased."""
    for name in ("one", "two"):
        spool.put(capture(name))
    spool.keep(spool.lease(limit=1, seconds=60)[0], [examined("one")])
    outcome = capture("one").outcome if whose == "capture" else examined("one").outcome
    assert outcome.image is not None
    images.path(outcome.image.digest).unlink()
    clock.now += 61
    assert [lease.capture.capture_id for lease in spool.lease(limit=2, seconds=60)] == ["two"]
    assert [(letter.capture_id, letter.reason) for letter in spool.buried()] == [("one", "picture lost")]


def test_a_record_that_cannot_be_read_is_buried(spool: SqliteSpool, tmp_path: Path, capture: MakesCapture) -> None:
    """A record in a form nobody knows becomes a dead letter and does not stand in the way of the others."""
    for name in ("one", "two"):
        spool.put(capture(name))
    spool.close()
    with closing(sqlite3.connect(tmp_path / "home" / "spool.sqlite")) as connection, connection:
        connection.execute("update captures set record = ? where capture_id = 'one'", (json.dumps({"brief": 7}),))
    assert [lease.capture.capture_id for lease in spool.lease(limit=2, seconds=60)] == ["two"]
    assert [letter.reason for letter in spool.buried()] == ["record unreadable"]


def test_a_capture_taken_over_while_its_picture_was_sought_is_left_alone(
    tmp_path: Path, images: Images, clock: Any, capture: MakesCapture
) -> None:
    """Where the hold ran out before the picture was missed, whoever holds the capture now keeps it."""
    path = tmp_path / "home" / "spool.sqlite"
    takers: list[Lease] = []

    def slow_read(digest: str) -> Image:
        if not takers:
            clock.now += 61
            takers.extend(fast.lease(limit=1, seconds=60))
        raise StoreBroken(digest)

    with (
        closing(SqliteSpool(path, slow_read, clock)) as slow,
        closing(SqliteSpool(path, images.read, clock)) as fast,
    ):
        slow.put(capture("one"))
        assert slow.lease(limit=1, seconds=60) == []
        assert fast.buried() == []
        fast.settle(takers[0])


def test_sequences_go_on_in_a_fresh_file(
    spool: SqliteSpool, tmp_path: Path, images: Images, capture: MakesCapture
) -> None:
    """A spool made anew counts on from above the old one, whose captures may be in the ledger already."""
    spool.put(capture("one"))
    (old,) = spool.lease(limit=1, seconds=60)
    time.sleep(0.01)  # the count begins at the milliseconds since 1970
    with closing(SqliteSpool(tmp_path / "other" / "spool.sqlite", images.read)) as fresh:
        fresh.put(capture("two"))
        assert fresh.lease(limit=1, seconds=60)[0].sequence > old.sequence


def test_two_processes_lease_disjoint_sets(spool: SqliteSpool, tmp_path: Path, capture: MakesCapture) -> None:
    """Two workers over one spool settle every capture once, none of them twice."""
    names = sorted(f"c{number:03}" for number in range(120))
    for name in names:
        spool.put(capture(name))
    home = str(tmp_path / "home")
    with python(WORKS, home) as one, python(WORKS, home) as two:
        for process in (one, two):
            assert stream(process.stdout).readline() == "ready\n"
        for process in (one, two):
            stream(process.stdin).write("go\n")
            stream(process.stdin).flush()
        settled = [stream(process.stdout).read().split() for process in (one, two)]
    assert sorted(settled[0] + settled[1]) == names
    assert all(settled)
    assert spool.depth() == {}


def test_a_killed_process_loses_nothing_acknowledged(
    spool: SqliteSpool, tmp_path: Path, capture: MakesCapture, clock: Any
) -> None:
    """After fifteen kills at random moments of putting, all that was acknowledged is there and nothing is torn."""
    dice = random.Random(20)  # noqa: S311  chooses moments, keeps no secret
    template = json.dumps(capture("template").to_record())
    acknowledged: list[str] = []
    for number in range(15):
        with python(PUTS, str(tmp_path / "home"), f"p{number}", "1000000") as process:
            stream(process.stdin).write(template + "\n")
            stream(process.stdin).flush()
            acknowledged.append(stream(process.stdout).readline().strip())
            time.sleep(dice.uniform(0, 0.03))
            process.kill()
            # The last line may be cut off by the kill: only whole lines are acknowledgements.
            acknowledged += [line.strip() for line in stream(process.stdout) if line.endswith("\n")]
    clock.now = 4e9  # later than the processes put
    leases = []
    while found := spool.lease(limit=500, seconds=60):
        leases += found
    assert spool.buried() == []
    assert {lease.capture.capture_id for lease in leases} >= set(acknowledged)
    assert len(leases) - len(acknowledged) <= 15
    assert all(lease.capture.outcome == capture("template").outcome for lease in leases)


def test_a_live_process_imports_nothing_heavy() -> None:
    """Importing the spools and the picture store loads no numpy, no DuckDB, no Pillow, no pickle."""
    found = subprocess.run([sys.executable, "-c", LIGHT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
