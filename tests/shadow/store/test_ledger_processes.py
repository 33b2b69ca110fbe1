"""The ledger under several processes: side by side, and killed in the middle."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shadow.pair import Pair
from shadow.store.ledger import Ledger

MakesPair = Callable[..., Pair]
ROOT = Path(__file__).parents[3]

FILES = """
import json, sys
from dataclasses import replace
from pathlib import Path
from shadow.pair import Arm, Capture, Examined, Image, Pair, Role
from shadow.store.ledger import Ledger

ledger, names = Ledger(Path(sys.argv[1]), patience_seconds=60), sys.argv[2]
record = json.loads(sys.stdin.readline())
image = Image.of(b"picture")
capture = Capture.from_record(record["capture"], lambda digest: image)
examined = tuple(Examined.from_record(item, lambda digest: image) for item in record["examined"])
for batch in range(int(sys.argv[3])):
    pairs = [
        Pair(
            capture=replace(capture, capture_id=f"{names}-{batch}-{number}"),
            sequence=number, examined=examined, filed_at=1.7e9,
        )
        for number in range(5)
    ]
    print(ledger.file(pairs + pairs[:1]), flush=True)
"""

HALF_FILED = """
select count(*) from pairs p where
    (select count(*) from outcomes o where o.capture_id = p.capture_id) <> 2
    or (select count(*) from findings f where f.capture_id = p.capture_id) <> 4
    or (select count(*) from features f where f.capture_id = p.capture_id) <> 4
    or not exists (select 1 from briefs b where b.brief_digest = p.brief_digest)
"""


@contextmanager
def filing(ledger: Ledger, names: str, batches: int, pair: Pair) -> Iterator["subprocess.Popen[str]"]:
    """Another process that files batches of five pairs."""
    record = {"capture": pair.capture.to_record(), "examined": [item.to_record() for item in pair.examined]}
    command = [sys.executable, "-c", FILES, str(ledger.path), names, str(batches)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(record) + "\n")
            process.stdin.flush()
            yield process
        finally:
            process.kill()


def count(ledger: Ledger, table: str) -> int:
    """How many rows the table has."""
    return len(rows(ledger, f"select 1 from {table}"))  # noqa: S608  a table of ours


def rows(ledger: Ledger, query: str) -> list[tuple[Any, ...]]:
    """What the query finds."""
    with ledger.reading() as connection:
        return connection.execute(query).fetchall()


def test_two_processes_file_side_by_side(ledger: Ledger, pair: MakesPair) -> None:
    """Two processes that file at the same time both get everything in, and a reader looks in between."""
    with filing(ledger, "a", 8, pair("t")) as one, filing(ledger, "b", 8, pair("t")) as two:
        looks = []
        while one.poll() is None or two.poll() is None:
            if ledger.path.exists():
                looks.append(rows(ledger, HALF_FILED)[0][0])
            time.sleep(0.01)
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdout.read().split() == ["5"] * 8
    assert looks
    assert set(looks) == {0}
    assert count(ledger, "pairs") == 80
    assert count(ledger, "briefs") == 1


def test_a_killed_process_leaves_whole_pairs_only(ledger: Ledger, pair: MakesPair) -> None:
    """After kills at random moments of filing, every pair has all its parts and what was acknowledged is there."""
    dice = random.Random(4)  # noqa: S311  chooses moments, keeps no secret
    acknowledged = 0
    for number in range(8):
        with filing(ledger, str(number), 1000, pair("t")) as process:
            assert process.stdout is not None
            acknowledged += process.stdout.readline() == "5\n"
            time.sleep(dice.uniform(0, 0.15))
            process.kill()
            acknowledged += sum(line == "5\n" for line in process.stdout)
        assert rows(ledger, HALF_FILED) == [(0,)]
        assert count(ledger, "pairs") % 5 == 0
    assert 5 * acknowledged <= count(ledger, "pairs") <= 5 * (acknowledged + 8)
    assert ledger.file([pair("afterwards")]) == 1
