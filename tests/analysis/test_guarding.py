"""Which guards a question asks for, how each bets, and that the bets keep the promise."""

import math

import numpy as np
import pytest

from analysis.guarding import OTHER, Guard, of, pairs_until_go
from analysis.question import Question
from analysis.restarts import log_restarts
from analysis.sequences import Histogram, bound, log_average, log_e_value, log_factors
from analysis.stakes import UNIFORM, Stakes

QUESTION = Question(baseline=1)
ASKED = Question(segments=("night",), limits={"latency": 30.0}, baseline=1)
RUNS, PAIRS, LOOK = 300, 1500, 25
ALLOWED = 26
"""Of 300 runs; more than so many come in less than one of two hundred suites where the chance is 5 %."""


def test_the_parts_of_the_evidence_for_rollback() -> None:
    """Each guard has one part, all segments together two, all restarts together one; the parts add up to 1."""
    for question, part in ((QUESTION, 1 / 6), (Question(margins={"quality": 2.0}), 1 / 2)):
        found = of(question)
        assert [item.weight for item in found] == pytest.approx([part] * len(found))
        assert sum(item.weight + item.restart_weight for item in found) == pytest.approx(1)
    split = of(Question(segments=("sky", "sea"), limits={"latency": 30.0}))
    assert [item.name for item in split[-3:]] == ["quality in sky", "quality in sea", f"quality in {OTHER}"]
    assert split[0].weight == pytest.approx(1 / 9)
    assert split[-1].weight == pytest.approx(2 / 27)
    assert split[0].restart_weight == pytest.approx(1 / 18)
    assert split[1].restart_weight == pytest.approx(1 / 90)
    assert sum(item.weight + item.restart_weight for item in split) == pytest.approx(1)


def test_bets_are_aimed_at_the_margin() -> None:
    """The stakes stand at fractions of the best one for the metric's typical spread, and cost the same everywhere."""
    quality = next(guard for guard in of(QUESTION) if guard.name == "quality")
    best = 2 * 98 / (18**2 + 2**2)
    assert quality.for_go.sizes[:3] == pytest.approx([0.8 * best, 0.5 * best, 31 / 32])
    assert quality.for_rollback.sizes[:2] == pytest.approx([2 * 102 / 328, 0.45 * 2 * 102 / 328])
    for guard in of(ASKED):
        for stakes in (guard.for_go, guard.for_rollback, guard.for_restarts):
            assert stakes.weights.sum() == pytest.approx(1.0, abs=1e-12)
            assert stakes.weights.min() > 0
            assert 0 < stakes.sizes.min() <= stakes.sizes.max() <= 31 / 32


def test_equal_models_need_hardly_more_pairs_than_with_even_stakes() -> None:
    """Without any difference the guards reach 20 about as early as sixteen even stakes do (224, 111 and 299 pairs)."""
    for guard in of(Question(margins={"quality": 2.0, "tail_rate": 0.04, "gate_failures": 0.015})):
        aimed, even = (pairs_of_equals(guard, stakes) for stakes in (guard.for_go, UNIFORM))
        assert even == {"quality": 224, "tail_rate": 111, "gate_failures": 299}[guard.name]
        assert aimed <= 1.03 * even


def pairs_of_equals(guard: Guard, stakes: Stakes) -> int:
    """The least number of pairs without a difference that reach 20."""
    gain = np.log1p(stakes.sizes * guard.margin / (guard.metric.span - guard.margin))
    return next(pairs for pairs in range(1, 1000) if log_average(pairs * gain, stakes.weights) >= math.log(20))


def test_the_planned_need_is_that_of_the_guards_own_bets() -> None:
    """A larger quantile takes more pairs, and the need falls where the margin grows."""
    quality = of(QUESTION)[0]
    wide = of(Question(margins={"quality": 4.0}, baseline=1))[0]
    needs = [pairs_until_go(quality, math.log(20), quantile) for quantile in (0.0, 1.2816)]
    assert needs == [585, 1241]
    assert (pairs_until_go(wide, math.log(20)) or 0) < 585


def streams_at_the_margin(guard: Guard) -> np.ndarray:
    """Runs whose mean difference is exactly the margin, shape (RUNS, PAIRS): two or three values, losses rare."""
    generator = np.random.default_rng(29)
    size = (RUNS, PAIRS)
    if guard.metric.name == "quality":
        noise = 5 * generator.integers(-2, 3, size)
        return noise - 60 * (generator.random(size) < guard.margin / 60)
    drawn = generator.random(size)
    return (drawn < 0.02).astype(np.int64) - (drawn > 0.98 - guard.margin).astype(np.int64)


def ever(guard: Guard, steps: np.ndarray, worst: float, stakes: Stakes) -> int:
    """In how many runs the evidence reaches 20 at some look."""
    values, codes = np.unique(steps, return_inverse=True)
    factors = log_factors(values.astype(float), boundary=-guard.margin, worst=worst, stakes=stakes)
    wealth = np.zeros((RUNS, PAIRS // LOOK))
    for bet, share in zip(factors, stakes.weights, strict=True):
        by_look = bet[codes.reshape(RUNS, -1, LOOK)].sum(axis=2)
        wealth += share * np.exp(by_look.cumsum(axis=1))
    return int((wealth.max(axis=1) >= 20).sum())


@pytest.mark.parametrize("name", ["quality", "gate_failures", "quality in night"])
def test_the_promise_at_the_margin(name: str) -> None:
    """With the mean exactly at the margin GO and ROLLBACK each come in at most 5 % of runs, whenever one looks."""
    guard = next(item for item in of(ASKED) if item.name == name)
    steps, span = streams_at_the_margin(guard), guard.metric.span
    assert 0 < ever(guard, steps, -span, guard.for_go) <= ALLOWED
    assert ever(guard, steps, span, guard.for_rollback) <= ALLOWED


def test_the_interval_ends_where_the_evidence_does() -> None:
    """Inverting the aimed bets gives the boundary at which they are worth 20, and it grows tighter with the pairs."""
    guard = of(QUESTION)[0]
    values, counts = np.array([-10.0, 0.0, 10.0]), np.array([100, 200, 100])
    lows = []
    for times in (1, 4):
        seen = Histogram(values=values, counts=counts * times)
        low = bound(seen, worst=-100.0, alpha=0.05, stakes=guard.for_go)
        assert log_e_value(seen, boundary=low, worst=-100.0, stakes=guard.for_go) == pytest.approx(math.log(20))
        lows.append(low)
    assert -10 < lows[0] < lows[1] < 0


def test_a_late_loss_is_seen_by_the_restarts() -> None:
    """Six points lost from pair 1501 on are told by 2,100 although the first 1,500 pairs were gains."""
    guard = of(Question(margins={"quality": 2.0}, baseline=1))[0]
    place = np.arange(1, 2101)
    steps = 100 * (((37 * place + 11) % 41) - 18 - 8 * (place > 1500))
    arguments = {"decimals": 2, "boundary": -2.0, "worst": 100.0, "stakes": guard.for_restarts, "ahead": 4}
    assert log_restarts(steps[:1500], **arguments) < 0
    assert log_restarts(steps, **arguments) >= math.log(20)
    assert OTHER not in [item.segment for item in of(QUESTION)]
