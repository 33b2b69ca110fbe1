"""The candidate against the stored baseline, once nothing is paired any more."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.columns import Labels
from analysis.question import Question
from analysis.unpaired import LEAST, watch
from bench.looks import ledger_of
from bench.study import Truth, stream

SIZE = 1500
GONE = 600
ASKED = Question(baseline=1)
MARGIN = 4.0
"""Twice the verdict's."""


def found(shift: float, *, seed: int, gone: int = GONE, failing: float = 0.02) -> dict[str, bool]:
    """The alarms of a run whose incumbent dies at row `gone`."""
    run = stream(Truth(shift=shift, failing=failing), np.random.default_rng(seed), SIZE)
    ledger = ledger_of(run)
    kinds = ledger.incumbent.kinds
    words = (*kinds.words, "infrastructure")
    codes = np.where(np.arange(SIZE) >= gone, len(words) - 1, kinds.codes)
    dead = replace(ledger, incumbent=replace(ledger.incumbent, kinds=Labels(words=words, codes=codes)))
    return {item.name: item.alarm for item in watch(dead, ASKED, since=ledger.dispatched_at[gone])}


def test_a_level_candidate_is_not_accused() -> None:
    """In 60 runs at no loss, and in 60 at the verdict's own margin, at most a few alarms: alpha is 5 %."""
    assert sum(found(0.0, seed=seed).get("quality", False) for seed in range(60)) == 0
    assert sum(found(-2.0, seed=seed).get("quality", False) for seed in range(60)) <= 3


def test_a_candidate_that_got_worse_is_accused() -> None:
    """Ten points are more than twice the margin and the uncertainty of what is stored."""
    assert sum(found(-10.0, seed=seed)["quality"] for seed in range(20)) >= 16
    assert sum(found(-20.0, seed=seed)["quality"] for seed in range(20)) == 20


def test_the_chance_of_a_false_alarm_holds_at_the_weaker_margin() -> None:
    """With the candidate exactly at the weaker margin, 5 % of the runs at most."""
    runs = 60
    assert sum(found(-MARGIN, seed=seed)["quality"] for seed in range(runs)) <= 0.05 * runs + 2


def test_with_too_little_stored_nothing_is_said() -> None:
    """No baseline, no comparison."""
    assert found(-10.0, seed=1, gone=LEAST - 1) == {}


@pytest.mark.parametrize("failing", [0.02, 0.3])
def test_what_cannot_be_used_is_watched_too(failing: float) -> None:
    """Refusals and failures by their share."""
    assert found(0.0, seed=3, failing=failing)["usable"] is (failing > 0.2)
