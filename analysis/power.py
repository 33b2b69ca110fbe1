"""How many pairs a guard needs: before there are data from assumptions, later from the pairs themselves."""

import math
from collections.abc import Callable

import numpy as np

from analysis.arrays import Floats
from analysis.sequences import log_average
from analysis.stakes import UNIFORM, Stakes

AFFORDABLE_PAIRS = 100_000
"""More pairs than this are as good as never: the estimate lies too near the margin."""


def planned_pairs(
    *,
    gap: float,
    deviation: float,
    reach: float,
    log_threshold: float,
    normal_quantile: float = 0.0,
    limit: int = AFFORDABLE_PAIRS,
    stakes: Stakes = UNIFORM,
) -> int | None:
    """The least number of pairs after which the e-value is expected at its threshold; None where `limit` will not do.

    `gap` is the distance from the true mean to the boundary (positive: on the side that the bets are on), `deviation`
    the standard deviation of the differences, `reach` the distance from the boundary to the worst value, all in the
    metric's unit. `normal_quantile` 0 gives the median, 1.2816 the number that nine in ten runs need at most.

    Closed form: the logarithm of a bet with stake u grows in n pairs, to the second order, by
    n (u g / R - u^2 (s^2 + g^2) / (2 R^2)) - z u s sqrt(n) / R. Against simulation it is right to -10 %/+45 %, mostly
    too long.
    """
    sizes = stakes.sizes / reach
    drift = sizes * gap - 0.5 * sizes**2 * (deviation**2 + gap**2)
    spread = normal_quantile * sizes * deviation

    def growth(pairs: int) -> float:
        return log_average(pairs * drift - math.sqrt(pairs) * spread, stakes.weights)

    return least(growth, 0, log_threshold, limit)


def pairs_at_this_rate(
    bets: Floats, pairs: int, log_threshold: float, limit: int = AFFORDABLE_PAIRS, *, stakes: Stakes = UNIFORM
) -> int | None:
    """The number of pairs at which the e-value is at its threshold if later pairs look like those so far; None: never.

    `bets` are the logarithms of the bets with these stakes after `pairs` pairs; each goes on growing as so far.
    """
    rates = np.asarray(bets) / pairs
    return least(lambda number: log_average(number * rates, stakes.weights), pairs, log_threshold, limit)


def least(growth: Callable[[int], float], start: int, goal: float, limit: int) -> int | None:
    """The least number from `start` on at which `growth` reaches a positive goal; None beyond `limit`."""
    # An average of exponentials of convex functions: once above a positive goal it stays above, so halving finds it.
    if growth(limit) < goal:
        return None
    if growth(start) >= goal:
        return start
    below, enough = start, limit
    while enough - below > 1:
        middle = (below + enough) // 2
        if growth(middle) < goal:
            below = middle
        else:
            enough = middle
    return enough
