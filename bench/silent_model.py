"""What mirroring inside the live process costs and loses: LiteLLM's `silent_model` beside the wrapper.

Both are measured around calls that cost next to nothing, each against its own bare call, in turns in one run. Then each
makes calls whose shadow takes a second, and is told to stop: what was answered and never shadowed is lost.
LiteLLM has an environment of its own: `SHADOW_BENCH_LITELLM` names its Python; without it, its rows are left out.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import Table, percentile
from shadow.spool import SPOOLS
from shadow.store.images import Images

ENVIRONMENT = "SHADOW_BENCH_LITELLM"
CALLS = 100
ANSWERED = 20
"""Calls that are answered before the process is told to stop."""
HERE = str(Path(__file__).parents[1])

OURS = """
import json, os, sys, time
from pathlib import Path
from bench.canned_client import BRIEF, INCUMBENT, ROUTES, client_on
from bench.live_path import door_of
from shadow import host
from shadow.wrapper import LivePath, wrapped
door = door_of(Path(sys.argv[1]))
host.follow(restart=door.restart, close=door.close)
bare = client_on(pictures=3)
mirrored = wrapped(bare, LivePath(routes=ROUTES, percent={"pro": 0.0}.__getitem__, door=door))
calls = {
    "bare": lambda n: bare.models.generate_content(model=INCUMBENT, contents=f"{BRIEF} {n}"),
    "mirrored": lambda n: mirrored.models.generate_content(model=INCUMBENT, contents=f"{BRIEF} {n}"),
}
"""
THEIRS = """
import json, os, sys, time
from pathlib import Path
import litellm
shadowed = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
class Done(litellm.integrations.custom_logger.CustomLogger):
    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        if "silent" in kwargs["model"]:
            os.write(shadowed, b".")
litellm.callbacks = [Done()]
def model(name, **more):
    settings = {"model": f"openai/{name}", "api_key": "k", "mock_response": "x", **more}
    return {"model_name": name, "litellm_params": settings}
models = [model("bare"), model("mirrored", silent_model="silent"), model("silent", mock_delay=1.0)]
router = litellm.Router(model_list=models)
def ask(name):
    return lambda n: router.completion(model=name, messages=[{"role": "user", "content": f"a fox {n}"}])
calls = {"bare": ask("bare"), "mirrored": ask("mirrored")}
"""
TIMED = """
seconds = {name: [] for name in calls}
for number in range(int(sys.argv[2]) + 10):
    for name, call in calls.items():
        began = time.perf_counter()
        answer = call(number)
        took = time.perf_counter() - began
        del answer
        if number >= 10:
            seconds[name].append(took)
        time.sleep(0.03)
print(json.dumps(seconds), flush=True)
os._exit(0)
"""
STOPPED = """
for number in range(int(sys.argv[2])):
    calls["mirrored"](number)
os.write(1, b"+")
time.sleep(60)
"""


def tables() -> Iterator[Table]:
    """The table of this benchmark."""
    folder = Path(tempfile.mkdtemp(prefix="shadow-bench-"))
    theirs = os.environ.get(ENVIRONMENT, "")
    try:
        rows = [_row("shadow.wrap", sys.executable, OURS, folder / "ours")]
        if theirs:
            rows.append(_row("LiteLLM silent_model", theirs, THEIRS, folder / "theirs"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    yield Table(
        title="Mirroring from within the live process",
        columns=("", "bare p50 ms", "p50 / bare", "p99 / bare", f"lost of {ANSWERED} on SIGTERM"),
        rows=tuple(rows),
        notes=(
            () if theirs else (f"LiteLLM is not beside: {ENVIRONMENT} names the Python of an environment that has it",)
        ),
    )


def _row(name: str, python: str, script: str, place: Path) -> tuple[str, ...]:
    seconds = json.loads(_run(python, script + TIMED, place.with_suffix(".timed"), CALLS))
    bare, mirrored = seconds["bare"], seconds["mirrored"]
    ratios = [percentile(mirrored, share) / percentile(bare, share) for share in (0.5, 0.99)]
    lost = ANSWERED - _kept_when_stopped(python, script, place.with_suffix(".stopped"))
    return (name, f"{percentile(bare, 0.5) * 1e3:.2f}", f"{ratios[0]:.2f}", f"{ratios[1]:.2f}", str(lost))


def _run(python: str, script: str, place: Path, count: int) -> str:
    command = [python, "-c", script, str(place), str(count)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=_environment()).stdout


def _kept_when_stopped(python: str, script: str, place: Path) -> int:
    """How many of the answered calls are shadowed, or kept to be, after SIGTERM."""
    command = [python, "-c", script + STOPPED, str(place), str(ANSWERED)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()) as child:
        assert child.stdout is not None
        child.stdout.read(1)
        time.sleep(0.3)
        child.send_signal(signal.SIGTERM)
    if place.is_file():  # LiteLLM's: one dot for each shadow call that came back
        return len(place.read_bytes())
    spool = SPOOLS["sqlite"](place, Images(place / "images").read)
    kept = len(spool.lease(limit=10_000, seconds=60))
    spool.close()
    return kept


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": HERE}
