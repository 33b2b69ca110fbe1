"""What a verdict leaves behind: the latch, resuming, accepting a shift of style."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from ledgers import add_pairs, ledger_in

from analysis.units import DROPS
from shadow.capture import losses
from shadow.cli import root, spool
from shadow.config import load
from shadow.harness import Harness
from shadow.prices import Step
from shadow.purse.answers import Asked, Go
from shadow.worker import worker

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"

[verdict]
min_hours = 0.0
min_calibration = 20
"""


@pytest.fixture
def verb(tmp_path: Path) -> Any:
    """Runs a verb in a folder with a config, in this process."""
    (tmp_path / "config.toml").write_text(CONFIG)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(root, [*arguments, "--config", str(tmp_path / "config.toml")])

    return run


def said(done: Result) -> dict[str, Any]:
    """What `shadow verdict --json` printed."""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def calibrated(folder: Path, verb: Any) -> Any:
    """A ledger with a frozen baseline."""
    ledger = ledger_in(folder)
    add_pairs(ledger, "calibration", 100)
    assert verb("baseline", "freeze").exit_code == 0
    return ledger


def codes(verdict: dict[str, Any]) -> list[str]:
    """The reasons' codes."""
    return [reason["code"] for reason in verdict["reasons"]]


def test_a_rollback_stands_until_somebody_resumes(verb: Any, tmp_path: Path) -> None:
    """Better pairs do not take it back; a person does, with a reason, and then evidence starts anew."""
    ledger = calibrated(tmp_path, verb)
    add_pairs(ledger, "bad", 100, first=1000, loss=20.0)
    first = verb("verdict", "--json")
    assert (first.exit_code, said(first)["decision"]) == (4, "ROLLBACK")
    add_pairs(ledger, "good", 3000, first=2000, loss=-9.0)
    later = said(verb("verdict", "--json"))
    assert (later["decision"], codes(later)[0]) == ("ROLLBACK", "rolled back earlier")
    assert verb("cutover", "resume").exit_code == 2
    done = verb("cutover", "resume", "--reason", "the vendor fixed it")
    assert (done.exit_code, "epoch 2 is open" in done.stdout) == (0, True)
    add_pairs(ledger, "new", 1200, first=9000)
    again = said(verb("verdict", "--json"))
    assert (again["decision"], again["epoch"], again["pairs"]) == ("GO", 2, 1200)
    with duckdb.connect(ledger.path, read_only=True) as connection:
        decisions = connection.execute("select decision, epoch from verdicts order by said_at").fetchall()
        reasons = connection.execute("select reason from epochs order by epoch").fetchall()
    assert decisions == [("ROLLBACK", 1), ("ROLLBACK", 1), ("GO", 2)]
    assert reasons[-1] == ("resumed: the vendor fixed it",)


def test_a_look_that_nobody_accepted_holds(verb: Any, tmp_path: Path) -> None:
    """Every guard holds, the pictures are paler: HOLD until a person accepts that feature with a reason."""
    ledger = calibrated(tmp_path, verb)
    add_pairs(ledger, "pale", 1200, first=1000, shift=0.2)
    held = verb("verdict")
    assert (held.exit_code, "Style not accepted: saturation lies" in held.stdout) == (3, True)
    assert "shadow accept saturation --migration pro --reason TEXT" in held.stdout
    assert verb("accept", "sharpness", "--reason", "x").exit_code == 2
    assert verb("accept", "saturation", "--reason", "softer is fine").exit_code == 0
    assert verb("verdict").exit_code == 0


def test_a_report_is_a_look_too(verb: Any, tmp_path: Path) -> None:
    """A ROLLBACK first said in a report stands like any other."""
    ledger = calibrated(tmp_path, verb)
    add_pairs(ledger, "bad", 100, first=1000, loss=20.0)
    assert "ROLLBACK" in verb("report", "-o", str(tmp_path / "report.html")).stdout
    add_pairs(ledger, "good", 3000, first=2000, loss=-9.0)
    assert codes(said(verb("verdict", "--json")))[0] == "rolled back earlier"
    assert verb("report", "-o", str(tmp_path / "report.html")).exit_code == 0
    with duckdb.connect(ledger.path, read_only=True) as connection:
        # The report's, and the verdict's that was asked for; what stands from before is shown, not said again.
        assert connection.execute("select count(*) from verdicts").fetchone() == (2,)


def test_drops_have_the_names_of_the_live_path() -> None:
    """What the analysis takes for the harness's own losses are labels that the harness writes."""
    live = {losses.MEMORY_FULL, losses.NOT_DRAINED, losses.DEFECT, losses.UNKNOWN}
    assert set(DROPS) == {*live, worker.DEADLINE_PASSED, spool.DROPPED}


def test_an_empty_purse_holds_with_its_reason(verb: Any, tmp_path: Path) -> None:
    """When the cap on all money pays for no further pair, HOLD says so, and the incumbent stays."""
    (tmp_path / "config.toml").write_text(CONFIG + "\n[budget]\nusd_total = 1.0\n")
    ledger = calibrated(tmp_path, verb)
    add_pairs(ledger, "few", 60, first=1000)
    assert "budget exhausted" not in codes(said(verb("verdict", "--json")))
    purse = Harness(load(tmp_path / "config.toml")).purse
    answer = purse.begin(Asked(capture_id="spent", model="m", step=Step.IMAGE, nano=10**9))
    assert isinstance(answer, Go)
    purse.settle(answer.call_id, 10**9)
    purse.close()
    held = verb("verdict")
    assert (held.exit_code, "Keep the incumbent" in held.stdout) == (3, True)


def test_settings_that_cannot_be_asked_under(verb: Any, tmp_path: Path) -> None:
    """A population or feature nobody knows stops the verdict with the legal ones."""
    calibrated(tmp_path, verb)
    (tmp_path / "config.toml").write_text(CONFIG + 'population = "all"\n')
    done = verb("verdict")
    assert "legal: new briefs, my list" in str(done.exception)
