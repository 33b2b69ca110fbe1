"""Where everything stands, for people and for scripts."""

import io
import json
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filed import desk_with, does
from rich.console import Console
from verbs import PAIR
from verbs import Desk as Typed

from reports.quantities import MINUS
from shadow.cli.board import board, verdict_board
from shadow.cli.evidence import columns_of, study_of
from shadow.cli.overview import evidence_of, overview
from shadow.cli.status import Desk
from shadow.config import load
from shadow.harness import Harness
from shadow.pair import Loss


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred pairs of a candidate that loses nine points."""
    return desk_with(tmp_path_factory.mktemp("desk"), pairs=100, loss=9.0)


def shown(thing: object, *, width: int = 140) -> str:
    """What a terminal of this width shows, without colours."""
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(thing)
    return console.export_text()


def test_plain_lines_tell_evidence_throughput_and_what_comes_next(config: Path) -> None:
    """Where nobody looks at a terminal: one fact a line."""
    said = does(config, "status").output
    assert "pro: gemini-3-pro-image-preview -> gemini-3-pro-image, 0 % on the candidate" in said
    assert "filed: 160 pairs, 160 in the last hour" in said
    assert "evidence: ROLLBACK, 100 pairs counted" in said
    assert f"Quality: {MINUS}9.0 points" in said
    assert "next: Leave all live traffic with the incumbent." in said
    assert "spent: 0.0000 USD today" in said


def test_scripts_get_the_same_with_the_keys_they_know(config: Path) -> None:
    """Depths, losses and money as before; evidence, notes and the next step beside them."""
    said = json.loads(does(config, "status", "--json").output)
    fact = said["migrations"]["pro"]
    assert (fact["ready"], fact["leased"], fact["buried"], fact["lost"], fact["begun"]) == (0, 0, 0, {}, True)
    assert fact["evidence"]["decision"] == "ROLLBACK"
    assert fact["evidence"]["guards"]["quality"]["estimate"] == -9.0
    assert (fact["evidence"]["filed"], fact["evidence"]["filed_per_minute"]) == (160, 16.0)
    assert said["money"]["usd_today"] == 0


def test_the_table_of_a_terminal_tells_the_same(config: Path) -> None:
    """Decision, guards with their bars, throughput, money, and fits a common width."""
    desk = Desk(Harness(load(config)))
    text = shown(board(desk.overviews(), desk.money(), at=datetime(2026, 6, 1, tzinfo=UTC)))
    for words in (
        "ROLLBACK",
        "100 pairs counted",
        "✕ Fails",
        f"{MINUS}9.0 points",
        "160 pairs",
        "spent",
        "Leave all live",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= 140


@pytest.mark.parametrize("width", [60, 80, 110])
def test_a_narrow_terminal_shows_fewer_columns_and_every_name(config: Path, width: int) -> None:
    """Guard, standing and difference always; nothing is cut in half."""
    desk = Desk(Harness(load(config)))
    text = shown(board(desk.overviews(), desk.money(), at=datetime(2026, 6, 1, tzinfo=UTC)), width=width)
    for words in ("Quality ", "Refusals and failures", "✕ Fails", f"{MINUS}9.0 points"):
        assert words in text
    assert "…" not in text.replace("… Not settled", "")
    assert ("evidence for GO" in text) == (width >= 100)


def test_a_verdict_in_a_terminal_says_why_and_what_to_do(config: Path) -> None:
    """The sentence, each reason, each guard, each step with its command."""
    harness = Harness(load(config))
    text = " ".join(shown(verdict_board(study_of(harness, "pro", columns_of(harness, "pro")))).split())
    assert "ROLLBACK" in text
    assert "• Gate failures: the candidate fails" in text
    assert "shadow cutover resume --migration pro --reason TEXT" in text


def test_before_anything_was_sent_it_says_how_to_begin(tmp_path: Path) -> None:
    """No ledger is no error."""
    (tmp_path / "config.toml").write_text(PAIR)
    said = does(tmp_path / "config.toml", "status")
    assert said.exit_code == 0
    assert "next: nothing was sent yet: wrap your client, or `shadow run briefs.txt`" in said.output
    fact = json.loads(does(tmp_path / "config.toml", "status", "--json").output)["migrations"]["pro"]
    assert (fact["evidence"], fact["begun"]) == (None, False)


def test_what_was_lost_is_a_note(tmp_path: Path) -> None:
    """Losses that the ledger does not know yet are told in every form."""
    (tmp_path / "config.toml").write_text(PAIR)
    harness = Harness(load(tmp_path / "config.toml"))
    loss = Loss(loss_id="1", migration="pro", minute=60.0, process="p", reason="memory full", count=3)
    harness.spool.lose([loss])
    item = overview(harness, "pro", None)
    assert item.lost == {"memory full": 3}
    assert "not compared: 3 memory full (not yet in the ledger)" in item.notes
    assert item.facts()["notes"] == list(item.notes)


def test_looking_writes_nothing(config: Path) -> None:
    """No verdict, no epoch: a look is not an answer."""
    harness = Harness(load(config))
    ledger = harness.config.home / "scores.duckdb"
    before = ledger.read_bytes()
    assert evidence_of(harness, "pro") is not None
    assert ledger.read_bytes() == before


def test_the_rate_says_how_long_it_still_takes(tmp_path: Path) -> None:
    """Pairs that are needed over pairs a minute."""
    found = evidence_of(Harness(load(desk_with(tmp_path, pairs=130))), "pro")
    assert found is not None
    needed = found.study.verdict.pairs_needed
    assert needed
    assert found.minutes_left == needed / 19.0


def test_watching_goes_on_until_ctrl_c_and_ends_cleanly(tmp_path: Path) -> None:
    """Look after look; the end is no error."""
    (tmp_path / "config.toml").write_text(PAIR)
    with Typed(folder=tmp_path).start("status", "--watch", "--every", "0.2") as process:
        assert process.stdout is not None
        looks = 0
        for line in process.stdout:
            looks += line.startswith("pro: ")
            if looks == 2:
                break
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.stdout.read()
        assert process.wait(timeout=60) == 0
