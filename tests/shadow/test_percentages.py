"""The percentages as a live process sees them."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from shadow.cutover import Entry, Move, State, recorded
from shadow.percentages import Percentages
from shadow.store.state import CutoverFile


def move_to(file: CutoverFile, percent: float, event_id: str) -> None:
    """Set this percentage."""
    move = Move(
        event_id=event_id,
        migration="pro",
        at=1.0,
        actor="ada",
        verb="set",
        from_percent=0.0,
        to_percent=percent,
        reason="because",
    )
    file.change(lambda state: state.moved(move))


def test_the_percentage_is_known_at_once_and_followed(tmp_path: Path) -> None:
    """Read at the start; after that whoever polls sees the newest."""
    file = CutoverFile(tmp_path)
    move_to(file, 5, "e1")
    live = Percentages(file, poll_seconds=0.5)
    assert live.of("pro") == 5
    assert live.of("another") == 0
    move_to(file, 25, "e2")
    assert live.of("pro") == 5
    live.poll()
    assert live.of("pro") == 25


def test_a_thread_follows_the_file_until_it_is_stopped(tmp_path: Path) -> None:
    """Within a poll or two, without anybody asking."""
    file = CutoverFile(tmp_path)
    live = Percentages(file, poll_seconds=0.005)
    live.follow()
    move_to(file, 25, "e1")
    deadline = time.monotonic() + 10
    while live.of("pro") != 25 and time.monotonic() < deadline:
        time.sleep(0.001)
    assert live.of("pro") == 25
    live.stop()


def test_a_damaged_or_missing_file_keeps_the_last_known_percentages(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Half a file or none is no decision; the next good one is."""
    file = CutoverFile(tmp_path)
    move_to(file, 25, "e1")
    live = Percentages(file, poll_seconds=0.5)
    file.path.write_text("{half")
    live.poll()
    assert live.of("pro") == 25
    file.path.unlink()
    live.poll()
    assert live.of("pro") == 25
    assert "last known percentages" in caplog.text
    move_to(file, 0, "e2")
    live.poll()
    assert live.of("pro") == 0


def test_without_a_state_everything_stays_with_the_incumbent(tmp_path: Path) -> None:
    """A home that does not exist yet means 0 %, and is not made."""
    live = Percentages(CutoverFile(tmp_path / "nowhere"), poll_seconds=0.5)
    assert live.of("pro") == 0
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("text", ["{half", "", None], ids=["half-written", "empty", "missing"])
def test_whoever_starts_without_a_state_begins_with_the_last_good_one(tmp_path: Path, text: str | None) -> None:
    """A new process must not take traffic back only because it finds no file; what is wrong is counted and told."""
    file = CutoverFile(tmp_path)
    move_to(file, 25, "e1")
    if text is None:
        file.path.unlink()
    else:
        file.path.write_text(text)
    told: list[tuple[str, int]] = []
    live = Percentages(file, poll_seconds=0.5, tell=lambda reason, times: told.append((reason, times)))
    assert live.of("pro") == 25
    assert (live.damaged, [times for _, times in told]) == (1, [1])
    file.path.write_text("{half again")
    live.poll()
    assert (live.damaged, live.of("pro")) == (2, 25)
    move_to_zero_by_rollback(file)
    live.poll()
    assert live.of("pro") == 0


def move_to_zero_by_rollback(file: CutoverFile) -> None:
    """What `shadow cutover rollback` does with a damaged file."""
    move = Entry(event_id="e9", migration="pro", at=9.0, actor="a", verb="rollback", reason="r", to_percent=0.0)
    file.change(lambda state: recorded(state, move), broken=State())


def test_where_nothing_is_known_after_the_sunset_the_candidate_serves(tmp_path: Path) -> None:
    """Never an arm that is gone; before its last day is over, 0 %."""
    now = [100.0]
    live = Percentages(CutoverFile(tmp_path), poll_seconds=0.5, sunsets={"pro": 200.0}, clock=lambda: now[0])
    assert (live.of("pro"), live.incumbent_gone("pro")) == (0, False)
    now[0] = 200.0
    live.poll()
    assert (live.of("pro"), live.incumbent_gone("pro")) == (100, True)
    started_later = Percentages(CutoverFile(tmp_path), poll_seconds=0.5, sunsets={"pro": 200.0}, clock=lambda: now[0])
    assert started_later.of("pro") == 100


def test_a_line_that_sets_no_percentage_moves_nobody_back(tmp_path: Path) -> None:
    """The first verdict that is noted after the sunset leaves the candidate where it is."""
    file = CutoverFile(tmp_path)
    live = Percentages(file, poll_seconds=0.5, sunsets={"pro": 0.0})
    assert live.of("pro") == 100
    noted = Entry(event_id="e1", migration="pro", at=1.0, actor="a", verb="verdict", reason="r")
    file.change(lambda state: recorded(state, noted))
    live.poll()
    assert (live.of("pro"), live.incumbent_gone("pro")) == (100, True)


def test_what_is_known_counts_after_the_sunset_too(tmp_path: Path) -> None:
    """A good file is obeyed, whatever the calendar says."""
    file = CutoverFile(tmp_path)
    move_to(file, 5, "e1")
    live = Percentages(file, poll_seconds=0.5, sunsets={"pro": 0.0})
    live.poll()
    assert live.of("pro") == 5


FOLLOWER = """
import sys, time
from pathlib import Path
from shadow.percentages import Percentages
from shadow.store.state import CutoverFile

live = Percentages(CutoverFile(Path(sys.argv[1])), poll_seconds=0.5)
live.follow()
last = live.of("pro")
print("ready", flush=True)
while last != 0:
    now = live.of("pro")
    if now != last:
        print(now, time.monotonic(), flush=True)
        last = now
    time.sleep(0.005)
"""


def test_another_process_sees_every_change_within_two_seconds(tmp_path: Path) -> None:
    """The guarantee itself, at the default poll, in a process of its own: up, up and all the way back."""
    file = CutoverFile(tmp_path)
    move_to(file, 1, "e0")
    command = [sys.executable, "-c", FOLLOWER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline() == "ready\n"
        for number, percent in enumerate((5.0, 25.0, 0.0), start=1):
            move_to(file, percent, f"e{number}")
            in_force = time.monotonic()
            seen, at = follower.stdout.readline().split()
            assert (float(seen), float(at) - in_force < 2.0) == (percent, True)
    assert follower.returncode == 0
