"""Bets side by side, fixed before any pair."""

import math

import numpy as np
import pytest

from analysis.stakes import UNIFORM, aimed


def test_sixteen_even_stakes() -> None:
    """What has no margin of its own is bet on with sixteen stakes alike."""
    assert UNIFORM.sizes.tolist() == [(k - 0.5) / 16 for k in range(1, 17)]
    assert UNIFORM.weights.tolist() == [1 / 16] * 16


def test_aims_are_fractions_of_the_best_stake() -> None:
    """Each aim has its share of the money, infinity stands for 31/32, and the rest is spread over eight even stakes."""
    found = aimed(margin=2.0, deviation=18.0, reach=98.0, aims=((0.5, 0.6), (math.inf, 0.3)))
    assert found.sizes[:2] == pytest.approx([0.5 * 196 / 328, 31 / 32])
    assert found.sizes[2:] == pytest.approx([(k - 0.5) / 8 for k in range(1, 9)])
    assert found.weights == pytest.approx([0.6, 0.3, *([0.1 / 8] * 8)])


def test_no_stake_is_the_whole_wealth() -> None:
    """With hardly any spread the best stake is beyond 1; it is capped, so no single pair takes everything."""
    found = aimed(margin=5.0, deviation=0.1, reach=95.0, aims=((1.0, 0.5), (4.0, 0.4)))
    assert found.sizes.max() == 31 / 32
    assert found.weights.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("deviation", [5.0, 10.7, 18.0, 30.0])
def test_the_aim_is_where_wealth_grows_fastest(deviation: float) -> None:
    """Among all stakes none grows faster, within a percent, for two values with this spread around 0."""
    best = aimed(margin=2.0, deviation=deviation, reach=98.0, aims=((1.0, 1.0),)).sizes[0]
    values = np.array([-deviation, deviation])
    growth = {u: float(np.log1p(u * (values + 2.0) / 98.0).mean()) for u in (best, *np.arange(1, 32) / 32)}
    assert growth[best] >= 0.99 * max(growth.values())
