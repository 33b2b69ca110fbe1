"""Cuts that keep the incumbent within its failure budget."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import thresholds
from analysis.columns import ArmColumns, Labels, Ledger
from analysis.metrics import gate_failed


def arm_of(judge: list[float], similarity: list[float], hard: list[bool]) -> ArmColumns:
    """An arm with these scores, its hard failures at the properties."""
    size = len(judge)
    none = Labels(words=("",), codes=np.zeros(size, dtype=np.int64))
    failures = Labels(words=("", "undecodable"), codes=np.array(hard, dtype=np.int64))
    return ArmColumns(
        kinds=Labels(words=("", "image"), codes=np.ones(size, dtype=np.int64)),
        roles=none,
        labels=none,
        models=none,
        latency=np.ones(size),
        output_tokens=np.ones(size, dtype=np.int64),
        attempts=np.ones(size, dtype=np.int64),
        scores={"properties": np.full(size, np.nan), "similarity": np.array(similarity), "judge": np.array(judge)},
        hard_failures={"properties": failures, "similarity": none, "judge": none},
        missing={"properties": none, "similarity": none, "judge": none},
        features={},
    )


def ledger_of(arm: ArmColumns) -> Ledger:
    """A ledger whose incumbent is this arm."""
    size = len(arm.latency)
    moments = np.zeros(size, dtype="datetime64[us]")
    return Ledger(
        migration="pro",
        layers=("properties", "similarity", "judge"),
        features=(),
        capture_ids=np.array([f"c{at}" for at in range(size)], dtype=object),
        brief_digests=np.array([f"b{at}" for at in range(size)], dtype=object),
        briefs=np.arange(size),
        sequence=np.arange(size),
        dispatched_at=moments,
        filed_at=moments,
        segments=Labels(words=("",), codes=np.zeros(size, dtype=np.int64)),
        candidate_served=np.zeros(size, dtype=np.bool_),
        keys=np.full(size, -1),
        clusters=np.full(size, -1),
        incumbent=arm,
        candidate=arm,
        epoch=None,
        baseline=None,
        cutover=(),
        losses={},
    )


def test_cuts_by_hand() -> None:
    """Of a hundred outcomes with distinct scores two may fail: with separate worst outcomes each layer takes one."""
    judge = [float(points) for points in range(100)]
    similarity = [(99 - at) / 100 for at in range(100)]
    made = thresholds.calibrate(ledger_of(arm_of(judge, similarity, [False] * 100)))
    assert made.cuts == {"similarity": 0.01, "judge": 1.0}
    assert made.below == {"similarity": 0.01, "judge": 0.01}
    assert (made.outcomes, made.failing, made.budget) == (100, 0.02, 0.02)


def test_shared_failures_are_counted_once() -> None:
    """Where both layers dislike the same outcomes each may cut as deep as the whole budget."""
    judge = [float(points) for points in range(100)]
    made = thresholds.calibrate(ledger_of(arm_of(judge, [points / 100 for points in judge], [False] * 100)))
    assert made.cuts == {"similarity": 0.02, "judge": 2.0}
    assert made.failing == 0.02


def test_ties_at_the_cut_pass() -> None:
    """A score equal to the cut passes, so many equal worst scores leave the cut at the lowest of them."""
    judge = [50.0] * 10 + [80.0] * 90
    made = thresholds.calibrate(ledger_of(arm_of(judge, [0.5] * 100, [False] * 100)))
    assert made.cuts["judge"] == 50.0
    assert made.failing == 0.0


def test_hard_failures_use_the_budget_up() -> None:
    """Hard failures beyond the budget leave cuts that fail no score, and the share is told as it is."""
    judge = [math.nan] * 5 + [float(points) for points in range(95)]
    made = thresholds.calibrate(ledger_of(arm_of(judge, judge, [True] * 5 + [False] * 95)))
    assert made.cuts == {"similarity": 0.0, "judge": 0.0}
    assert made.failing == 0.05


def test_infrastructure_is_not_calibrated_from(filing: Any) -> None:
    """Outcomes that could not be asked are neither counted nor scored; refusals count as failures."""
    filing.pair({"kind": "infrastructure"}, {})
    filing.pair({"kind": "refusal"}, {})
    filing.pair({"judge": 60.0}, {})
    made = thresholds.calibrate(filing.read())
    assert (made.outcomes, made.failing) == (2, 0.5)
    assert made.cuts == {"similarity": 0.5, "judge": 60.0}


def test_nothing_to_calibrate_from(filing: Any) -> None:
    """Without a scored outcome there is no cut to make."""
    with pytest.raises(ValueError, match="no scored outcome"):
        thresholds.calibrate(filing.read())
    filing.pair({"kind": "refusal"}, {})
    with pytest.raises(ValueError, match="no scored outcome"):
        thresholds.calibrate(filing.read())


scores = st.one_of(st.integers(0, 20).map(float), st.just(math.nan))


@given(
    st.lists(st.tuples(scores, scores, st.booleans()), min_size=1, max_size=80),
    st.sampled_from([0.0, 0.02, 0.1, 0.3]),
)
def test_the_budget_holds(rows: list[tuple[float, float, bool]], budget: float) -> None:
    """Cuts and hard failures together fail at most the budget, or no more than the hard failures alone; as told."""
    judge, similarity, hard = (list(column) for column in zip(*rows, strict=True))
    arm = arm_of(judge, similarity, hard)
    sound = ~arm.failed_hard
    if not any(np.isfinite(arm.scores[layer][sound]).any() for layer in arm.scores):
        return
    made = thresholds.calibrate(ledger_of(arm), budget=budget)
    failing = int(gate_failed(arm, made.cuts).sum())
    assert failing <= max(math.floor(budget * len(rows) + 1e-9), sum(hard))
    assert made.failing == failing / len(rows)
    for layer, cut in made.cuts.items():
        known = arm.scores[layer][sound & np.isfinite(arm.scores[layer])]
        assert cut in known
        assert made.below[layer] == (known < cut).sum() / len(rows)


def test_the_share_of_a_frozen_baseline_is_counted_again(filing: Any) -> None:
    """A baseline in force shows the share that fails by any cut among what was on file when it was frozen."""
    for judge, similarity in [(10.0, 0.5), (80.0, 0.1), (80.0, 0.5), (80.0, 0.5)]:
        filing.pair({"judge": judge, "similarity": similarity}, {})
    filing.baseline({"judge": 20.0, "similarity": 0.2}, minute=10)
    filing.epoch("asked", minute=10)
    filing.pair({"judge": 1.0}, {}, minute=11)
    ledger = filing.read()
    assert ledger.baseline is not None
    shown = thresholds.in_force(ledger, ledger.baseline)
    assert (shown.version, shown.outcomes, shown.budget) == (1, 4, 0.02)
    assert shown.cuts == {"judge": 20.0, "similarity": 0.2}
    assert shown.failing == 0.5
    long_ago = datetime(2026, 6, 1, tzinfo=UTC) - timedelta(days=1)
    assert thresholds.in_force(ledger, replace(ledger.baseline, frozen_at=long_ago)).failing == 0.0


@pytest.mark.parametrize(
    ("points", "cut"),
    [
        ([float(score) for score in range(100)], 10.0),
        ([40.0] * 5 + [60.0] * 15 + [80.0] * 80, 80.0),
        ([80.0] * 10, 80.0),
        ([math.nan, 70.0], 70.0),
        ([], None),
    ],
)
def test_the_tail_begins_above_the_tenth_percentile(points: list[float], cut: float | None) -> None:
    """At least a tenth lies below the cut, on tied scores too; where all are equal nothing does."""
    assert thresholds.tail_cut(np.array(points)) == cut


def test_the_tails_cut_is_frozen_with_the_others(filing: Any) -> None:
    """It comes from judged pictures alone, failures count as below it, and it fails nothing at the gate."""
    for number in range(20):
        filing.pair({"judge": 60.0 + number}, {})
    filing.pair({"kind": "refusal"}, {})
    made = thresholds.calibrate(filing.read())
    assert made.tail == 62.0
    assert made.in_tail == pytest.approx(3 / 21)
    cuts, below = made.frozen
    assert (cuts["quality"], below["quality"]) == (made.tail, made.in_tail)
    assert "quality" not in made.cuts
