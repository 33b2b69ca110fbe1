"""The percentages as a live process sees them."""

import time
from pathlib import Path

import pytest

from shadow.cutover import Move
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
