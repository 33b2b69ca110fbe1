"""What was spent, as status and work show it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from purse_asks import MIDNIGHT, admission, begun

from shadow.budget import Caps
from shadow.cli.money import facts, lines, usd
from shadow.config import load
from shadow.prices import NANO
from shadow.purse.purse import EVERY_GENERATION, FILE_NAME, Purse
from shadow.settings import Config

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"
"""
BUDGET = """
[budget]
usd_per_day = 20.0
"""


def written(folder: Path, text: str) -> Config:
    """The config of this folder."""
    (folder / "config.toml").write_text(text)
    return load(folder / "config.toml")


@pytest.fixture
def used(tmp_path: Path) -> Purse:
    """A purse of this folder's home with one call booked, one reservation, one loss and a pause."""
    config = written(tmp_path, CONFIG + BUDGET)
    purse = Purse(config.home / FILE_NAME, caps=Caps.of(config.budget), per_minute={}, clock=lambda: MIDNIGHT + 60)
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), round(0.134 * NANO))
    purse.admit(admission("b", 2.0))
    purse.admit(admission("c", 50.0))
    purse.pause(EVERY_GENERATION, MIDNIGHT + 90, "a live call met 429 RESOURCE_EXHAUSTED")
    return purse


def test_a_person_reads_what_is_spent_and_what_is_left(used: Purse, tmp_path: Path) -> None:
    """Today, in total, against the caps or that there are none; each fact on its line."""
    said = lines(load(tmp_path / "config.toml"), used.standing())
    used.close()
    assert said == [
        "spent: 0.1340 USD today (of 20 a day), 0.1340 in total (no limit in total), 2.0000 reserved",
        "  1 x image of painter: 0.1340 USD today",
        "  shed: 1 today, 1 in total",
        "paused: every generation until 2023-11-15T00:01:30+00:00: a live call met 429 RESOURCE_EXHAUSTED",
        "prices: read 2026-03-24 or later; uncertain: gemini-embedding-2",
    ]


def test_a_script_reads_the_same(used: Purse, tmp_path: Path) -> None:
    """USD as numbers, a cap that is not set as null, the day and the source of every price in use."""
    told = json.loads(json.dumps(facts(load(tmp_path / "config.toml"), used.standing())))
    used.close()
    assert (told["usd_today"], told["usd_total"], told["usd_reserved"]) == (0.134, 0.134, 2.0)
    assert (told["usd_per_day_cap"], told["usd_total_cap"]) == (20.0, None)
    assert told["today"] == [{"model": "painter", "step": "image", "calls": 1, "usd": 0.134}]
    assert told["counts"] == {"shed": {"today": 1, "total": 1}}
    assert [pause["scope"] for pause in told["pauses"]] == ["*"]
    assert told["prices"]["gemini-embedding-2"]["uncertain"]
    assert usd(1) == 0.0


def test_status_and_work_say_what_was_spent(tmp_path: Path) -> None:
    """Without a budget status says that there is no limit; work ends with what it spent."""
    written(tmp_path, CONFIG + 'provider = "replay"\n')
    home = tmp_path / ".shadow"
    home.mkdir()
    (home / "replay.jsonl").write_text("")

    def shadow(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "shadow", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout

    assert shadow("work", "--until-empty").splitlines()[-1].endswith("; 0.0000 USD spent.")
    assert "0.0000 USD today (no limit a day)" in shadow("status")
    assert json.loads(shadow("status", "--json"))["money"]["usd_per_day_cap"] is None


def test_a_broken_purse_does_not_hide_the_rest_of_status(tmp_path: Path) -> None:
    """The spool's counts are shown, and what is wrong with the purse."""
    config = written(tmp_path, CONFIG)
    config.home.mkdir()
    (config.home / FILE_NAME).write_bytes(b"not a database at all" * 100)
    command = [sys.executable, "-m", "shadow", "status"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "pro: gemini-3-pro-image-preview" in done.stdout
    assert "purse.sqlite" in done.stderr
