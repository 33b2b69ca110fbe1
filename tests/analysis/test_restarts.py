"""Evidence that starts anew."""

import math

import numpy as np
import pytest

from analysis.restarts import log_restarts
from analysis.sequences import Histogram, log_e_value

HORIZON = 12
"""The published values leave out the copies from the twelfth on, which the product counts as 1 each: together 1/12."""


def stream(length: int, drop_from: int = 10**9) -> np.ndarray:
    """The published stream of differences, six points lower from one place on."""
    place = np.arange(1, length + 1)
    return np.asarray(((37 * place + 11) % 41) - 20 - 6 * (place > drop_from))


def evidence(steps: np.ndarray) -> float:
    """Against "at least -2 points" on a scale of 100."""
    return log_restarts(steps, decimals=0, boundary=-2.0, worst=100.0)


@pytest.mark.parametrize(
    ("pairs", "published"), [(1500, -2.07223254), (1700, 0.80281383), (1800, 3.54432002), (2000, 9.75986664)]
)
def test_published_values(pairs: int, published: float) -> None:
    """The copies add up to the published numbers, once those beyond its horizon are taken off."""
    found = math.exp(evidence(stream(2000, 1500)[:pairs])) - 1 / HORIZON
    assert math.log(found) == pytest.approx(published, abs=1e-8)


def test_a_late_loss_is_caught_nine_hundred_pairs_sooner() -> None:
    """The copies reach 20 at pair 1775; the evidence from the beginning needs 2687."""
    late = stream(3000, 1500)
    looks = range(1500, 3000, 25)
    assert next(look for look in looks if evidence(late[:look]) >= math.log(20)) == 1775
    whole = [
        log_e_value(Histogram.of_steps(late[:look], decimals=0), boundary=-2.0, worst=100.0) for look in (2686, 2687)
    ]
    assert whole[0] < math.log(20) <= whole[1]


def test_many_values_are_counted_as_few_are() -> None:
    """Whether differences are tabled or added one by one, the evidence is the same."""
    steps = np.random.default_rng(5).integers(-3000, 3000, 1100)
    coarse = np.rint(steps / 100).astype(np.int64)
    assert np.unique(steps).size > 512 > np.unique(coarse).size
    for decimals, values in ((2, steps), (0, coarse)):
        by_hand = [0.0 - math.log(5)]
        for copy in range(1, 5):
            late = Histogram.of_steps(values[250 * copy :], decimals=decimals)
            share = math.log(1 / (copy * (copy + 1)))
            by_hand.append(log_e_value(late, boundary=-2.0, worst=100.0) + share)
        found = log_restarts(values, decimals=decimals, boundary=-2.0, worst=100.0)
        assert found == pytest.approx(math.log(sum(math.exp(part) for part in by_hand)), abs=1e-9)


def test_before_the_first_start_there_is_no_evidence() -> None:
    """Copies that have not begun count as 1."""
    assert evidence(stream(249) - 90) == 0.0
    assert evidence(stream(250) - 90) == pytest.approx(0, abs=1e-12)
    assert evidence(stream(300) - 90) > 3


def test_the_promise_at_the_margin() -> None:
    """Over 200 streams with a mean of exactly the margin the copies reach 20 in at most 5 %, at any of 40 looks."""
    generator = np.random.default_rng(9)
    crossed = 0
    for _ in range(200):
        steps = np.rint(generator.normal(-2, 11, 2000)).astype(np.int64)
        crossed += any(evidence(steps[:look]) >= math.log(20) for look in range(300, 2001, 100))
    assert crossed <= 16
