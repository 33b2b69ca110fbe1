"""The report beside Evidently's on the same columns: time, memory, size of the file.

python -m bench.report            (10,000 and 100,000 pairs)

Evidently is asked for the drift of every column, its nearest report. It lives in an environment of its own, since it
needs an older pandas; BENCH_EVIDENTLY names its python, else the row is left out with a word:

    python -m venv /tmp/evidently && /tmp/evidently/bin/pip install evidently 'pandas<3'
    BENCH_EVIDENTLY=/tmp/evidently/bin/python python -m bench report
"""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from bench import Table

if TYPE_CHECKING:
    from analysis.columns import ArmColumns, Ledger

SIZES = (10_000, 100_000)
FEATURES = ("saturation", "contrast", "brightness", "edge_density", "negative_space", "entropy")
MEASURED = """
import json, resource, sys, time
began, busy = time.perf_counter(), time.process_time()
{work}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.perf_counter() - began, time.process_time() - busy, peak]))
"""
OURS = """
from datetime import UTC, datetime
from pathlib import Path
from bench.report import ledger_of
from analysis import study
from analysis.question import Question
from reports.render import render
ledger, question = ledger_of(Path(sys.argv[1])), Question(segments=("s0", "s1"), minimum_hours=0.0)
result = study.of(ledger, question, made_at=datetime.now(UTC), panels=True)
Path(sys.argv[2]).write_text(render(result, picture=lambda _: None), encoding="utf-8")
"""
PEERS = """
import warnings; warnings.filterwarnings("ignore")
import pandas as pd
from evidently import Dataset, DataDefinition, Report
from evidently.presets import DataDriftPreset
frame = pd.read_csv(sys.argv[1])
names = sorted({name.partition("_")[2] for name in frame.columns if name.startswith("incumbent_")})
arms = [frame[[f"{arm}_{name}" for name in names]].set_axis(names, axis=1) for arm in ("incumbent", "candidate")]
definition = DataDefinition(numerical_columns=names)
before, after = (Dataset.from_pandas(arm, data_definition=definition) for arm in arms)
Report([DataDriftPreset()]).run(after, before).save_html(sys.argv[2])
"""


def tables() -> Iterator[Table]:
    """One row for each size and tool; every run in a process of its own."""
    rows, notes = [], ["no pictures on either side; a report of ours adds at most 1.6 MB of them"]
    peer = os.environ.get("BENCH_EVIDENTLY", "")
    if not peer:
        notes.append("evidently left out: BENCH_EVIDENTLY names no python that has it")
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            file = Path(folder) / f"{size}.csv"
            write_columns(file, size)
            for tool, python, work in (("shadow report", sys.executable, OURS), ("evidently", peer, PEERS)):
                if python:
                    rows.append(_measured(tool, python, work, file, size))
    yield Table(
        title="The report",
        columns=("tool", "pairs", "seconds", "cpu s", "peak MB", "file kB"),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _measured(tool: str, python: str, work: str, file: Path, size: int) -> tuple[str, ...]:
    page = file.with_suffix(".html")
    done = subprocess.run(
        [python, "-c", MEASURED.format(work=work), str(file), str(page)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    if done.returncode:
        return tool, f"{size:,}", "failed:", done.stderr.strip().splitlines()[-1][:60], "", ""
    seconds, busy, peak = json.loads(done.stdout.strip().splitlines()[-1])
    return tool, f"{size:,}", f"{seconds:.1f}", f"{busy:.1f}", f"{peak:.0f}", f"{page.stat().st_size / 1000:.0f}"


def write_columns(file: Path, size: int) -> None:
    """The same columns for both: judge, similarity and six features of each arm; the candidate loses two points."""
    wanted = []
    for arm, loss in (("incumbent", 0), ("candidate", 2)):
        salt = len(arm)
        scores = f"82 + 10 * sin(i * 1.7 + {salt}) - 20 * (hash(i * {salt}) % 97 = 0)::int - {loss}"
        wanted += [
            f"greatest(0, least(100, round({scores}))) as {arm}_judge",
            f"round(0.5 + 0.05 * cos(i * 2.3 + {salt}), 4) as {arm}_similarity",
        ]
        wanted += [
            f"round(0.5 + 0.2 * sin(i * {place + 1}.13 + {salt}) - {loss / 100}, 6) as {arm}_{feature}"
            for place, feature in enumerate(FEATURES)
        ]
    columns = f"select {', '.join(wanted)} from range({size}) t(i)"  # noqa: S608  nothing of it comes from outside
    with duckdb.connect() as connection:
        connection.execute(f"copy ({columns}) to '{file}' (header true)")


def ledger_of(file: Path) -> "Ledger":
    """The columns as a ledger, read as the harness reads its own."""
    import numpy as np

    from analysis.columns import Feature
    from bench.looks import ledger_of as looks_ledger
    from bench.study import Stream

    with duckdb.connect() as connection:
        columns = connection.read_csv(str(file)).fetchnumpy()
    size = len(columns["incumbent_judge"])
    nothing = np.zeros(size, dtype=np.int64)
    stream = Stream(
        incumbent=columns["incumbent_judge"].astype(np.int64),
        candidate=columns["candidate_judge"].astype(np.int64),
        incumbent_failed=nothing,
        candidate_failed=nothing,
        segments=np.arange(size) % 3,
    )
    ledger = looks_ledger(stream)
    named = {feature: Feature("properties", feature) for feature in FEATURES}

    def measured(name: str, arm: "ArmColumns") -> "ArmColumns":
        features = {named[feature]: np.asarray(columns[f"{name}_{feature}"]) for feature in FEATURES}
        return dataclasses.replace(arm, features=features)

    return dataclasses.replace(
        ledger,
        features=tuple(named.values()),
        epoch=None,
        incumbent=measured("incumbent", ledger.incumbent),
        candidate=measured("candidate", ledger.candidate),
    )
