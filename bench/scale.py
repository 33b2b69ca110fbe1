"""Large numbers of pairs beside scipy and Evidently in one run, and how much memory ten million pairs take.

python -m bench.scale

Evidently wants an older pandas than other tools, so it runs in an environment of its own: name its interpreter in
SHADOW_BENCH_EVIDENTLY (`uv venv there && uv pip install --python there evidently==0.7.23 "pandas<3"`), or it is left
out. Seconds are processor seconds; each measurement that is compared is taken in turns, and the least of three counts.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import numpy as np
from scipy import stats

from analysis.distribution import kolmogorov_smirnov
from analysis.guarding import of
from analysis.question import Question
from analysis.sequences import Histogram, bound, log_e_value
from bench import Table, met
from bench.study import Floats

EVIDENTLY = "SHADOW_BENCH_EVIDENTLY"
LIMIT_MB = 512
ROUNDS = 3
WRITE = """
copy (
    select 80 + (range * 7919 % 41 - 20) as incumbent, 80 + (range * 104729 % 43 - 21) as candidate,
        (range * 31 % 53 = 0)::int as incumbent_failed, (range * 37 % 59 = 0)::int as candidate_failed
    from range({pairs})
) to '{file}' (format parquet)"""
HISTOGRAMS = {
    "quality": """select if(candidate_failed = 1, 0, candidate) - if(incumbent_failed = 1, 0, incumbent), count(*)
        from '{file}' group by 1""",
    "tail_rate": """select (if(incumbent_failed = 1, 0, incumbent) < 66)::int
        - (if(candidate_failed = 1, 0, candidate) < 66)::int, count(*) from '{file}' group by 1""",
    "gate_failures": "select incumbent_failed - candidate_failed, count(*) from '{file}' group by 1",
}
DRIFT = """
import json, sys, time, numpy as np, pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
before, after = np.load(sys.argv[1]), np.load(sys.argv[2])
reference, current = pd.DataFrame({"x": before}), pd.DataFrame({"x": after})
Report([DataDriftPreset(num_method="ks")]).run(current[:500], reference[:500])
began = time.process_time()
Report([DataDriftPreset(num_method="ks")]).run(current, reference)
print(json.dumps(time.process_time() - began))
"""


def main() -> None:
    """Print the tables, or, for a process of its own, what ten million pairs take."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--evidence", type=Path, help="of this Parquet file; prints peak memory and evidence as JSON")
    given = parser.parse_args()
    if given.evidence:
        print(json.dumps(evidence(given.evidence)))
        return
    for table in tables(given.pairs):
        print(table, flush=True)


def tables(pairs: int = 1_000_000) -> Iterator[Table]:
    """The tables of this benchmark."""
    yield gaps(pairs)
    yield intervals(pairs)
    yield memory(10 * pairs)


def gaps(pairs: int) -> Table:
    """The largest gap between two distributions."""
    generator = np.random.default_rng(1)
    before, after = generator.normal(0, 1, pairs), generator.normal(0.01, 1, pairs)
    ways: dict[str, Callable[[], object]] = {
        "this project": lambda: kolmogorov_smirnov(before, after),
        "scipy ks_2samp": lambda: stats.ks_2samp(before, after, method="asymp"),
    }
    seconds = _in_turns(ways)
    there = seconds["this project"]
    rows = [(name, f"{value:.3f}", f"{there / value:.3f}") for name, value in seconds.items()]
    notes = [met("at most 1/4 of scipy", holds=there <= seconds["scipy ks_2samp"] / 4)]
    drift = _evidently(before, after)
    if drift is None:
        notes.append(f"Evidently left out: {EVIDENTLY} names no interpreter that has it")
    else:
        rows.append(("Evidently, drift preset", f"{drift:.3f}", f"{there / drift:.3f}"))
        notes.append(met("at most 1/15 of Evidently", holds=there <= drift / 15))
    return Table(
        title=f"Kolmogorov-Smirnov of {pairs:,} pairs of numbers",
        columns=("", "seconds", "ours / it"),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def intervals(pairs: int) -> Table:
    """An interval for the mean difference: the anytime one against a bootstrap of 1000."""
    steps = np.random.default_rng(2).integers(-30, 31, pairs)

    def anytime(values: np.ndarray) -> tuple[float, float]:
        seen = Histogram.of_steps(values, decimals=0)
        return bound(seen, worst=-100.0, alpha=0.05), bound(seen, worst=100.0, alpha=0.05)

    seconds = _in_turns({"this project, anytime": lambda: anytime(steps)})
    began = time.process_time()
    stats.bootstrap((steps,), np.mean, n_resamples=1000, batch=10, method="percentile", rng=1)
    seconds["scipy bootstrap, 1000"] = time.process_time() - began
    there = seconds["this project, anytime"]
    return Table(
        title=f"An interval for the mean of {pairs:,} paired differences",
        columns=("", "seconds", "ours / it"),
        rows=tuple((name, f"{value:.3f}", f"{there / value:.4f}") for name, value in seconds.items()),
        notes=(met("at most 1/25 of scipy's bootstrap", holds=there <= seconds["scipy bootstrap, 1000"] / 25),),
    )


def memory(pairs: int) -> Table:
    """Evidence of the guards on the whole by one `GROUP BY` each, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="shadow-bench-") as folder:
        file = Path(folder) / "pairs.parquet"
        with duckdb.connect(config={"memory_limit": f"{LIMIT_MB}MB", "threads": 1}) as connection:
            connection.execute(WRITE.format(pairs=pairs, file=file))
        command = [sys.executable, "-m", "bench.scale", "--evidence", str(file)]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return Table(
        title=f"Evidence from {pairs:,} pairs in a Parquet file",
        columns=("", ""),
        rows=(
            ("peak memory of the process, MB", f"{found['peak']:.0f}"),
            ("processor seconds", f"{found['seconds']:.2f}"),
            *((f"ln E for GO, {name}", f"{value:.9f}") for name, value in found["log_e_go"].items()),
        ),
        notes=(met(f"under {LIMIT_MB} MB", holds=found["peak"] < LIMIT_MB),),
    )


def evidence(file: Path) -> dict[str, object]:
    """ln E for GO of each guard on the whole, processor seconds, and the peak memory of this process in MB."""
    began, told = time.process_time(), {}
    guards = {guard.name: guard for guard in of(Question()) if guard.name in HISTOGRAMS}
    with duckdb.connect(config={"memory_limit": "256MB", "threads": 1}) as connection:
        for name, guard in guards.items():
            rows = np.array(connection.execute(HISTOGRAMS[name].format(file=file)).fetchall(), dtype=np.int64)
            seen = Histogram.of(rows[:, 0].astype(np.float64), rows[:, 1])
            worst = -guard.metric.span
            told[name] = log_e_value(seen, boundary=-guard.margin, worst=worst, stakes=guard.for_go)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"peak": peak, "seconds": time.process_time() - began, "log_e_go": told}


def _in_turns(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.process_time()
            way()
            seconds[name].append(time.process_time() - began)
    return {name: min(values) for name, values in seconds.items()}


def _evidently(before: Floats, after: Floats) -> float | None:
    interpreter = os.environ.get(EVIDENTLY, "")
    if not interpreter:
        return None
    with tempfile.TemporaryDirectory(prefix="shadow-bench-") as folder:
        files = [Path(folder) / name for name in ("before.npy", "after.npy")]
        for file, values in zip(files, (before, after), strict=True):
            np.save(file, values)
        command = [interpreter, "-W", "ignore", "-c", DRIFT, *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return float(done.stdout.splitlines()[-1]) if done.returncode == 0 and done.stdout else None


if __name__ == "__main__":
    main()
