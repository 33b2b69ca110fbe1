"""One metric over the counted pairs, with the evidence on both sides."""

import math
from typing import Any

import numpy as np
import pytest

from analysis.guarding import Guard, of
from analysis.guards import Sample, measure, samples
from analysis.question import Question

QUESTION = Question(baseline=1)


def points(incumbent: list[float], candidate: list[float]) -> Sample:
    """A sample of quality."""
    return Sample(
        guard=guard("quality"),
        incumbent=np.array(incumbent),
        candidate=np.array(candidate),
        rows=np.arange(len(incumbent)),
    )


def guard(name: str, question: Question = QUESTION) -> Guard:
    """The guard of this name."""
    return next(item for item in of(question) if item.name == name)


def test_numbers_of_a_guard() -> None:
    """Estimate, deviation, means and evidence are those of the pairs in which both arms are known."""
    values = points([80, 70, 90, math.nan, 60], [75, 70, 93, 80, math.nan])
    found = measure(values, QUESTION)
    assert (found.name, found.unit, found.pairs, found.margin) == ("quality", "points", 3, 2.0)
    assert found.estimate == pytest.approx(-2 / 3)
    assert found.deviation == pytest.approx(np.std([-5, 0, 3], ddof=1))
    assert found.incumbent_mean == 80
    assert found.candidate_mean == pytest.approx(238 / 3)
    even = [((k + 0.5) / 8, 0.1 / 8) for k in range(8)]
    best = 2 * 98 / (18**2 + 2**2)
    stakes = [(0.8 * best, 0.4), (0.5 * best, 0.35), (31 / 32, 0.2), *((u, share / 2) for u, share in even)]
    wealth = sum(share * np.prod([1 + u * (d + 2) / 98 for d in (-5, 0, 3)]) for u, share in stakes)
    assert found.log_e_go == pytest.approx(math.log(wealth), abs=1e-12)
    best = 2 * 102 / (18**2 + 2**2)
    wealth = sum(
        share * np.prod([1 - u * (d + 2) / 102 for d in (-5, 0, 3)])
        for u, share in [(best, 0.3), (0.45 * best, 0.6), *even]
    )
    assert found.log_e_rollback == pytest.approx(math.log(wealth), abs=1e-12)


def test_go_and_interval_agree() -> None:
    """GO comes with the first pair at which the interval's low end lies above the margin, at 219 equal pairs."""
    before, there = (measure(points([80.0] * size, [80.0] * size), QUESTION) for size in (218, 219))
    assert (before.go, there.go) == (False, True)
    assert before.interval is not None
    assert there.interval is not None
    assert before.interval.low < -2 < there.interval.low
    assert (there.interval.level, there.interval.anytime) == (0.9, True)
    assert (before.pairs_needed, there.pairs_needed) == (1, 0)


def test_gate_failures_are_signed_as_losses() -> None:
    """A candidate that fails more has a negative estimate, its means staying shares of failures."""
    failed = {"incumbent": np.array([0.0, 0, 0, 1]), "candidate": np.array([1.0, 1, 0, 0])}
    values = Sample(guard=guard("gate_failures"), rows=np.arange(4), **failed)
    found = measure(values, QUESTION)
    assert (found.estimate, found.incumbent_mean, found.candidate_mean) == (-0.25, 0.25, 0.5)


def test_a_guard_without_pairs_says_nothing() -> None:
    """With nothing known there is no estimate and no evidence, and the planner's assumptions say how many it takes."""
    found = measure(points([math.nan], [50.0]), QUESTION)
    assert (found.pairs, found.estimate, found.interval, found.deviation) == (0, None, None, None)
    assert [found.log_e_go, found.log_e_rollback] == pytest.approx([0, 0], abs=1e-12)
    assert (found.go, found.pairs_needed) == (False, 585)


def test_a_value_beyond_the_range_stops_the_guard() -> None:
    """One score out of scale in either arm is named and leaves no evidence at all, never a clipped value."""
    values = points([80.0] * 300 + [130.0], [80.0] * 301)
    assert values.violation is not None
    assert (values.violation.value, values.violation.limit) == (130.0, 100.0)
    found = measure(values, QUESTION)
    assert (found.pairs, found.go) == (0, False)
    assert found.log_e_go == pytest.approx(0, abs=1e-12)
    below = points([80.0], [-1.0]).violation
    assert below is not None
    assert (below.value, below.limit) == (-1.0, 0.0)
    assert points([0.0, math.nan], [100.0, 5.0]).violation is None


def test_pairs_needed_follow_the_evidence_so_far() -> None:
    """From a hundred pairs on the need is what the pairs so far promise, towards GO or towards ROLLBACK."""
    generator = np.random.default_rng(4)
    noise = generator.integers(-15, 16, 150).astype(float)
    same = measure(points([60.0] * 150, list(60 + noise - noise.mean())), QUESTION)
    worse = measure(points([60.0] * 150, list(54 + noise - noise.mean())), QUESTION)
    assert same.pairs_needed is not None
    assert worse.pairs_needed is not None
    assert 50 < same.pairs_needed < 300
    assert 0 < worse.pairs_needed < 150
    assert not same.go
    assert not worse.go


def test_at_the_margin_no_number_of_pairs_is_enough() -> None:
    """An estimate exactly on the margin promises nothing on either side."""
    assert measure(points([60.0] * 400, [53.0, 63.0] * 200), QUESTION).pairs_needed is None


def test_unknown_values_stretch_the_need() -> None:
    """Where half the pairs have no value of the metric, the guard waits for twice as many."""
    whole = measure(points([80.0] * 120, [80.0] * 120), QUESTION)
    half = measure(points([80.0] * 240, [80.0, math.nan] * 120), QUESTION)
    assert whole.pairs_needed == 99
    assert half.pairs_needed == 198


def test_a_sample_is_taken_at_the_counted_rows(filing: Any) -> None:
    """Values come from the ledger under the cuts in force, at the given rows only."""
    for judge in (30.0, 80.0, 90.0):
        filing.pair({"judge": judge}, {"judge": judge - 5})
    filing.baseline({"judge": 40.0}, minute=0)
    filing.epoch("asked", minute=0)
    ledger = filing.read()
    taken = {item.guard.name: item for item in samples(QUESTION, ledger, np.array([0, 2]))}
    quality = taken["quality"]
    assert (quality.incumbent.tolist(), quality.candidate.tolist()) == ([30, 90], [25, 85])
    failing = taken["gate_failures"]
    assert (failing.incumbent.tolist(), failing.candidate.tolist()) == ([1, 0], [1, 0])
