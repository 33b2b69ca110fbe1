"""One worker beside the live processes of a home."""

import contextlib
import itertools
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shadow.beside import Beside, leave_with_the_last, nobody_asks

WORKS = (sys.executable, "-S", "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)")
FAILS = (sys.executable, "-S", "-c", "raise SystemExit(7)")


class Clock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Callable[..., Beside]]:
    """Makes them; the workers end with the test."""
    made: list[Beside] = []

    def make(command: tuple[str, ...] = WORKS, clock: Clock | None = None) -> Beside:
        made.append(Beside(tmp_path, command, look_seconds=60, monotonic=clock or Clock()))
        return made[-1]

    yield make
    for one in made:
        if one.worker is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one.worker, signal.SIGKILL)
            gone(one.worker)
        one.stop()


def started(home: Path, count: int = 0) -> list[int]:
    """The workers that were started, once there are so many."""
    log = home / "live" / "work.log"
    deadline = time.monotonic() + 10
    while True:
        pids = [int(line) for line in log.read_text().split()] if log.exists() else []
        if len(pids) >= count or time.monotonic() > deadline:
            return pids
        time.sleep(0.005)


def gone(pid: int) -> None:
    """Wait until this child of ours is a corpse that nobody has buried."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_however_many_ask_one_worker_is_started(tmp_path: Path, beside: Callable[..., Beside]) -> None:
    """The lock is the worker's own: it holds as long as the worker lives."""
    first, second = beside(), beside()
    for _ in range(3):
        first.look()
        second.look()
    assert len(started(tmp_path, 1)) == 1
    assert not nobody_asks(tmp_path)


def test_whoever_still_asks_starts_the_next(tmp_path: Path, beside: Callable[..., Beside]) -> None:
    """When the worker dies, a process that never started one takes over."""
    first, second = beside(), beside()
    first.look()
    second.look()
    (pid,) = started(tmp_path, 1)
    os.kill(pid, signal.SIGKILL)
    gone(pid)
    second.look()
    assert len(started(tmp_path, 2)) == 2


def test_a_worker_that_does_not_start_is_tried_ever_less_often(
    tmp_path: Path, beside: Callable[..., Beside], caplog: pytest.LogCaptureFixture
) -> None:
    """With an error that names its log, and a pause that doubles; one that ran for long is replaced at once."""
    clock = Clock()
    one = beside(FAILS, clock)
    starts: list[float] = []
    with caplog.at_level(logging.ERROR, logger="shadow"):
        for _ in range(400):
            clock.now += 1
            before = one.worker
            one.look()
            if one.worker not in (before, None):
                starts.append(clock.now)
                gone(one.worker or 0)
    pauses = [after - before for before, after in itertools.pairwise(starts)]
    assert pauses[:3] == sorted(pauses[:3])
    assert 30 <= pauses[0] < pauses[-1] <= 301
    assert "work.log" in caplog.text
    assert (tmp_path / "live" / "work.log").stat().st_mode & 0o777 == 0o600


def test_nobody_asks_when_the_last_has_stopped(tmp_path: Path, beside: Callable[..., Beside]) -> None:
    """Stopping and dying are one: the system lets the lock go."""
    assert nobody_asks(tmp_path)
    first, second = beside(), beside()
    first.look()
    second.look()
    first.stop()
    assert not nobody_asks(tmp_path)
    second.stop()
    assert nobody_asks(tmp_path)


def test_the_worker_leaves_with_the_last(tmp_path: Path, beside: Callable[..., Beside]) -> None:
    """It looks by itself, and goes on as long as anybody asks."""
    one, left = beside(), threading.Event()
    one.look()
    leave_with_the_last(tmp_path, left.set, look_seconds=0.005)
    assert not left.wait(0.05)
    one.stop()
    assert left.wait(10)


def test_a_forked_child_asks_in_its_own_right(tmp_path: Path, beside: Callable[..., Beside]) -> None:
    """When the parent stops, the child's asking still stands; when it ends, nobody's does."""
    one = beside()
    one.look()
    hold, let_go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(let_go)
        one.restart()
        os.read(hold, 1)
        os._exit(0)
    os.close(hold)
    one.stop()
    assert not nobody_asks(tmp_path)
    os.close(let_go)
    os.waitpid(child, 0)
    assert nobody_asks(tmp_path)
