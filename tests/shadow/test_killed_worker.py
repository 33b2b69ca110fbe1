"""A worker killed at any moment, hundreds of times: nothing lost, nothing filed twice, nothing kept is paid again."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).parents[1] / "support" / "killed_worker.py"
CAPTURES, KILLS, THREADS = 120, 150, 2


def test_killing_workers_loses_and_repeats_nothing(tmp_path: Path) -> None:
    """Every accepted capture becomes exactly one whole pair; only what was in flight at a kill is asked again."""
    done = subprocess.run(
        [sys.executable, SCRIPT, tmp_path, str(CAPTURES), str(KILLS), "7"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["killed"] >= 20
    assert found["kept_paid_again"] == 0
    assert found["drawn"] > 20
    assert found["compared"] > 20
    assert found["distinct"] == 3 * CAPTURES + 2 * found["drawn"] + 2 * found["compared"]
    assert found["calls"] - found["distinct"] <= THREADS * found["killed"]
    # The purse: no picture was paid for that is not booked, what was asked twice is counted, nothing stays promised.
    assert found["generated"] <= found["booked"] <= found["generated"] + THREADS * found["killed"]
    assert found["generated_again"] <= found["twice"] <= THREADS * found["killed"]
    assert found["promised"] == 0
    with duckdb.connect(str(tmp_path / "scores.duckdb"), read_only=True) as ledger:
        pairs = ledger.execute("select count(*), count(distinct capture_id) from pairs").fetchone()
        whole = ledger.execute(
            "select count(*) from (select capture_id from outcomes group by 1 having count(distinct arm) = 2)"
        ).fetchone()
        scored = ledger.execute("select count(*) from findings where score = 80").fetchone()
        drawn = ledger.execute("select count(*) from outcomes where draw = 2 and arm = 'incumbent'").fetchone()
        compared = ledger.execute("select count(*) from comparisons where preferred = 'candidate'").fetchone()
    assert (pairs, whole) == ((CAPTURES, CAPTURES), (CAPTURES,))
    assert (scored, drawn) == ((2 * CAPTURES + found["drawn"],), (found["drawn"],))
    assert compared == (2 * found["compared"],)
