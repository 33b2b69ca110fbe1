"""What a live process loses when it is ended in the middle of calls, and what importing costs it.

Goals: nothing torn by kill -9; `import shadow` at most 1.5 times a bare interpreter and 0.1 % of google-genai's import.
"""

import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import Table, met
from shadow.spool import SPOOLS
from shadow.store.images import Images

IMPORTS = 5
KILLS = 8
CALLS_PER_SECOND = 50
HERE = str(Path(__file__).parents[1])


def tables() -> Iterator[Table]:
    """The tables of this benchmark."""
    folder = Path(tempfile.mkdtemp(prefix="shadow-bench-"))
    try:
        yield killed(folder, KILLS)
        yield imports(IMPORTS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


CHILD = """
import os, sys, time
from pathlib import Path
from bench.canned_client import BRIEF, INCUMBENT, ROUTES, client_on
from bench.live_path import door_of
from shadow.wrapper import LivePath, wrapped
from shadow import host
door = door_of(Path(sys.argv[1]))
if sys.argv[3] == "followed":
    host.follow(restart=door.restart, close=door.close)
client = wrapped(client_on(pictures=3), LivePath(routes=ROUTES, percent=lambda _: 0.0, door=door))
os.write(1, b"+")
for number in range(10_000):
    client.models.generate_content(model=INCUMBENT, contents=f"{BRIEF} {number}")
    os.write(1, b".")
    time.sleep(float(sys.argv[2]))
"""


def killed(folder: Path, kills: int) -> Table:
    """Processes that are ended in the middle of calls: what the caller had and the spool has not, what is torn."""
    rows = []
    torn = 0
    for label, number, count in (("kill -9", signal.SIGKILL, kills), ("SIGTERM", signal.SIGTERM, max(1, kills // 5))):
        lost, answered, worst, broken = _end_often(folder / label, number, count)
        torn += broken
        rows.append((label, str(count), str(answered), str(lost), str(worst), str(broken)))
    return Table(
        title=f"Live processes ended in the middle of {CALLS_PER_SECOND} calls a second",
        columns=("ended by", "times", "calls answered", "of these not in the spool", "worst", "torn or dangling"),
        rows=tuple(rows),
        notes=(met("nothing torn, no picture missing or altered", holds=torn == 0),),
    )


def _end_often(home: Path, number: signal.Signals, count: int) -> tuple[int, int, int, int]:
    """Calls lost and answered in all, the most lost at once, captures that cannot be read back."""
    chance = random.Random(2)  # noqa: S311 - when to kill, no secret
    losses: list[int] = []
    answered = broken = 0
    for index in range(count):
        here = home / str(index)
        calls_answered = _run_until(here, number, after=0.2 + 0.4 * chance.random())
        spool = SPOOLS["sqlite"](here, Images(here / "images").read)
        kept = len(spool.lease(limit=10_000, seconds=60))
        broken += len(spool.buried())
        spool.close()
        answered += calls_answered
        losses.append(max(0, calls_answered - kept))
        shutil.rmtree(here, ignore_errors=True)
    return sum(losses), answered, max(losses), broken


def _run_until(home: Path, number: signal.Signals, *, after: float) -> int:
    """Calls that the caller had answers to when the process was ended."""
    how = "followed" if number is signal.SIGTERM else "alone"
    command = [sys.executable, "-c", CHILD, str(home), str(1 / CALLS_PER_SECOND), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": HERE}) as child:
        assert child.stdout is not None
        child.stdout.read(1)
        time.sleep(after)
        child.send_signal(number)
        return child.stdout.read().count(b".")


IMPORTED = {
    "bare": "pass",
    "import shadow": "import shadow",
    "import google.genai": "from google import genai",
    "and then import shadow": "from google import genai; import time; t = time.perf_counter(); import shadow; "
    "print(time.perf_counter() - t)",
    "and its two names": "from google import genai; import time; t = time.perf_counter(); import shadow; "
    "shadow.wrap; shadow.labels; print(time.perf_counter() - t)",
}


def imports(count: int) -> Table:
    """Cold interpreters, shuffled; the last two rows are timed inside an interpreter that has google-genai already."""
    order = random.Random(3)  # noqa: S311 - a shuffle
    seconds: dict[str, list[float]] = {name: [] for name in IMPORTED}
    for _ in range(count):
        for name in order.sample(sorted(IMPORTED), len(IMPORTED)):
            began = time.perf_counter()
            done = subprocess.run([sys.executable, "-c", IMPORTED[name]], capture_output=True, text=True, check=True)
            seconds[name].append(float(done.stdout) if done.stdout else time.perf_counter() - began)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    genai = median["import google.genai"] - median["bare"]
    rows = [(name, f"{value * 1e3:.2f}", f"{value / median['bare']:.2f}") for name, value in median.items()]
    share = median["and then import shadow"] / genai
    return Table(
        title="Importing",
        columns=("", "ms", "x bare interpreter"),
        rows=tuple(rows),
        notes=(
            met("import shadow <= 1.5 x a bare interpreter", holds=median["import shadow"] <= 1.5 * median["bare"]),
            met(f"import shadow <= 0.1 % of google-genai's (here {share:.3%})", holds=share <= 0.001),
        ),
    )
