"""The table of docs/troubleshooting.md: each mistake of a newcomer gives the sentence that stands there."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from verbs import AT_ONCE, PAIR, Desk, pointed_at

from shadow.cli import main
from shadow.emulator import Emulator

PAGE = Path(__file__).parents[3] / "docs" / "troubleshooting.md"
Blunder = Callable[[Desk], None]


@pytest.fixture
def desk(emulator: Emulator, tmp_path: Path) -> Desk:
    """A folder with a config file and briefs, beside the emulator."""
    (tmp_path / "config.toml").write_text(PAIR + AT_ONCE)
    (tmp_path / "briefs.txt").write_text("a red fox\na blue hare\n")
    return Desk(folder=tmp_path, environment=pointed_at(emulator.url))


def rows() -> dict[str, tuple[str, str]]:
    """Mistake to what is said and by which verb, as the page has it."""
    table = re.findall(r"^\| (.+?) \| `shadow (.+?)` \| (.+?) \| ", PAGE.read_text(), re.MULTILINE)
    return {mistake: (verb, words) for mistake, verb, words in table}


def says(desk: Desk, mistake: str, code: int, **environment: str) -> None:
    """The verb in the page's row ends with this code and says the row's words, in one message without a traceback."""
    verb, words = rows()[mistake]
    said = desk.shadow(*verb.split(), **environment)
    assert said.code == code, said.out + said.err
    expected = re.escape(words.replace("`", "")).replace("…", ".+")
    assert re.search(expected, (said.err + said.out + said.err).replace("`", ""), re.DOTALL), said.out + said.err


def test_no_key(desk: Desk) -> None:
    """Nothing is sent; the variable is named."""
    says(desk, "no key", 2, GEMINI_API_KEY="")


def test_wrong_model(desk: Desk) -> None:
    """The model and the block of config.toml that names it, and the nearest that is known."""
    (desk.folder / "config.toml").write_text(PAIR.replace("pro-image-preview", "pro-imagge"))
    says(desk, "wrong model", 2)


def test_wrong_candidate(desk: Desk) -> None:
    """Found before anything is paid for."""
    (desk.folder / "config.toml").write_text(PAIR.replace('pro-image"', 'pro-imagge"'))
    says(desk, "wrong candidate", 2)


def test_a_model_without_a_price(desk: Desk) -> None:
    """The block to paste is said, and with it pasted the verb goes on."""
    config = desk.folder / "config.toml"
    text = PAIR.replace('pro-image"', 'x"').replace("gemini-3-x", "my-own-model")
    config.write_text(text)
    says(desk, "model without a price", 2)
    block = desk.shadow("status").err.partition("add its price:\n")[2]
    config.write_text(text + block)
    assert "my-own-model, 0 %" in desk.does("status")


def test_a_candidate_that_nobody_serves(desk: Desk) -> None:
    """Said once with model, label and what to do; where nothing could be compared the exit code is 1."""
    price = '\n[prices.gemini-3-pro-imagge]\nas_of = 2026-06-01\nsource = "a test"\nper_image = { 1K = 0.0 }\n'
    text = PAIR.replace('pro-image"', 'pro-imagge"') + price + "[worker]\nattempts = 2\n"
    (desk.folder / "config.toml").write_text(text)
    (desk.folder / "one.txt").write_text("a red fox\n")
    desk.does("run", "one.txt")
    says(desk, "candidate that nobody serves", 1)


def test_a_table_with_semicolons(desk: Desk) -> None:
    """What a spreadsheet writes in half of the world."""
    (desk.folder / "briefs.csv").write_text("prompt;key\na red fox;u1\n")
    says(desk, "table saved with semicolons", 2)


def test_typo_in_the_config(desk: Desk) -> None:
    """The nearest legal key is proposed."""
    (desk.folder / "config.toml").write_text(PAIR + "[verdict]\nqualty_margin = 1.0\n")
    says(desk, "typo in config.toml", 2)


def test_wrong_directory(desk: Desk) -> None:
    """Where it looked, and the ways out."""
    (desk.folder / "config.toml").unlink()
    says(desk, "wrong directory", 2)


def test_worker_not_running(desk: Desk) -> None:
    """Captures that wait without a worker are told by status, and a verdict says what is missing."""
    desk.does("run", "briefs.txt")
    says(desk, "worker not running", 0)
    says(desk, "verdict before the first pair", 1)


def test_no_baseline(desk: Desk) -> None:
    """HOLD, with the command; too few outcomes to freeze one are counted."""
    desk.does("run", "briefs.txt")
    desk.does("work", "--until-empty")
    says(desk, "no baseline", 3)
    says(desk, "baseline too early", 2)


def test_a_baseline_is_not_frozen_twice_by_accident(desk: Desk) -> None:
    """All evidence would start anew: that must be asked for."""
    (desk.folder / "many.txt").write_text("".join(f"a red fox number {n}\n" for n in range(20)))
    desk.does("run", "many.txt")
    desk.does("work", "--until-empty")
    desk.does("baseline", "freeze")
    says(desk, "baseline frozen twice", 2)
    assert "baseline 2 frozen" in desk.does("baseline", "freeze", "--again")


def test_full_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is sent and nothing is paid for when there is no room to keep it."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6))
    monkeypatch.chdir(desk.folder)
    verb, words = rows()["full disk"]
    for arguments in (verb.split(), ["work", "--until-empty"]):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 1
        assert re.search(re.escape(words).replace("…", ".+"), capsys.readouterr().err)


def test_locked_database(desk: Desk) -> None:
    """Who holds it, how long was waited, what to do; status goes on meanwhile."""
    desk.does("run", "briefs.txt")
    desk.does("work", "--until-empty")
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(desk.folder / ".shadow" / "scores.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        says(desk, "locked database", 1)
        assert "0 ready" in desk.does("status")
        holder.terminate()


def test_every_row_of_the_page_is_tested() -> None:
    """A mistake that is written down is one that these tests make."""
    made = set(re.findall(r'rows\(\)\["(.+?)"\]|says\(desk, "(.+?)"', Path(__file__).read_text()))
    assert {first or second for first, second in made} == set(rows())
