"""shadow doctor: each thing that can be wrong is found and has its advice."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from verbs import PAIR, Desk, pointed_at

from shadow.at_work import workers
from shadow.cli.check import Check
from shadow.cli.examination import examine
from shadow.config import load
from shadow.emulator import Emulator
from shadow.harness import Harness

UNKNOWN_PRICE = """
[prices.gemini-3-pro-imag]
as_of = 2026-06-01
source = "a test"
per_image = { 1K = 0.0 }
"""


@pytest.fixture
def desk(emulator: Emulator, tmp_path: Path) -> Desk:
    """A folder with a config file, beside the emulator."""
    (tmp_path / "config.toml").write_text(PAIR)
    return Desk(folder=tmp_path, environment=pointed_at(emulator.url))


Found = Callable[..., dict[str, Check]]


@pytest.fixture
def found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Found:
    """What is found, by name, with the lines given instead of the config file or after it."""

    def look(text: str = PAIR, **environment: str) -> dict[str, Check]:
        for name, value in {**desk.environment, **environment}.items():
            monkeypatch.setenv(name, value)
        (desk.folder / "config.toml").write_text(text)
        harness = Harness(load(desk.folder / "config.toml"))
        checks = examine(harness)
        harness.spool.close()
        return {check.name: check for check in checks}

    return look


def test_a_sound_set_up_is_fine(desk: Desk) -> None:
    """Exit 0; only the shared quota deserves attention; JSON says the same."""
    said = desk.shadow("doctor")
    assert said.code == 0, said.out
    assert "Nothing is broken." in said.out
    checks = {check["name"]: check for check in json.loads(desk.does("doctor", "--json"))}
    assert [name for name, check in checks.items() if check["state"] != "fine"] == ["quota"]
    for model in ("gemini-3-pro-image-preview", "gemini-3-pro-image", "gemini-3.5-flash", "gemini-embedding-2"):
        assert f"model {model}" in checks
    assert {"gate", "packages", "key", "disk", "spool", "worker", "ledger", "cutover", "clock"} < set(checks)


def test_everything_that_is_wrong_has_its_advice(desk: Desk) -> None:
    """Without a key: exit 1, and every line that is not fine says what to do."""
    said = desk.shadow("doctor", "--json", GEMINI_API_KEY="")
    assert said.code == 1
    for check in json.loads(said.out):
        assert check["state"] == "fine" or check["advice"] or "set" in check["found"].lower(), check


def test_a_missing_model_is_named_with_its_key(found: Found) -> None:
    """The advice says which line of the config file names it."""
    priced = PAIR.replace('"gemini-3-pro-image"', '"gemini-3-pro-imag"') + UNKNOWN_PRICE
    check = found(priced)["model gemini-3-pro-imag"]
    assert (check.state, check.found) == ("broken", "404 NOT_FOUND")
    assert "[migration.pro] candidate" in check.advice


def test_an_unreachable_service_is_named(found: Found) -> None:
    """Nobody listening is another advice than a missing model; the clock cannot be compared then."""
    checks = found(GOOGLE_GEMINI_BASE_URL="http://127.0.0.1:1")
    assert "check network" in checks["model gemini-3-pro-image"].advice
    assert checks["clock"].state == "attention"


def test_the_shadow_calls_have_a_key_of_their_own(found: Found) -> None:
    """Not set is broken, the live key is worth a word, another one is fine."""
    own = PAIR + '[worker]\nkey_env = "SHADOW_KEY"\n'
    assert found(own)["shadow key"].state == "broken"
    same = found(own, SHADOW_KEY="k")["quota"]
    assert same.state == "attention"
    assert same.found == "SHADOW_KEY and GEMINI_API_KEY hold the same key, and so share the live quota"
    assert found(PAIR + '[worker]\nkey_env = "GEMINI_API_KEY"\n')["quota"].state == "attention"
    other = found(own, SHADOW_KEY="other")["quota"]
    assert other.state == "fine"
    assert "cannot be asked" in other.found
    no_live = found(own, SHADOW_KEY="other", GEMINI_API_KEY="")
    assert "not held against" in no_live["key"].found
    assert "quota" not in no_live


def test_two_live_keys_that_differ_are_told(found: Found) -> None:
    """google-genai takes one of the two variables; no key is shown."""
    checks = found(GOOGLE_API_KEY="secret-one")
    assert checks["key"].state == "attention"
    assert "google-genai takes GOOGLE_API_KEY" in checks["key"].found
    assert "secret-one" not in str(checks)


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        (PAIR + 'provider = "gemin"\n', "provider gemin", "Did you mean 'gemini'?"),
        (PAIR + 'provider = "folder"\n', "provider folder", "no pictures"),
        (PAIR + '[gate]\nlayers = ["properties", "juge"]\n', "gate", "Did you mean 'judge'?"),
    ],
)
def test_a_name_that_no_room_knows_is_found(found: Found, text: str, name: str, words: str) -> None:
    """The legal names are listed, the nearest first."""
    check = found(text)[name]
    assert check.state == "broken"
    assert words in check.found + check.advice


def test_captures_that_nobody_works_on_are_noticed(desk: Desk, found: Found) -> None:
    """Waiting without a worker deserves attention; damaged files are broken, each with the way out."""
    (desk.folder / "briefs.txt").write_text("a red fox\n")
    desk.does("run", "briefs.txt")
    assert "nobody works" in found()["worker"].found
    for name, file in (("spool", "spool.sqlite"), ("ledger", "scores.duckdb"), ("cutover", "cutover.json")):
        for beside in desk.folder.glob(f".shadow/{file}*"):
            beside.unlink()
        (desk.folder / ".shadow" / file).write_text("not what it was " * 100)
        check = found()[name]
        assert check.state == "broken"
        assert "Move it away" in check.found or "shadow cutover set" in check.found


def test_a_worker_is_seen_while_it_lives(desk: Desk, found: Found) -> None:
    """`shadow work` shows itself by a lock; killed, it is gone at once, and what it held is told."""
    worker = desk.start("work")
    try:
        while not workers(desk.folder / ".shadow"):
            assert worker.poll() is None
            time.sleep(0.05)
        assert found()["worker"].found.startswith(f"process {worker.pid} since 20")
    finally:
        worker.kill()
        worker.communicate()
    assert found()["worker"].found == "none is alive, and nothing waits for one"
    (desk.folder / "briefs.txt").write_text("a red fox\n")
    desk.does("run", "briefs.txt")
    harness = Harness(load(desk.folder / "config.toml"))
    harness.spool.lease(limit=1, seconds=600)
    harness.spool.close()
    assert "1 captures were under way when it ended" in found()["worker"].found


def test_the_end_of_the_incumbent_is_told(found: Found) -> None:
    """A last day that is near or over deserves attention, one that is far does not."""
    over = found(PAIR + "last_day = 2020-01-01\n")["migration pro"]
    assert (over.state, "the candidate serves every live call" in over.advice) == ("attention", True)
    assert found(PAIR + f"last_day = {datetime.now(UTC).date()}\n")["migration pro"].advice.startswith("Begin at once")
    assert found(PAIR + "last_day = 2999-01-01\n")["migration pro"].state == "fine"


def test_another_package_of_the_same_name_is_found(desk: Desk) -> None:
    """A folder `reports` where the program is started stands in the way of ours."""
    (desk.folder / "reports").mkdir()
    (desk.folder / "reports" / "__init__.py").write_text("")
    said = desk.shadow("doctor", "--json")
    check = next(check for check in json.loads(said.out) if check["name"] == "packages")
    assert check["state"] == "broken"
    assert "reports is another package" in check["advice"]


def test_a_wrong_clock_is_found(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a minute beside the server's date is broken, with direction and size."""
    import httpx2

    told = format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)
    monkeypatch.setattr(httpx2, "get", lambda *_, **__: httpx2.Response(200, headers={"date": told}))
    check = found()["clock"]
    assert check.state == "broken"
    assert "ahead of" in check.found
