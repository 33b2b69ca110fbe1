"""One step of the cutover at the command line: up at GO, all the way back at ROLLBACK."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from moving_desk import CONFIG, MovingDesk, desk_in


@pytest.fixture
def desk(tmp_path: Path) -> MovingDesk:
    """A calibrated home with pairs enough for a GO."""
    desk = desk_in(tmp_path, CONFIG + "approve = [25]\n")
    desk.calibrated()
    desk.pairs("good", 1200, first=1000)
    return desk


def test_from_the_first_share_to_a_roll_back_and_on(desk: MovingDesk) -> None:
    """Each exit code once, and every line of the trail with its verdict and the evidence."""
    assert [desk.auto()["to"] for _ in range(2)] == [1, 5]
    assert (desk.auto()["exit"], desk.percent) == (5, 5)
    assert "25 % is approved" in desk.verb("approve", "--reason", "looked").stdout
    assert (desk.auto()["to"], desk.verb("hold", "--reason", "holiday").exit_code) == (25, 0)
    assert desk.auto()["exit"] == 3
    assert "no longer held" in desk.verb("resume", "--reason", "back").stdout
    dry = desk.verb("auto", "--dry-run", "--json")
    assert (json.loads(dry.stdout)["to"], desk.percent) == (50, 25)
    assert [desk.auto()["to"] for _ in range(3)] == [50, 100, 100]
    desk.pairs("bad", 600, first=9000, loss=30.0)
    back = desk.auto()
    assert (back["action"], back["exit"], back["to"]) == ("rolled back", 4, 0)
    assert desk.auto()["exit"] == 4
    assert "Resume first" in desk.verb("set", "5", "--reason", "x").output
    assert "epoch 2 is open" in desk.verb("resume", "--reason", "fixed").stdout
    assert (desk.auto()["exit"], desk.percent) == (3, 0)
    trail = json.loads(desk.verb("history", "--json").stdout)
    moves = [(item["from_percent"], item["to_percent"]) for item in trail if item["from_percent"] != item["to_percent"]]
    assert moves == [(0, 1), (1, 5), (5, 25), (25, 50), (50, 100), (100, 0)]
    verbs = {item["verb"] for item in trail}
    assert verbs == {"verdict", "advance", "approve", "hold", "resume", "rollback"}
    assert all(item["actor"] and item["reason"] and item["at"] for item in trail)
    advances = [item for item in trail if item["verb"] in ("advance", "rollback")]
    assert all(item["verdict_id"] and json.loads(item["evidence"])["guards"] for item in advances)


def test_nothing_is_moved_before_the_first_pair(tmp_path: Path) -> None:
    """HOLD, with what is missing."""
    done = desk_in(tmp_path).verb("auto")
    assert (done.exit_code, "no pairs filed yet" in done.stdout) == (3, True)


def test_a_migration_that_only_compares_is_refused(tmp_path: Path) -> None:
    """There is no traffic that it could move."""
    desk = desk_in(tmp_path, CONFIG.replace("[verdict]", "serving = false\n\n[verdict]"))
    assert "serving = false" in desk.verb("auto").output


def test_a_stage_lasts_its_hours(tmp_path: Path) -> None:
    """GO, and yet it waits."""
    desk = desk_in(tmp_path, CONFIG.replace("stage_hours = 0.0", "stage_hours = 24.0"))
    desk.calibrated()
    desk.pairs("good", 1200, first=1000)
    assert desk.auto()["to"] == 1
    held = desk.auto()
    assert (held["exit"], "of 24 hours" in held["reason"]) == (3, True)


def test_two_at_once_move_one_stage(desk: MovingDesk) -> None:
    """Whoever comes second under the lock finds that somebody moved since it looked."""
    verb = [sys.executable, "-m", "shadow", "cutover", "auto", "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = [subprocess.Popen(verb, cwd=desk.folder, env=os.environ, text=True, **pipes) for _ in range(2)]
    said = [json.loads(process.communicate(timeout=120)[0]) for process in running]
    moved = [item for item in said if item["from"] != item["to"]]
    stages = [0.0, 1.0, 5.0, 25.0]
    trail = [item for item in json.loads(desk.verb("history", "--json").stdout) if item["verb"] == "advance"]
    # Processes that did not overlap take a stage each; what overlapped moved once, and the trail has no gap.
    assert desk.percent == stages[len(moved)]
    climbed = [(item["from_percent"], item["to_percent"]) for item in trail]
    assert climbed == list(pairwise(stages))[: len(moved)]


def test_a_stale_look_moves_nothing(desk: MovingDesk) -> None:
    """The same without chance: between the look and the lock somebody else moved."""
    from shadow.cli.cutover.acting import policy_of
    from shadow.cli.cutover.looking import look
    from shadow.cutover.decide import Situation, decide

    harness = desk.harness
    policy, before = policy_of(harness.config, "pro"), harness.cutover_file.read()
    looked = look(harness, "pro", policy, before, 1e10)
    assert desk.verb("advance", "--reason", "by hand").exit_code == 0
    state = harness.cutover_file.read()
    step = decide(Situation(state=state, migration="pro", policy=policy, evidence=looked.evidence, now=1e10))
    assert (step.verb, "somebody else" in step.reason) == ("", True)


def test_a_watch_ends_when_it_is_told_to(desk: MovingDesk) -> None:
    """The daemon prints its steps, and SIGTERM ends it with 0."""
    process = subprocess.Popen(
        [sys.executable, "-m", "shadow", "cutover", "auto", "--watch", "--every", "1"],
        cwd=desk.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.terminate()
    process.communicate(timeout=60)
    assert ("0 % -> 1 %" in first, process.returncode) == (True, 0)


def test_a_verdict_asked_by_hand_is_told_where_it_is_a_new_one(desk: MovingDesk) -> None:
    """Once; who asks again hears the same and nobody else does."""
    from click.testing import CliRunner

    from shadow.cli import root

    for _ in range(2):
        assert CliRunner().invoke(root, ["verdict", "--config", str(desk.folder / "config.toml")]).exit_code == 0
    (line,) = json.loads(desk.verb("history", "--json").stdout)
    assert (line["verb"], line["from_percent"], line["to_percent"]) == ("verdict", 0, 0)
    assert line["reason"].startswith("no verdict -> GO")
    assert not line["actor"].startswith("auto")
