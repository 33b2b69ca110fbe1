"""How much of the wealth is staked: several bets side by side, each with a share of the money, fixed before any pair.

A stake u in (0, 1) is the share of the wealth that the worst possible difference would cost. Any fixed stakes with any
fixed shares keep the promise; which they are decides how soon the evidence is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats

BETS = 16
# Stakes are fixed in advance and never 1: a single worst value would freeze such a bet at zero for ever.
STAKES: Floats = (np.arange(1, BETS + 1) - 0.5) / BETS
LARGEST = float(STAKES[-1])
EVENLY = 8
"""What is not aimed is spread over so many evenly spaced stakes, for a truth that nobody had in mind."""
Aims = Sequence[tuple[float, float]]
"""Fractions of the best stake, each with its share of the money; infinity is the largest stake there may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """Bets side by side: `sizes` (k,) within (0, 1), `weights` (k,) their shares of the money, which add up to 1."""

    sizes: Floats
    weights: Floats


UNIFORM = Stakes(sizes=STAKES, weights=np.full(BETS, 1.0 / BETS))
"""Sixteen stakes alike: for what has no margin of its own."""


def aimed(*, margin: float, deviation: float, reach: float, aims: Aims) -> Stakes:
    """Stakes around the best one for a mean that lies a margin away from the boundary.

    For differences of this `deviation` whose mean lies `margin` from the boundary, wealth grows fastest, to the second
    order, with the stake margin * reach / (deviation^2 + margin^2), where `reach` is the distance from the boundary to
    the worst value (Kelly, "A new interpretation of information rate", Bell System Tech. J. 35 (1956)). No stake is
    larger than 31/32. What the aims leave of the money is spread over evenly spaced stakes.
    """
    best = min(margin * reach / (deviation**2 + margin**2), LARGEST)
    left = 1.0 - sum(share for _, share in aims)
    evenly = (np.arange(1, EVENLY + 1) - 0.5) / EVENLY
    return Stakes(
        sizes=np.array([*(min(fraction * best, LARGEST) for fraction, _ in aims), *evenly]),
        weights=np.array([*(share for _, share in aims), *([left / EVENLY] * EVENLY)]),
    )
