"""The planner as a verb."""

import json
from pathlib import Path

from click.testing import CliRunner, Result
from ledgers import add_pairs, ledger_in

from shadow.cli import root

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"
[verdict]
min_calibration = 20
"""


def shadow(folder: Path, *arguments: str) -> Result:
    """A verb in this process."""
    return CliRunner().invoke(root, [*arguments, "--config", str(folder / "config.toml")])


def test_before_the_first_pair_it_is_planned_from_assumptions(tmp_path: Path) -> None:
    """Pairs, days and money stand there, and the guard that binds is marked."""
    (tmp_path / "config.toml").write_text(CONFIG)
    done = shadow(tmp_path, "plan", "--per-day", "100", "--image", "0.1", "--judge", "0.01", "--briefs", "100")
    assert done.exit_code == 0
    assert "assumed: an identical candidate" in done.stdout
    assert "<- binds" in done.stdout
    assert "days" in done.stdout
    assert "Impossible: quality: 100 distinct briefs are too few" in done.stdout
    found = json.loads(shadow(tmp_path, "plan", "--image", "0.1", "--judge", "0.01", "--json").stdout)
    assert found["cost"] == found["pairs"] * 0.1 + found["pairs"] * 0.02
    assert {item["name"] for item in found["guards"]} >= {
        "quality",
        "tail_rate",
        "gate_failures",
        "errors",
        "similarity",
    }


def test_pairs_seen_are_the_pilot(tmp_path: Path) -> None:
    """From a hundred counted pairs on they say how many more."""
    (tmp_path / "config.toml").write_text(CONFIG)
    ledger = ledger_in(tmp_path)
    add_pairs(ledger, "calibration", 50)
    assert shadow(tmp_path, "baseline", "freeze").exit_code == 0
    add_pairs(ledger, "pilot", 150, first=1000)
    done = shadow(tmp_path, "plan")
    assert "from the pairs so far" in done.stdout
    assert "Days are not known" in done.stdout
