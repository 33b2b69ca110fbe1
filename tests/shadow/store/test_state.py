"""The state file."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shadow.cutover import Move, State
from shadow.errors import StoreBroken
from shadow.store.state import CutoverFile


def move(to_percent: float, *, event_id: str = "e1", migration: str = "pro") -> Move:
    """A move to this percentage."""
    return Move(
        event_id=event_id,
        migration=migration,
        at=1.0,
        actor="ada",
        verb="set",
        from_percent=0.0,
        to_percent=to_percent,
        reason="because",
    )


def test_a_state_survives_its_file(tmp_path: Path) -> None:
    """What one process writes another reads."""
    file = CutoverFile(tmp_path / "home")
    assert file.read() == State()
    written = file.change(lambda state: state.moved(move(25)))
    assert file.read() == written
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in file.path.parent.iterdir() if item.name.startswith(".")] == []


def test_a_roll_back_works_on_a_damaged_file(tmp_path: Path) -> None:
    """Reading fails loudly, and a change that brings its own starting point replaces the file."""
    file = CutoverFile(tmp_path)
    file.path.write_text("{half")
    with pytest.raises(StoreBroken, match=r"cutover\.json"):
        file.change(lambda state: state.moved(move(5)))
    assert file.change(lambda state: state.moved(move(0)), broken=State()).of("pro") == 0


def test_changes_of_many_threads_are_all_kept(tmp_path: Path) -> None:
    """Two commands at once: both moves are in the trail."""
    file = CutoverFile(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: file.change(lambda state: state.moved(move(n, event_id=str(n)))), range(40)))
    assert {item.event_id for item in file.read().pending} == {str(n) for n in range(40)}
