"""The verb for what was given up."""

import json
from pathlib import Path

import pytest

from shadow.brief import Brief, Text
from shadow.cli import main
from shadow.config import load
from shadow.harness import Harness
from shadow.pair import Arm, Capture, Outcome, OutcomeKind

CONFIG = '[migration.pro]\nincumbent = "gemini-3-pro-image-preview"\ncandidate = "gemini-3-pro-image"\n'


@pytest.fixture
def harness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Harness:
    """A harness whose spool holds two dead letters."""
    (tmp_path / "config.toml").write_text(CONFIG)
    monkeypatch.setenv("SHADOW_CONFIG", str(tmp_path / "config.toml"))
    made = Harness(load())
    outcome = Outcome(kind=OutcomeKind.REFUSAL, model="old")
    for name in ("one", "two"):
        brief = Brief(parts=(Text(text=name),))
        made.spool.put(
            Capture(
                capture_id=name, migration="pro", brief=brief, arm=Arm.INCUMBENT, outcome=outcome, dispatched_at=1.0
            )
        )
    for lease in made.spool.lease(limit=2, seconds=60):
        made.spool.bury(lease, f"reason {lease.capture.capture_id}")
    return made


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a verb prints."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == code
    printed = capsys.readouterr()
    return printed.out + printed.err


def test_dead_letters_are_listed_with_their_reasons(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    """Each stands there with its id and why it was given up."""
    del harness
    assert "tried 1 times: reason one" in said(capsys, "spool", "list")
    assert [item["capture_id"] for item in json.loads(said(capsys, "spool", "list", "--json"))] == ["one", "two"]


def test_a_revived_letter_is_ready_again(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    """Revive takes the named ones, or all."""
    assert "1 ready again" in said(capsys, "spool", "revive", "two")
    assert harness.spool.depth() == {"pro": {"buried": 1, "ready": 1}}
    assert "1 ready again" in said(capsys, "spool", "revive", "--all")


def test_a_dropped_letter_is_counted_as_not_compared(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    """What is forgotten by hand still stands in the count of what was not compared."""
    said(capsys, "spool", "drop", "--all")
    assert [(loss.reason, loss.count) for loss in harness.spool.losses()] == [("dropped by hand", 1)] * 2
    assert harness.spool.depth() == {}
    assert "No dead letters" in said(capsys, "spool", "list")


def test_an_unknown_letter_is_refused(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    """A typo changes nothing and says how to find the right id."""
    assert "shadow spool list" in said(capsys, "spool", "drop", "one", "tree", code=2)
    assert "shadow spool list" in said(capsys, "spool", "revive", code=2)
    assert harness.spool.depth() == {"pro": {"buried": 2}}
