"""Evidence that starts anew every so often, so that a late loss need not first use up the credit of a good start."""

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.sequences import log_average, log_factors
from analysis.stakes import UNIFORM, Stakes

EVERY = 250
"""Pairs between two starts."""
FEW_VALUES = 512
"""Up to so many different values a table of blocks and values is smaller than one logarithm per pair."""


def shares(copies: int, ahead: int = 0) -> Floats:
    """The weight of each of the first copies and, last, of all later ones together, shape (copies + 1,); sum 1.

    Copy j weighs (a + 1) / ((j + a) (j + a + 1)) with a = `ahead`.
    """
    numbers = np.arange(1, copies + 1, dtype=np.float64) + ahead
    return np.append((ahead + 1) / (numbers * (numbers + 1)), (ahead + 1) / (copies + ahead + 1))


def log_restarts(
    steps: Integers,
    *,
    decimals: int,
    boundary: float,
    worst: float,
    stakes: Stakes = UNIFORM,
    ahead: int = 0,
    every: int = EVERY,
) -> float:
    """ln of the e-value that is an average of copies, copy j = 1, 2, ... betting from pair `every` * j on.

    `steps` (n,) are the differences in order, in whole steps of the last decimal. The weights of the copies add up to
    1, and a copy that has not started counts as 1, so the average is an e-value at every look. It accuses a candidate
    whose mean since some start is unacceptable. With `ahead` 0 half of the weight is on the first copy; more spreads it
    over so many more copies.
    """
    blocks = len(steps) // every
    if not blocks:
        return 0.0
    values, codes = _coded(steps, decimals)
    logs = _by_block(log_factors(values, boundary=boundary, worst=worst, stakes=stakes), codes[every:], blocks, every)
    # Row j - 1: the wealth of copy j, which has seen every block from the j-th on.
    wealth = logs[::-1].cumsum(axis=0)[::-1]
    highest = wealth.max(axis=1)
    copies = highest + np.log(np.exp(wealth - highest[:, None]) @ stakes.weights)
    return log_average([*copies, 0.0], shares(blocks, ahead))


def _by_block(factors: Floats, codes: Integers, blocks: int, every: int) -> Floats:
    """ln of what each block of pairs multiplies each bet with, shape (blocks, k), from `factors` (k, values)."""
    bets, values = factors.shape
    starts = np.arange(0, codes.size, every)
    if values > FEW_VALUES:
        found = np.zeros((blocks, bets))
        for bet in range(bets):
            found[: starts.size, bet] = np.add.reduceat(factors[bet][codes], starts)
        return found
    block = np.repeat(np.arange(blocks) * values, every)[: codes.size]
    table = np.bincount(block + codes, minlength=blocks * values)
    by_block: Floats = table.reshape(blocks, values) @ factors.T
    return by_block


def _coded(steps: Integers, decimals: int) -> tuple[Floats, Integers]:
    """Distinct differences in order, those that occur among them, and which of them each pair has."""
    lowest = int(steps.min())
    places = steps - lowest
    size = 10**decimals
    highest = int(places.max())
    if highest < FEW_VALUES:
        return (np.arange(highest + 1) + lowest) / size, places
    occurring = np.flatnonzero(np.bincount(places))
    number = np.zeros(highest + 1, dtype=np.int64)
    number[occurring] = np.arange(occurring.size)
    return (occurring + lowest) / size, number[places]
