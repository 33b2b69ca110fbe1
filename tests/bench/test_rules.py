"""The rules of the comparison on streams whose answer is known."""

import numpy as np
import pytest

from analysis.guards import Sample, measure
from analysis.restarts import log_restarts
from bench.betting import ASKED, Design, differences, evidence
from bench.peers import every_test, naive_mean, paired_t
from bench.rules import RULES
from bench.said import Said
from bench.study import PAIRS, Stream, Truth, stream


def flat(change: int) -> Stream:
    """Every pair differs by the same number of points; nothing fails."""
    nothing = np.zeros(PAIRS, dtype=np.int64)
    incumbent = 78 + 4 * (np.arange(PAIRS) % 2)
    return Stream(
        incumbent=incumbent,
        candidate=incumbent + change,
        incumbent_failed=nothing,
        candidate_failed=nothing,
        segments=np.arange(PAIRS) % 5,
    )


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_finds_a_ruin(name: str) -> None:
    """A candidate that loses forty points in every pair is never let through."""
    said = RULES[name](flat(-40))
    assert said.first_go is None
    assert said.first_rollback is not None


def test_the_naive_rule_looks_once() -> None:
    """After two hundred pairs the sign of the mean decides."""
    assert naive_mean(flat(1)) == Said(go=200, rollback=None)
    assert naive_mean(flat(-1)) == Said(go=None, rollback=200)


def test_every_test_counts_any_alarm() -> None:
    """A small steady loss is an alarm to a test of "worse", though it lies within the margin; paired t waits for GO."""
    noisy = stream(Truth(shift=-1), np.random.default_rng(3))
    assert every_test(noisy).first_rollback is not None
    assert paired_t(flat(0)).first_go == 25


def test_the_simulated_verdict_is_the_products() -> None:
    """At the last look each guard's evidence is that of `measure`, on both sides and for the restarts."""
    run = stream(Truth(shift=-1), np.random.default_rng(8))
    for guard in Design().guards:
        steps, inside = differences(run, guard)
        worth = steps[inside] * float(guard.metric.better.value)
        before, after = np.maximum(-worth, 0.0), np.maximum(worth, 0.0)
        found = measure(
            Sample(guard=guard, incumbent=before, candidate=after, rows=np.arange(worth.size)), ASKED.under(1)
        )
        span = guard.metric.span
        go = evidence(steps, inside, -guard.margin, -span, guard.for_go)[-1]
        assert found.log_e_go == pytest.approx(go, abs=1e-9)
        against = evidence(steps, inside, -guard.margin, span, guard.for_rollback)[-1]
        assert found.log_e_rollback == pytest.approx(against, abs=1e-9)
        if guard.restart_weight:
            again = log_restarts(
                steps, decimals=0, boundary=-guard.margin, worst=span, stakes=guard.for_restarts, ahead=4
            )
            assert found.log_e_restarts == pytest.approx(again, abs=1e-9)
