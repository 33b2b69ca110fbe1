"""Where the cutover stands, for people and scripts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from moving_desk import CONFIG, MovingDesk, desk_in

from shadow import standing
from shadow.cli import root
from shadow.cli.cutover.acting import entry, write

HOOKS = '\n[cutover.hooks]\nurl = "http://127.0.0.1:9/x"\nsecret_env = "NOBODY_SET_THIS"\nattempts = 1\n'


@pytest.fixture
def desk(tmp_path: Path) -> MovingDesk:
    """A home with hooks that nobody hears."""
    return desk_in(tmp_path, CONFIG + HOOKS)


def status(desk: MovingDesk, *arguments: str) -> Result:
    """`shadow status`."""
    return CliRunner().invoke(root, ["status", *arguments, "--config", str(desk.folder / "config.toml")])


def test_a_share_without_evidence_says_so_everywhere(desk: MovingDesk) -> None:
    """`show`, `status` and the trail."""
    write(
        desk.harness,
        entry(
            "pro",
            verb="forced",
            to_percent=5.0,
            reason="by the deadline (without evidence)",
            unproven=True,
            outlook="late",
        ),
    )
    for text in (desk.verb("show").stdout, status(desk).stdout):
        assert "without evidence: the deadline forced it" in text
        assert "deadline: late" in text
    assert "without evidence" in desk.verb("history").stdout
    known = json.loads(status(desk, "--json").stdout)["migrations"]["pro"]["cutover"]
    assert (known["without_evidence"], known["percent"]) == (True, 5)


def test_what_hooks_could_not_be_told_is_counted(desk: MovingDesk) -> None:
    """`deliver` says why and ends with 1; what was given up shows."""
    write(desk.harness, entry("pro", verb="set", to_percent=5.0, reason="r"))
    desk.harness.carry_moves()
    told = desk.verb("deliver")
    assert (told.exit_code, "NOBODY_SET_THIS with the signing secret is not set" in told.output) == (1, True)
    assert "1 hooks could not be told" in desk.verb("show").stdout


def test_trouble_with_the_state_file_shows(desk: MovingDesk) -> None:
    """What is wrong with it now, and what live processes met."""
    write(desk.harness, entry("pro", verb="set", to_percent=5.0, reason="r"))
    desk.harness.cutover_file.path.unlink()
    standing.note_state_trouble(desk.harness.config.home, "is gone", 3)
    shown = desk.verb("show").stdout
    assert "5 % on" in shown
    assert "cutover.json cannot be read (missing)" in shown
    assert "is gone" in shown
    assert "3 times" in shown


def test_after_the_sunset_the_calendar_speaks_where_nobody_did(tmp_path: Path) -> None:
    """The share that live processes follow is the one that is shown, and the next step writes it down."""
    desk = desk_in(tmp_path, CONFIG.replace("\n[verdict]", "last_day = 2020-01-31\n\n[verdict]"))
    assert desk.verb("percent").stdout == "100\n"
    assert "no share was ever set" in status(desk).stdout
    step = desk.auto()
    assert (step["action"], step["to"], "without evidence" in step["reason"]) == ("moved", 100, True)
    assert "no share was ever set" not in desk.verb("show").stdout
