"""The examples do what they say, against the emulator; what they paint waits to be compared."""

import importlib.util
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from verbs import PAIR, Desk, pointed_at

from shadow.emulator import SCENARIOS, Emulator

EXAMPLES = Path(__file__).parents[2] / "examples"
BRIEFS = "a red fox at dawn\na blue hare at dusk\na calm harbour by moonlight\n"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Address of an emulator on a day when the preview still answers."""
    with Emulator(scenario=SCENARIOS["same"], candidates=frozenset(), today=date(2026, 6, 1)) as served:
        yield served.url


@pytest.fixture
def desk(url: str, tmp_path: Path) -> Desk:
    """A folder with a config file and three briefs."""
    (tmp_path / "config.toml").write_text(PAIR)
    (tmp_path / "briefs.txt").write_text(BRIEFS)
    return Desk(folder=tmp_path, environment=pointed_at(url))


def python(desk: Desk, *arguments: str, **more: str) -> str:
    """What a Python program prints in the folder; it must end well."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=desk.folder,
        env=desk.surroundings(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def captured(desk: Desk) -> int:
    """How many live calls wait to be compared."""
    ready: int = json.loads(desk.does("status", "--json"))["migrations"]["pro"]["ready"]
    return ready


@pytest.mark.parametrize("name", ["daily_batch.py", "async_pipeline.py"])
def test_a_batch_writes_its_pictures_and_hands_them_over(desk: Desk, name: str) -> None:
    """A picture for each brief in the folder, and each in the spool."""
    assert "3 pictures in out" in python(desk, str(EXAMPLES / name), "briefs.txt", "out")
    assert len(list((desk.folder / "out").iterdir())) == 3
    assert all(path.stat().st_size > 10_000 for path in (desk.folder / "out").iterdir())
    assert captured(desk) == 3


DRIVE = """
import asyncio, httpx2
from web_service import app

async def main():
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
            wish = {"prompt": "a red fox at dawn", "user": "u-42", "category": "animals"}
            for sent in (wish, {"user": "u-42"}):
                answer = await client.post("/pictures", json=sent)
                print(answer.status_code, answer.headers["content-type"], len(answer.content) > 10_000)

asyncio.run(main())
"""


def test_the_service_answers_with_a_picture(desk: Desk) -> None:
    """A wish becomes a picture and a capture; a wish without words is refused by the service itself."""
    pytest.importorskip("fastapi", reason="a development dependency")
    said = python(desk, "-c", DRIVE, PYTHONPATH=os.pathsep.join([str(EXAMPLES), os.environ.get("PYTHONPATH", "")]))
    assert said.splitlines() == ["200 image/jpeg True", "422 application/json False"]
    assert captured(desk) == 1


def test_the_traffic_goes_as_the_verdict_says() -> None:
    """GO takes one stage at a time and stays at the last; ROLLBACK gives all back; HOLD moves nothing."""
    spec = importlib.util.spec_from_file_location("cutover_cron", EXAMPLES / "cutover_cron.py")
    assert spec is not None
    assert spec.loader is not None
    cron = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cron)
    assert [cron.wanted("GO", percent) for percent in (0, 5, 7, 25, 50, 100)] == [5, 25, 25, 50, 100, 100]
    assert [cron.wanted("HOLD", percent) for percent in (0, 5, 100)] == [0, 5, 100]
    assert [cron.wanted("ROLLBACK", percent) for percent in (0, 5, 100)] == [0, 0, 0]


def test_cron_moves_a_stage_and_back_with_its_reason_in_the_trail(desk: Desk) -> None:
    """The real cutover with a verdict of our choice: `shadow verdict` alone is answered by a stand-in on the path."""
    shim = desk.folder / "bin" / "shadow"
    shim.parent.mkdir()
    shim.write_text(
        f'#!/bin/sh\n[ "$1" = verdict ] && {{ cat said.json; exit $CODE; }}\nexec {sys.executable} -m shadow "$@"\n'
    )
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    path = f"{shim.parent}{os.pathsep}{os.environ['PATH']}"

    def cron(decision: str, code: int) -> str:
        (desk.folder / "said.json").write_text(json.dumps({"decision": decision, "pairs": 1200}))
        return python(desk, str(EXAMPLES / "cutover_cron.py"), PATH=path, CODE=str(code))

    assert "0 % -> 5 %" in cron("GO", 0)
    assert "HOLD: the candidate stays at 5 %." in cron("HOLD", 3)
    assert "5 % -> 0 %" in cron("ROLLBACK", 4)
    assert "ROLLBACK on 1200 pairs, by cutover_cron" in desk.does("cutover", "show")


def test_every_example_is_listed() -> None:
    """The folder's page names each program."""
    page = (EXAMPLES / "README.md").read_text()
    assert all(f"]({path.name})" in page for path in EXAMPLES.glob("*.py"))
