"""shadow init: questions, proposals, and a config file that reads."""

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from verbs import PAIR, Desk

from shadow.cli.proposal import WIDTHS
from shadow.config import load
from shadow.settings import CutoverSettings


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder."""
    return Desk(folder=tmp_path)


def test_without_questions_it_writes_a_file_that_reads(desk: Desk) -> None:
    """--yes takes every default; the file says what its margins mean, and the terminal what to do next."""
    out = desk.does("init", "--yes")
    config = load(desk.folder / "config.toml")
    assert list(config.migration) == ["gemini-3-pro-image"]
    text = (desk.folder / "config.toml").read_text()
    assert "GO takes about 13 days" in text
    assert "13 days and $184, if it may lose 2 points of quality and fail 1.5 % more briefs" in out
    assert all(width in out for width in WIDTHS)
    assert "Segments: none, so a loss in one group of briefs may hide in the average. Up to 9 of equal size" in out
    assert "Stages: after GO 1, 5, 25, 50, 100 % of live traffic, step by step" in out
    assert "4 days more, 17 days in all" in out
    assert config.cutover == CutoverSettings()
    for step in ("GEMINI_API_KEY", "shadow doctor", "shadow.wrap", "shadow work", "baseline freeze"):
        assert step in out


def test_flags_answer_the_questions(desk: Desk) -> None:
    """What is given is written; little time and money bring the wide margins."""
    desk.does(
        "init", "--yes", "--incumbent", "old", "--candidate", "vendor/new-1.0", "--per-day", "2000", "--last-day",
        "2999-12-31", "--key-env", "SHADOW_KEY", "--provider", "openai", "--margins", "narrow", "--sample", "0.5",
        "--config", "other.toml",
    )  # fmt: skip
    config = load(desk.folder / "other.toml")
    item = config.migration["new-1-0"]
    assert (item.incumbent, item.candidate, item.provider, item.sample) == ("old", "vendor/new-1.0", "openai", 0.5)
    assert str(item.last_day) == "2999-12-31"
    assert config.worker.key_env == "SHADOW_KEY"
    assert (config.verdict.quality_margin, config.verdict.gate_failures_margin) == (1.5, 0.01125)
    assert (config.verdict.segment_margin, config.verdict.errors_margin) == (3.75, 0.0075)


def test_it_asks_for_what_is_not_given(desk: Desk) -> None:
    """Answers come from the keyboard; nonsense is asked for again; nothing takes the default."""
    typed = "old\nnew\n250\nsoon\n\n-3\n$90\nportrait , wide angle,portrait\nwide\nSHADOW_KEY\n"
    out = desk.does("init", typed=typed)
    assert "'soon' is no day" in out
    assert "'-3' is no amount" in out
    config = load(desk.folder / "config.toml")
    assert (config.migration["new"].incumbent, config.verdict.quality_margin) == ("old", 3.0)
    assert config.worker.key_env == "SHADOW_KEY"
    assert config.verdict.segments == ("portrait", "wide angle")
    assert config.budget.usd_total == 90
    assert "price is not known" in out
    assert "No price is known of old and new" in out


def test_segments_are_written_as_guards(desk: Desk) -> None:
    """--segment may be given again; what they may lose is said, and when they decide last."""
    out = desk.does("init", "--yes", "--segment", "portrait", "--segment", 'the "rest"')
    assert load(desk.folder / "config.toml").verdict.segments == ("portrait", 'the "rest"')
    assert 'Segments: portrait, the "rest" and the rest may lose 5 points each' in out
    many = [word for number in range(30) for word in ("--segment", f"s{number}")]
    assert "decides last" in desk.does("init", "--yes", "--force", *many)


def test_what_it_says_is_what_plan_says(desk: Desk) -> None:
    """Pairs until GO are those of `shadow plan` under the file it wrote, also where another guard decides last."""
    out = desk.does("init", "--yes", "--margins", "wide")
    planned = json.loads(desk.does("plan", "--json"))
    assert f"({planned['pairs']:,} pairs from 100 %" in out


def test_an_existing_file_is_left_alone(desk: Desk) -> None:
    """Nothing is overwritten without --force, and the message says what else there is."""
    (desk.folder / "config.toml").write_text(PAIR)
    said = desk.shadow("init", "--yes")
    assert said.code == 2
    assert "--force" in said.err
    assert (desk.folder / "config.toml").read_text() == PAIR
    desk.does("init", "--yes", "--force")
    assert (desk.folder / "config.toml").read_text() != PAIR


def test_too_little_time_or_money_is_said(desk: Desk) -> None:
    """The plan does not hide that it does not fit."""
    tomorrow = f"{datetime.now(UTC).date() + timedelta(days=1)}"
    out = desk.does("init", "--yes", "--money", "20", "--last-day", tomorrow)
    assert "13 days are needed and 2 days left" in out
    assert "$184 are needed and $20 given" in out
    assert "that last day is over" in desk.does("init", "--yes", "--force", "--last-day", "2020-01-01")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--incumbent", "same", "--candidate", "same"), "both 'same'"),
        (("--name", "a.b"), "no name of a migration"),
        (("--config", "none/config.toml"), "cannot be written"),
        (("--last-day", "June"), "--last-day"),
        (("--per-day", "0"), "--per-day"),
    ],
)
def test_what_cannot_be_written_is_refused(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    """One sentence, exit 2, no file."""
    said = desk.shadow("init", "--yes", *arguments)
    assert said.code == 2
    assert words in said.err
    assert not (desk.folder / "config.toml").exists()


def test_a_name_cannot_break_out_of_its_quotes(desk: Desk) -> None:
    """A model id with quotes, line breaks or signs beyond ASCII is read back as it was given."""
    hostile = 'm"\n[verdict]\nx = "é\\'
    desk.does("init", "--yes", "--incumbent", hostile)
    raw = tomllib.loads((desk.folder / "config.toml").read_text())
    assert raw["migration"]["gemini-3-pro-image"]["incumbent"] == hostile
