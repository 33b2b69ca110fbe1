"""The examples do what they say, against the emulator; what they paint waits to be compared."""

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


def test_cron_says_what_happened_and_when_a_person_is_needed(desk: Desk) -> None:
    """The step is the real one's; `shadow` is answered by a stand-in on the path, so that every answer is seen."""
    shim = desk.folder / "bin" / "shadow"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\ncat said.json; exit $CODE\n")
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    path = f"{shim.parent}{os.pathsep}{os.environ['PATH']}"
    plain = {"migration": "pro", "from": 5.0, "to": 5.0, "action": "held", "reason": "HOLD", "in_time": True, "exit": 3}

    def cron(code: int, **step: object) -> tuple[int, str]:
        (desk.folder / "said.json").write_text(json.dumps({**plain, "exit": code, **step}))
        done = subprocess.run(
            [sys.executable, str(EXAMPLES / "cutover_cron.py")],
            cwd=desk.folder,
            env=desk.surroundings(PATH=path, CODE=str(code)),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    assert cron(3) == (0, "pro: 5 % -> 5 %, held. HOLD\n")
    assert cron(0, to=25.0, action="moved")[0] == 0
    assert "resume --reason" in cron(4, to=0.0)[1]
    assert "approve --reason" in cron(5)[1]
    code, said = cron(3, in_time=False, outlook="NOT in time")
    assert (code, "NOT in time" in said) == (1, True)
    assert cron(1) == (1, "")


def test_cron_takes_the_real_step(desk: Desk) -> None:
    """Nothing is filed yet, so it holds, and nobody is needed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    assert "no pairs filed yet" in python(desk, str(EXAMPLES / "cutover_cron.py"), PATH=path)


def test_every_example_is_listed() -> None:
    """The folder's page names each program."""
    page = (EXAMPLES / "README.md").read_text()
    assert all(f"]({path.name})" in page for path in EXAMPLES.glob("*.py"))
