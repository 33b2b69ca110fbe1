"""Different look and less variety, told apart; held as guarantees on seeded clouds."""

import numpy as np
import pytest

from analysis.appearance import LEAST, MOST, appearance, compared, kernel_distance, variety, vendi
from analysis.arrays import Singles

LENGTH = 64


def unit(points: np.ndarray) -> Singles:
    """Rows of unit length."""
    found: Singles = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return found


def clouds(seed: int, *, size: int = 60, shift: float = 0.0, alike: float = 0.0) -> tuple[Singles, Singles]:
    """Pictures of both arms for the same briefs; the candidate's are moved, or drawn towards three of them."""
    chance = np.random.default_rng(seed)
    briefs = chance.normal(size=(size, LENGTH))
    before, after = (briefs + 0.7 * chance.normal(size=briefs.shape) for _ in range(2))
    towards = briefs[chance.integers(0, 3, size)]
    move = chance.normal(size=LENGTH)
    return unit(before), unit((1 - alike) * after + alike * towards + shift * move)


def test_two_draws_of_one_model_are_seldom_called_different() -> None:
    """Under "which arm made which does not matter" the p-value is at most 0.05 in about one of twenty."""
    found = [appearance(*clouds(seed), space="s", seed=seed) for seed in range(60)]
    known = [item for item in found if item is not None]
    assert len(known) == 60
    assert sum(item.p_value <= 0.05 for item in known) <= 8
    assert sum(item.different for item in known) <= 3
    assert sum(item.less_various or item.more_various for item in known) <= 8


def test_another_look_is_seen() -> None:
    """The same move of every picture, small beside what briefs differ by."""
    found = appearance(*clouds(1, size=200, shift=0.35), space="s")
    assert found is not None
    assert found.different
    assert found.shift == pytest.approx(0.3, abs=0.1)


def test_less_variety_is_seen_and_said_in_a_share() -> None:
    """Answers that resemble each other more, whichever briefs they answer."""
    found = appearance(*clouds(2, size=200, alike=0.5), space="s")
    assert found is not None
    assert found.less_various
    assert not found.more_various
    low, high = found.interval
    assert low < found.change < high < 0
    assert found.vendi_candidate < found.vendi_incumbent


def test_more_variety_is_the_other_way_round() -> None:
    """Seen from the other arm."""
    before, after = clouds(2, size=200, alike=0.5)
    found = appearance(after, before, space="s")
    assert found is not None
    assert found.more_various


def test_the_same_pictures_give_the_same_numbers() -> None:
    """The chance in it is seeded."""
    assert appearance(*clouds(3), space="s") == appearance(*clouds(3), space="s")


def test_too_few_pairs_say_nothing() -> None:
    """A test of a handful would be noise."""
    assert appearance(*clouds(4, size=LEAST - 1), space="s") is None
    assert appearance(*clouds(4, size=LEAST), space="s") is not None


def test_pictures_that_are_all_one() -> None:
    """No spread at all is a variety of nought and one picture, not a division by nought."""
    same = unit(np.ones((LEAST, 4)))
    assert variety(same.astype(np.float64)) == pytest.approx(0.0, abs=1e-6)
    assert vendi(same.astype(np.float64)) == pytest.approx(1.0, abs=1e-3)
    found = appearance(same, same, space="s")
    assert found is not None
    assert not found.different
    assert not found.less_various


def test_the_swaps_are_those_of_a_direct_count() -> None:
    """The statistic of a swap is what the two clouds give when the pictures of that pair change places."""
    before, after = (part.astype(np.float64) for part in clouds(5, size=30))
    observed, _ = kernel_distance(before, after, np.random.default_rng(0))
    swapped, _ = kernel_distance(after, before, np.random.default_rng(0))
    assert swapped == pytest.approx(observed)
    width = np.median([np.sum((a - b) ** 2) for a, b in _pairs(before, after)])
    kernel = [[np.exp(-np.sum((a - b) ** 2) / width) for b in (*before, *after)] for a in (*before, *after)]
    table, size = np.array(kernel), len(before)
    direct = sum(
        table[i, j] + table[size + i, size + j] - table[i, size + j] - table[size + i, j]
        for i in range(size)
        for j in range(size)
        if i != j
    )
    assert observed == pytest.approx(direct / (size * (size - 1)))


def _pairs(before: np.ndarray, after: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    size = len(before)
    above = [(i, j) for i in range(size) for j in range(i + 1, size)]
    within = [(part[i], part[j]) for part in (before, after) for i, j in above]
    return within + [(before[i], after[j]) for i, j in above] + [(before[j], after[i]) for i, j in above]


def test_vendi_counts_different_pictures() -> None:
    """Four pictures, each three times, are four; all at right angles are as many as there are."""
    four = np.repeat(np.eye(8)[:4], 3, axis=0)
    assert vendi(four) == pytest.approx(4.0)
    assert vendi(np.eye(6)) == pytest.approx(6.0)


def test_a_large_ledger_is_sampled_evenly() -> None:
    """From the first pair to the last, each at most once, and the same ones every time."""
    rows = np.arange(10 * MOST)
    found = compared(rows)
    assert len(set(found.tolist())) == MOST
    assert (found[0], found[-1]) == (0, 10 * MOST - 1)
    assert compared(rows[:7]).tolist() == list(range(7))
