"""The live path in whole processes: how they fork, how they end, how they are ended."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_program import Program

SUPPORT = Path(__file__).parents[2] / "support"


@pytest.fixture(scope="module")
def python() -> Iterator[subprocess.Popen[str]]:
    """A Python that forks for every script."""
    environment = os.environ | {"PYTHONPATH": str(SUPPORT), "GEMINI_API_KEY": "k"}
    environment.pop("SHADOW_CONFIG", None)
    with subprocess.Popen(
        [sys.executable, str(SUPPORT / "warm_python.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as running:
        yield running
        assert running.stdin is not None
        running.stdin.close()


@pytest.fixture
def run(python: subprocess.Popen[str], tmp_path: Path) -> Any:
    """Starts a script in a home of its own."""
    return lambda *script: Program(python, tmp_path, *script)


def test_a_script_that_ends_at_once_is_captured(run: Any) -> None:
    """Three lines and out: the end of the process waits for the drain, a moment at most."""
    program = run("ask('a fox')")
    assert program.end() == 0
    assert [capture.brief.prompt for capture in program.captures()] == ["a fox"]
    assert program.losses() == {}


def test_a_script_that_raises_is_captured(run: Any) -> None:
    """What ends it does not matter."""
    program = run("import sys\nsys.stderr.close()\nask('a fox')\nraise SystemExit(7)")
    assert program.end() == 7
    assert len(program.captures()) == 1


def test_sigterm_drains_and_then_ends_as_it_would_have(run: Any) -> None:
    """Where the host has no handler the process still dies of SIGTERM, with everything in the spool."""
    program = run("for n in range(20): ask(str(n))\nsay('ready')\nwhile True: time.sleep(0.02)")
    program.hear("ready")
    program.kill(signal.SIGTERM)
    assert program.end() == -signal.SIGTERM
    assert len(program.captures()) == 20
    assert program.losses() == {}


OWN_HANDLER = "signal.signal(signal.SIGTERM, lambda number, frame: (say('mine'), sys.exit(3)))"


@pytest.mark.parametrize("first", [True, False], ids=["handler first", "wrap first"])
def test_a_host_keeps_its_own_sigterm_handler(run: Any, first: bool) -> None:
    """Installed before or after: the host's handler runs, and its orderly end drains."""
    script = "ask('a fox')\nsay('ready')\nwhile True: time.sleep(0.02)"
    program = run(script, OWN_HANDLER) if first else run(f"{OWN_HANDLER}\n{script}")
    program.hear("ready")
    program.kill(signal.SIGTERM)
    program.hear("mine")
    assert program.end() == 3
    assert len(program.captures()) == 1


def test_wrapping_in_a_thread_touches_no_signal(run: Any) -> None:
    """Handlers belong to the main thread; the end by atexit still drains."""
    script = """
signal.signal(signal.SIGTERM, signal.SIG_DFL)
folder = os.path.join(os.path.dirname(CONFIG), "other")
os.mkdir(folder)
other = os.path.join(folder, "config.toml")
open(other, "w").write(open(CONFIG).read())
made = []
thread = threading.Thread(target=lambda: made.append(shadow.wrap(client_on(), config=other)))
thread.start(); thread.join()
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
made[0].models.generate_content(model=INCUMBENT, contents="a fox")
"""
    program = run(script)
    assert program.end() == 0
    program.home = program.home.parent / "other" / ".shadow"
    assert len(program.captures()) == 1


@pytest.mark.parametrize("end", ["os._exit(9)", "os.kill(os.getpid(), signal.SIGKILL)"], ids=["_exit", "kill -9"])
def test_an_end_without_a_word_shows(run: Any, end: str) -> None:
    """What had reached the spool is there; that something may be missing is an unknown loss."""
    program = run(f"ask('a fox')\ntime.sleep(1)\nask('a cat')\n{end}")
    assert program.end() in {9, -9}
    assert "a fox" in [capture.brief.prompt for capture in program.captures()]
    assert program.losses() == {"unknown loss": 1}
    assert program.losses() == {"unknown loss": 1}


def test_prefork_children_capture_for_themselves(run: Any) -> None:
    """A master that wraps and then forks, as gunicorn does with --preload: every child drains what it saw, once."""
    script = """
ask("master")
children = []
for number in range(4):
    child = os.fork()
    if child == 0:
        for n in range(5):
            ask(f"child {number} call {n}")
        sys.exit(0)
    children.append(child)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
ask("master again")
"""
    program = run(script)
    assert program.end() == 0
    captures = program.captures()
    words = sorted(capture.brief.prompt for capture in captures)
    expected = [f"child {number} call {n}" for number in range(4) for n in range(5)]
    assert words == sorted(["master", "master again", *expected])
    assert len({capture.capture_id for capture in captures}) == 22
    assert len({capture.capture_id.rsplit("-", 2)[0] for capture in captures}) == 5
    assert program.losses() == {}


def test_a_prefork_worker_that_is_told_to_stop_drains(run: Any) -> None:
    """A worker with a handler of its own, as gunicorn's: it leaves its loop and ends in order."""
    script = """
child = os.fork()
if child == 0:
    alive = True
    def stop(number, frame):
        global alive
        alive = False
    signal.signal(signal.SIGTERM, stop)
    ask("a fox")
    say("ready")
    while alive:
        time.sleep(0.01)
    sys.exit(0)
signal.signal(signal.SIGTERM, lambda number, frame: os.kill(child, number))
assert os.waitpid(child, 0)[1] == 0
"""
    program = run(script)
    program.hear("ready")
    program.kill(signal.SIGTERM)
    assert program.end() == 0
    assert len(program.captures()) == 1


def test_a_stuck_disk_holds_up_the_end_for_two_seconds_at_most(run: Any) -> None:
    """Then the process ends as it would have, and what it had in its hands is an unknown loss."""
    script = """
from shadow.live import _lives
live = next(iter(_lives.values()))
live.door._drain._write = lambda image: time.sleep(60)
ask("a fox")
time.sleep(0.2)
"""
    began = time.monotonic()
    program = run(script)
    assert program.end() == 0
    assert time.monotonic() - began < 6
    assert program.captures() == []
    assert program.losses() == {"unknown loss": 1}


def test_an_asyncio_server_that_is_told_to_stop_drains(run: Any) -> None:
    """A loop that handles SIGTERM itself ends in order, and so do we."""
    script = """
import asyncio
async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await client.aio.models.generate_content(model=INCUMBENT, contents="a fox")
    say("ready")
    await stop.wait()
asyncio.run(main())
"""
    program = run(script)
    program.hear("ready")
    program.kill(signal.SIGTERM)
    assert program.end() == 0
    assert len(program.captures()) == 1


def test_files_of_a_live_process_are_private(run: Any) -> None:
    """The home is 0700 and every file in it 0600, whatever the umask."""
    program = run("os.umask(0)\nask('a fox')\ntime.sleep(0.3)\nos._exit(0)")
    assert program.end() == 0
    modes = {oct(path.stat().st_mode & 0o777) for path in program.home.rglob("*") if path.is_file()}
    folders = {oct(path.stat().st_mode & 0o777) for path in (program.home, *program.home.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({"0o600"}, {"0o700"})
    record = json.loads(next((program.home / "live").glob("*.process")).read_text())
    assert record["offered"] == {"pro": 1}


def test_one_worker_runs_beside_however_many_ask_and_ends_with_them(run: Any) -> None:
    """Three processes ask for a worker; one `shadow work` comes, and goes in order when the last of them has ended."""
    script = """
shadow.wrap(client_on(), config=CONFIG, work=True)
for _ in range(2):
    if os.fork() == 0:
        break
say("x")
while not os.path.exists(CONFIG + ".end"):
    time.sleep(0.02)
"""
    program = run(script)
    log = program.home / "live" / "work.log"
    lock = program.home / "live" / "worker.lock"
    deadline = time.monotonic() + 30
    while not lock.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert held(lock)
    (program.home.parent / "config.toml.end").touch()
    assert program.end() == 0
    while held(lock) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not held(lock)
    assert log.read_text().count("pairs filed") == 1
    assert "0 pairs filed" in log.read_text()


def held(lock: Path) -> bool:
    """Whether some process holds this lock."""
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
