"""Which workers are alive."""

import os
import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from shadow.at_work import Present, at_work, workers

HOLDS = """
import sys, pathlib
from shadow.at_work import at_work
with at_work(pathlib.Path(sys.argv[1]), clock=lambda: 1000.0):
    print("in", flush=True)
    sys.stdin.read()
"""


def test_a_worker_is_seen_as_long_as_it_lives(tmp_path: Path) -> None:
    """Two at once are two; one that is killed is none, and its file is cleared away."""
    with (
        at_work(tmp_path, clock=lambda: 2000.0),
        Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdin=PIPE, stdout=PIPE, text=True) as other,
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        mine = Present(process=os.getpid(), since=2000.0)
        assert workers(tmp_path) == [Present(process=other.pid, since=1000.0), mine]
        other.kill()
        other.wait()
        assert workers(tmp_path) == [mine]
    assert workers(tmp_path) == []
    assert list((tmp_path / "live").iterdir()) == []


def test_where_nothing_can_be_kept_the_work_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A home that cannot be written costs one warning."""
    (tmp_path / "live").write_text("a file in the way")
    with at_work(tmp_path):
        assert workers(tmp_path) == []
    assert len(caplog.records) == 1
