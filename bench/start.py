"""How long `shadow --help` takes beside nothing but importing click.

python -m bench.start
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import Table, met

RUNS = 15
GOAL = 1.3
HELP = "from shadow.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
STARTS = {"python -c pass": "pass", "import click": "import click", "shadow --help": HELP}


def tables() -> Iterator[Table]:
    """Cold processes in turn, each start measured as often; compiled bytecode."""
    seconds: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(RUNS + 1):
        for name, code in STARTS.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)
            seconds[name].append(time.perf_counter() - began)
    # The first round compiles what is not compiled yet. Others on this machine only ever add, so the least is nearest.
    least = {name: min(found[1:]) for name, found in seconds.items()}
    base = least["import click"]
    yield Table(
        title="Start of the command line",
        columns=("start", "least ms", "median ms", "least, of import click"),
        rows=tuple(
            (name, f"{1e3 * least[name]:.0f}", f"{1e3 * statistics.median(found[1:]):.0f}", f"{least[name] / base:.2f}")
            for name, found in seconds.items()
        ),
        notes=(met(f"shadow --help within {GOAL} of import click", holds=least["shadow --help"] <= GOAL * base),),
    )
