"""What each metric makes of an outcome."""

import math
from typing import Any

import numpy as np
import pytest

from analysis.metrics import METRICS, gate_failed, gate_failures, metric_named, quality, unjudged

OUTCOMES = [
    # what the arm made, quality, fails the gate, unjudged
    ({"judge": 73.0}, 73.0, 0.0, False),
    ({"judge": 0.0}, 0.0, 1.0, False),
    ({"judge": 39.5}, 39.5, 1.0, False),
    ({"judge": 40.0}, 40.0, 0.0, False),
    ({"judge": 90.0, "similarity": 0.1}, 90.0, 1.0, False),
    ({"hard": "undecodable"}, 0.0, 1.0, False),
    ({"kind": "refusal", "label": "SAFETY"}, 0.0, 1.0, False),
    ({"kind": "failure", "label": "empty"}, 0.0, 1.0, False),
    ({"missing": "bad json"}, math.nan, 0.0, True),
    ({"missing": "bad json", "similarity": 0.1}, math.nan, 1.0, True),
    ({"kind": "infrastructure", "label": "429"}, math.nan, math.nan, False),
]


@pytest.mark.parametrize(("made", "points", "failing", "missing"), OUTCOMES)
def test_every_kind_of_outcome(filing: Any, made: dict[str, Any], points: float, failing: float, missing: bool) -> None:
    """Quality, gate failure and unjudged of one outcome, under cuts at 40 points and 0.2 similarity."""
    filing.pair(made, {})
    filing.pair({}, {})
    arm = filing.read().incumbent
    cuts = {"judge": 40.0, "similarity": 0.2}
    np.testing.assert_array_equal(quality(arm, cuts)[0], points)
    np.testing.assert_array_equal(gate_failures(arm, cuts)[0], failing)
    assert unjudged(arm, quality(arm, cuts))[0] == missing


def test_without_cuts_only_hard_failures_fail(filing: Any) -> None:
    """While uncalibrated a score fails nothing."""
    filing.pair({"judge": 1.0}, {"hard": "wrong ratio"})
    ledger = filing.read()
    assert not gate_failed(ledger.incumbent, {})[0]
    assert gate_failed(ledger.candidate, {})[0]


def test_without_a_judge_everything_usable_is_unjudged(filing: Any) -> None:
    """Where no outcome was ever judged quality is unknown, except for what the model made unusable."""
    filing.pair({"hard": "wrong ratio"}, {"kind": "refusal"})
    ledger = filing.read()
    assert "judge" not in ledger.layers
    assert quality(ledger.incumbent, {}).tolist() == [0.0]
    assert quality(ledger.candidate, {}).tolist() == [0.0]


def test_differences_are_signed_so_that_larger_is_better() -> None:
    """More points raise the difference, more gate failures lower it, and equal values give a plain zero."""
    assert metric_named("quality").differences(np.array([80.0]), np.array([83.004])).tolist() == [3.0]
    failing = metric_named("gate_failures").differences(np.array([0.0, 1.0, 1.0]), np.array([1.0, 0.0, 1.0]))
    assert failing.tolist() == [-1.0, 1.0, 0.0]
    assert not np.signbit(failing[2])


def test_unknown_metric_names_the_legal_ones() -> None:
    """A typo in a metric's name stops with the list of names."""
    with pytest.raises(ValueError, match="unknown metric 'qualty'; legal: quality, tail_rate, gate_failures"):
        metric_named("qualty")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_metric_is_declared_soundly(metric: Any) -> None:
    """A metric has a range, a margin strictly inside it and a spread that the range allows."""
    assert metric.low < metric.high
    assert 0 < metric.margin < metric.span
    assert 0 < metric.typical_deviation < metric.span
    assert metric_named(metric.name) is metric
