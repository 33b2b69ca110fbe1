"""Moves by hand, and a roll back when everything else is broken."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from moving_desk import CONFIG, MovingDesk, desk_in

SUPPORT = Path(__file__).parents[3] / "support"
KILLS = 0.04
"""Share of a move's lines at which it is killed; each costs a process and a ledger."""


@pytest.fixture
def desk(tmp_path: Path) -> MovingDesk:
    """The candidate has 25 %."""
    desk = desk_in(tmp_path)
    assert desk.verb("set", "25", "--reason", "first stage").exit_code == 0
    return desk


def test_a_person_moves_stage_by_stage(desk: MovingDesk) -> None:
    """`advance` goes to the next stage, `set` anywhere, and 100 % is the end."""
    assert "25 % -> 50 %" in desk.verb("advance", "--reason", "x").stdout
    assert "50 % -> 7 %" in desk.verb("set", "7", "--reason", "x").stdout
    assert "7 % -> 25 %" in desk.verb("advance", "--reason", "x").stdout
    assert desk.verb("set", "100", "--reason", "x").exit_code == 0
    assert "has 100 % already" in desk.verb("advance", "--reason", "x").stdout
    assert desk.verb("percent").stdout == "100\n"


def test_approving_names_the_stages_there_are(desk: MovingDesk) -> None:
    """What is behind cannot be approved."""
    refused = desk.verb("approve", "5", "--reason", "x")
    assert (refused.exit_code, "50, 100" in refused.output) == (2, True)


def test_every_verb_wants_a_reason(desk: MovingDesk) -> None:
    """An audit trail without reasons answers nothing."""
    for verb in (("set", "5"), ("advance",), ("approve",), ("hold",), ("resume",), ("rollback",)):
        assert "--reason" in desk.verb(*verb).output


def test_a_roll_back_does_not_wait_for_a_locked_ledger(desk: MovingDesk) -> None:
    """Zero is in force before the ledger is asked; its line follows once the ledger is free."""
    with duckdb.connect(desk.ledger.path) as held:
        held.execute("begin transaction")
        process = subprocess.Popen(
            [sys.executable, "-m", "shadow", "cutover", "rollback", "--reason", "grey skies"],
            cwd=desk.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert "25 % -> 0 %" in process.stdout.readline()
        assert desk.percent == 0
        _, trouble = process.communicate(timeout=60)
    assert (process.returncode, "carried to the ledger later" in trouble) == (0, True)
    assert "1 changes wait for the ledger" in desk.verb("show").stdout
    desk.harness.carry_moves()
    assert [move.verb for move in desk.ledger.moves("pro")] == ["set", "rollback"]
    assert "Resume first" in desk.verb("advance", "--reason", "x").output


def test_a_roll_back_does_not_need_config_toml(desk: MovingDesk) -> None:
    """A typo in the file, and the traffic goes back all the same."""
    (desk.folder / "config.toml").write_text(CONFIG + "stagess = [1]\n")
    assert desk.verb("advance", "--reason", "x").exit_code == 1  # the error itself is worded by `main`
    done = desk.verb("rollback", "--reason", "grey skies")
    assert (done.exit_code, "pro: 0 %" in done.stdout) == (0, True)
    (desk.folder / "config.toml").write_text(CONFIG)
    assert desk.percent == 0


@pytest.mark.parametrize("text", ["{half", "", "null"])
def test_a_roll_back_repairs_a_damaged_state(desk: MovingDesk, text: str) -> None:
    """Where the state was is taken from the copy, so the trail has no gap."""
    file = desk.harness.cutover_file
    file.path.write_text(text)
    assert desk.verb("hold", "--reason", "x").exit_code == 1
    assert "25 % -> 0 %" in desk.verb("rollback", "--reason", "grey skies").stdout
    assert (file.damage(), desk.percent) == ("", 0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs to be root")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def test_a_roll_back_does_not_need_room_on_the_disk(small_disk: Path) -> None:
    """Not a byte is free, the ledger cannot take its line, and traffic is back."""
    desk = desk_in(small_disk)
    assert desk.verb("set", "25", "--reason", "first stage").exit_code == 0
    with (small_disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(b"x" * 4096)
    done = desk.verb("rollback", "--reason", "grey skies")
    assert ("25 % -> 0 %" in done.stdout, done.exit_code, desk.percent) == (True, 0, 0)


def test_a_move_that_is_killed_leaves_one_of_two_states(tmp_path: Path) -> None:
    """SIGKILL at any line: 5 % or 25 %, the trail says the same, each line is there once and is told once."""
    done = subprocess.run(
        [sys.executable, str(SUPPORT / "killed_move.py"), str(tmp_path), "7", str(KILLS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) > 20
    for run in runs:
        chain = [[0.0, 5.0], [5.0, 25.0]] if run["percent"] == 25.0 else [[0.0, 5.0]]
        assert (run["percent"] in (5.0, 25.0), run["trail"], run["pending"]) == (True, chain, 0), run
        assert run["told"] == run["events"], run
    assert {run["percent"] for run in runs} == {5.0, 25.0}
    assert [run["killed"] for run in runs] == [True] * (len(runs) - 1) + [False]
