"""The anytime-valid band for the difference of two distribution functions of paired values."""

import math

import numpy as np

from analysis.arrays import Floats
from analysis.sequences import HALVINGS
from analysis.stakes import STAKES


def cdf_band(incumbent: Floats, candidate: Floats, cuts: Floats, *, alpha: float) -> tuple[Floats, Floats]:
    """Low and high end of F_candidate(c) - F_incumbent(c) at each cut (k,), all cuts and all looks at 1 - alpha.

    For each cut the difference of the two indicators "at or below" lies in {-1, 0, 1}; its mean has the betting
    interval of the verdict at alpha / (2 k) a side. Pairing makes it half as wide as two bands of one arm each.
    """
    below, above = (candidate[:, None] <= cuts[None, :]), (incumbent[:, None] <= cuts[None, :])
    more = (below & ~above).sum(axis=0).astype(np.float64)
    fewer = (above & ~below).sum(axis=0).astype(np.float64)
    level = -math.log(alpha / (2 * cuts.size))
    low = _lower(more, fewer, incumbent.size, level)
    high = -_lower(fewer, more, incumbent.size, level)
    return low, high


def _lower(more: Floats, fewer: Floats, size: int, threshold: float) -> Floats:
    """The lower bound of the mean of `more` ones, `fewer` minus ones and zeros otherwise, for many counts at once."""
    mean = (more - fewer) / size
    excluded, open_end = np.full(mean.shape, -1.0), mean.copy()
    for _ in range(HALVINGS):
        middle = 0.5 * (excluded + open_end)
        out = _log_e(more, fewer, size, middle) >= threshold
        excluded, open_end = np.where(out, middle, excluded), np.where(out, open_end, middle)
    return excluded


def _log_e(more: Floats, fewer: Floats, size: int, boundary: Floats) -> Floats:
    # The worst value is -1; a boundary on it has no bet, so it is kept off by a hair.
    reach = np.maximum(boundary + 1.0, 1e-12)[:, None]
    logs = (
        more[:, None] * np.log1p(STAKES * (2.0 / reach - 1.0))
        + (size - more - fewer)[:, None] * np.log1p(STAKES * (1.0 / reach - 1.0))
        + fewer[:, None] * np.log1p(-STAKES)
    )
    highest = logs.max(axis=1)
    found: Floats = highest + np.log(np.exp(logs - highest[:, None]).mean(axis=1))
    return found
