"""The main job end to end: real processes, the real SDK, the emulator."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from shadow.emulator import Emulator, briefs

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"

[verdict]
min_hours = 0.0
min_calibration = 20
"""
CALIBRATION, COUNTED = 24, 150


def lines(count: int, skip: int) -> str:
    """Briefs of the emulator's grammar as JSON Lines."""
    records = [{"prompt": item.prompt, "segment": item.tag, "key": item.prompt[:9]} for item in briefs(skip + count, 3)]
    return "\n".join(json.dumps(record) for record in records[skip:])


def test_from_briefs_to_a_verdict_and_a_report(emulator: Emulator, tmp_path: Path) -> None:
    """Uncalibrated is HOLD; frozen and counted, a washed-out candidate is ROLLBACK; nothing is paid for twice."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "first.jsonl").write_text(lines(CALIBRATION, 0))
    (tmp_path / "second.jsonl").write_text(lines(COUNTED, CALIBRATION))
    environment = os.environ | {"GOOGLE_GEMINI_BASE_URL": emulator.url, "GEMINI_API_KEY": "k", "NO_PROXY": "127.0.0.1"}
    environment.pop("SHADOW_CONFIG", None)

    def shadow(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "shadow", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    sent = json.loads(shadow("run", "first.jsonl", "--json"))
    assert sent == {"sent": CALIBRATION, "outcomes": {"pictures": CALIBRATION}, "left": 0, "not_captured": 0}
    assert f"{CALIBRATION} ready" in shadow("status")
    assert f"{CALIBRATION} pairs filed" in shadow("work", "--until-empty")
    assert "uncalibrated" in shadow("verdict", code=3).lower()
    assert "baseline 1 frozen" in shadow("baseline", "freeze")
    assert json.loads(shadow("baseline", "show", "--json"))["outcomes"] == CALIBRATION

    shadow("run", "second.jsonl")
    shadow("work", "--until-empty")
    said = json.loads(shadow("verdict", "--json", code=4))
    assert said["decision"] == "ROLLBACK"
    assert said["coverage"]["counted"] == COUNTED
    assert said["coverage"]["calibration"] == CALIBRATION
    quality = next(guard for guard in said["guards"] if guard["name"] == "quality")
    assert quality["estimate"] == pytest.approx(-8, abs=4)

    shadow("report", "-o", "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "ROLLBACK" in page
    assert "data:image/" in page
    assert "<script" not in page

    drawn, judged, anchors = again(tmp_path)
    assert min(drawn, judged, anchors) > 0
    assert said["doubts"]["self_comparison"]["pairs"] + said["doubts"]["self_comparison"]["judged_twice"] > 0
    paid = emulator.counts()
    pairs = CALIBRATION + COUNTED
    assert paid["paid"]["gemini-3-pro-image-preview"] == {"generateContent": pairs + drawn}
    assert paid["paid"]["gemini-3-pro-image"] == {"generateContent": pairs}
    assert paid["paid"]["gemini-3.5-flash"] == {"generateContent": 2 * pairs + drawn + judged + anchors}


def again(folder: Path) -> tuple[int, int, int]:
    """Second draws, second judgements and frozen pictures on file."""
    with duckdb.connect(str(folder / ".shadow" / "scores.duckdb"), read_only=True) as ledger:
        roles = "select count(*) filter (role = 'shadow'), count(*) filter (role = 'live') from outcomes where draw = 2"
        drawn, judged = ledger.execute(roles).fetchall()[0]
        return drawn, judged, ledger.execute("select count(*) from anchors").fetchall()[0][0]
