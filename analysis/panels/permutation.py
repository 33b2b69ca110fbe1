"""The Kolmogorov-Smirnov test that knows of pairs and ties: swap the two values of a pair and see what changes."""

import numpy as np

from analysis.arrays import Floats

SWAPS = 999
LARGEST = 50_000
"""Pairs up to which swapping is quick enough for a report."""
CHUNK = 4096
DECIMALS = 12


def swap_p(incumbent: Floats, candidate: Floats, cuts: Floats, *, seed: int = 0) -> float | None:
    """The p-value of the largest gap over the cuts among 999 random swaps and the pairs as they are; None if too many.

    Under "which arm made which value does not matter" every swap is as likely (Good, "Permutation, Parametric, and
    Bootstrap Tests of Hypotheses" (2005)). Valid for one planned look.
    """
    if incumbent.size > LARGEST:
        return None
    generator = np.random.default_rng(seed)
    gaps, swapped = np.zeros(cuts.size), np.zeros((SWAPS, cuts.size))
    for start in range(0, incumbent.size, CHUNK):
        before, after = incumbent[start : start + CHUNK, None], candidate[start : start + CHUNK, None]
        marks = (after <= cuts).astype(np.float64) - (before <= cuts)
        signs = generator.integers(0, 2, (SWAPS, before.shape[0])) * 2.0 - 1.0
        gaps += marks.sum(axis=0)
        swapped += signs @ marks
    observed = round(float(np.abs(gaps).max()), DECIMALS)
    as_wide = int((np.round(np.abs(swapped).max(axis=1), DECIMALS) >= observed).sum())
    return (as_wide + 1) / (SWAPS + 1)
