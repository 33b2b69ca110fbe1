"""Reading verbs while a worker files: nobody is refused, and nothing of the worker's is lost."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from verbs import AT_ONCE, PAIR, Desk

SUPPORT = Path(__file__).parents[2] / "support"
FILER = """
import sys, time
from pathlib import Path
from ledgers import add_pairs
from shadow.store.ledger import Ledger
ledger, filed = Ledger(Path(sys.argv[1]) / "scores.duckdb"), 0
while not Path(sys.argv[2]).exists():
    add_pairs(ledger, f"batch {filed} pair ", 16, first=filed)
    filed += 16
    print(filed, flush=True)
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder with a migration."""
    (tmp_path / "config.toml").write_text(PAIR + AT_ONCE)
    return Desk(folder=tmp_path)


@pytest.fixture
def filer(desk: Desk) -> Iterator["subprocess.Popen[str]"]:
    """A process that files batch after batch, without a pause, until it is told to stop."""
    command = [sys.executable, "-c", FILER, str(desk.folder / ".shadow"), str(desk.folder / "stop")]
    environment = desk.surroundings(PYTHONPATH=str(SUPPORT))
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as filing:
        yield filing
        (desk.folder / "stop").touch()


def test_reports_and_verdicts_while_a_worker_files(desk: Desk, filer: "subprocess.Popen[str]") -> None:
    """Each waits its turn for the length of a batch, and the worker goes on filing."""
    assert filer.stdout is not None
    first = int(filer.stdout.readline())
    desk.does("verdict", code=3)
    desk.does("report", "--output", "report.html", code=0)
    desk.does("status")
    (desk.folder / "stop").touch()
    filed = int(filer.stdout.read().split()[-1])
    assert filer.wait() == 0
    assert filed > first
    with duckdb.connect(str(desk.folder / ".shadow" / "scores.duckdb"), read_only=True) as ledger:
        assert ledger.execute("select count(*) from pairs").fetchone() == (filed,)
        assert ledger.execute("select count(*) from verdicts").fetchone()[0] >= 1
    assert "</html>" in (desk.folder / "report.html").read_text()
