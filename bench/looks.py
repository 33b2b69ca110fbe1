"""How long one look takes: a million pairs in five segments, already read into columns.

python -m bench.looks --pairs 1000000
"""

import argparse
import time
from datetime import UTC, datetime, timedelta

import numpy as np

from analysis.arrays import moment_of
from analysis.columns import ArmColumns, Epoch, FrozenBaseline, Labels, Ledger
from analysis.looking import look
from analysis.question import Question
from bench.study import SEGMENT_SHARES, Integers, Stream, Truth, stream

START = datetime(2026, 6, 1, tzinfo=UTC)
LAYERS = ("properties", "similarity", "judge")
ASKED = Question(segments=tuple(f"s{number}" for number in range(len(SEGMENT_SHARES) - 1)), baseline=1)


def main() -> None:
    """Print the processor seconds of some looks: a shared machine's clock tells of the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--looks", type=int, default=3)
    given = parser.parse_args()
    ledger = ledger_of(stream(Truth(), np.random.default_rng(1), given.pairs))
    for _ in range(given.looks):
        began = time.process_time()
        found = look(ledger, ASKED)
        seconds = time.process_time() - began
        told = f"{given.pairs:,} pairs, {len(found.guards)} guards: {found.verdict.decision}"
        print(f"{told} in {seconds:.3f} s of processor time")


def ledger_of(run: Stream) -> Ledger:
    """The stream as the columns of a ledger."""
    size = run.incumbent.size
    moments = moment_of(START + timedelta(days=1)) + np.arange(size) * np.timedelta64(1, "s")
    names = np.char.add("brief-", np.arange(size).astype(str)).astype(object)
    none = np.full(size, -1, dtype=np.int64)
    words = ("", *(f"s{number}" for number in range(len(SEGMENT_SHARES))))
    question = ASKED.digest()
    return Ledger(
        migration="bench",
        layers=LAYERS,
        features=(),
        capture_ids=names,
        brief_digests=names,
        briefs=np.arange(size),
        sequence=np.arange(size),
        dispatched_at=moments,
        filed_at=moments,
        segments=Labels(words=words, codes=run.segments + 1),
        candidate_served=np.zeros(size, dtype=np.bool_),
        keys=none,
        clusters=none,
        incumbent=_arm(run.incumbent, run.incumbent_failed, 1),
        candidate=_arm(run.candidate, run.candidate_failed, 2),
        epoch=Epoch(number=1, opened_at=START, reason="bench", question=question, baseline=1),
        baseline=FrozenBaseline(version=1, frozen_at=START, outcomes=300, cuts={"quality": 66.0}, budget=0.02),
        cutover=(),
        losses={},
    )


def _arm(points: Integers, failed: Integers, seed: int) -> ArmColumns:
    size = points.size
    nothing = Labels(words=("",), codes=np.zeros(size, dtype=np.int64))
    close = np.round(np.random.default_rng(seed).normal(0.35, 0.02, size), 4)
    return ArmColumns(
        kinds=Labels(words=("", "failure", "image"), codes=2 - failed),
        roles=Labels(words=("", "live"), codes=np.ones(size, dtype=np.int64)),
        labels=nothing,
        models=nothing,
        latency=np.ones(size),
        output_tokens=np.zeros(size, dtype=np.int64),
        attempts=np.ones(size, dtype=np.int64),
        scores={"properties": np.full(size, np.nan), "similarity": close, "judge": points.astype(np.float64)},
        hard_failures=dict.fromkeys(LAYERS, nothing),
        missing=dict.fromkeys(LAYERS, nothing),
        features={},
    )


if __name__ == "__main__":
    main()
