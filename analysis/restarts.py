"""Evidence that starts anew every so often, so that a late loss need not first use up the credit of a good start."""

import math

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.sequences import BETS, log_average, log_factors

EVERY = 250
"""Pairs between two starts."""
FEW_VALUES = 512
"""Up to so many different values a table of blocks and values is smaller than one logarithm per pair."""


def log_restarts(steps: Integers, *, decimals: int, boundary: float, worst: float, every: int = EVERY) -> float:
    """ln of the e-value that is an average of copies, copy j = 1, 2, ... betting from pair `every` * j on.

    `steps` (n,) are the differences in order, in whole steps of the last decimal. Copy j weighs 1 / (j (j + 1)); the
    weights add up to 1, and a copy that has not started counts as 1, so the average is an e-value at every look. It
    accuses a candidate whose mean since some start is unacceptable.
    """
    blocks = len(steps) // every
    if not blocks:
        return 0.0
    logs = _log_bets_by_block(steps, blocks, decimals=decimals, boundary=boundary, worst=worst, every=every)
    # Row j - 1: the wealth of copy j, which has seen every block from the j-th on.
    wealth = logs[::-1].cumsum(axis=0)[::-1]
    highest = wealth.max(axis=1)
    copies = highest + np.log(np.exp(wealth - highest[:, None]).sum(axis=1) / BETS)
    numbers = np.arange(1, blocks + 1, dtype=np.float64)
    waiting = 1.0 / (blocks + 1)
    return log_average([*copies, 0.0], [*(1.0 / (numbers * (numbers + 1))), waiting])


def _log_bets_by_block(
    steps: Integers, blocks: int, *, decimals: int, boundary: float, worst: float, every: int
) -> Floats:
    """ln of what each block of pairs after the first multiplies each bet with, shape (blocks, 16)."""
    values, codes = _coded(steps, decimals)
    factors = log_factors(values, boundary=boundary, worst=worst)
    later = codes[every:]
    block = np.arange(later.size) // every
    if values.size <= FEW_VALUES:
        table = np.bincount(block * values.size + later, minlength=blocks * values.size)
        by_block: Floats = table.reshape(blocks, values.size) @ factors.T if later.size else np.zeros((blocks, BETS))
        return by_block
    starts = np.arange(0, later.size, every)
    found = np.zeros((blocks, BETS))
    for bet in range(BETS):
        found[: starts.size, bet] = np.add.reduceat(factors[bet][later], starts)
    return found


def _coded(steps: Integers, decimals: int) -> tuple[Floats, Integers]:
    """The distinct differences in order, and which of them each pair has."""
    lowest = int(steps.min())
    places = steps - lowest
    occurring = np.flatnonzero(np.bincount(places))
    number = np.zeros(int(places.max()) + 1, dtype=np.int64)
    number[occurring] = np.arange(occurring.size)
    return (occurring + lowest) / math.pow(10, decimals), number[places]
