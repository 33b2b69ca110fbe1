"""How far percentiles of paired values moved, with bands that hold at every look."""

import math

import numpy as np

from analysis.arrays import Floats
from analysis.distribution import PERCENTILES
from analysis.results import ShiftBand
from analysis.stakes import STAKES

RARE_STAKES: Floats = np.geomspace(0.01, 0.9, 16)
"""For a percentile far from the middle evenly spaced stakes are too coarse."""
RARE_WEIGHTS: Floats = np.sqrt(RARE_STAKES) / np.sqrt(RARE_STAKES).sum()
PARTS = (0.3, 0.3, 0.4)
HALVINGS = 16


def shift_bands(incumbent: Floats, candidate: Floats, *, alpha: float) -> tuple[ShiftBand, ...]:
    """The shift of each of the seven percentiles, all bands together at 1 - alpha, any number of looks."""
    level = -math.log(alpha / (2 * len(PERCENTILES)))
    found = []
    for percentile in PERCENTILES:
        share = percentile / 100
        low = _end(incumbent, candidate, share, level)
        # The upper end is the lower one of the mirrored values.
        high = -_end(-incumbent, -candidate, 1 - share, level)
        mid = mid_quantile(candidate, share) - mid_quantile(incumbent, share)
        found.append(ShiftBand(percentile=percentile, low=low, high=high, mid_shift=mid))
    return tuple(found)


def _end(incumbent: Floats, candidate: Floats, share: float, threshold: float) -> float:
    """The largest shift that is surely exceeded, to a hundredth of the range; minus the range where none is."""
    reach = float(max(incumbent.max(), candidate.max()) - min(incumbent.min(), candidate.min()))
    surely, open_end = -reach, reach
    for _ in range(HALVINGS):
        middle = 0.5 * (surely + open_end)
        if log_e_shift(incumbent, candidate, share=share, loss=-middle)[0] >= threshold:
            surely = middle
        else:
            open_end = middle
    return surely


def log_e_shift(incumbent: Floats, candidate: Floats, *, share: float, loss: float) -> tuple[float, float]:
    """ln of the e-value against "the percentile fell by `loss` or more", and the value c at which it is least.

    c plays the incumbent's percentile. At the true one three e-values hold: that the incumbent is below c at most with
    probability `share`; that the candidate is at or below c - loss at least so often; and that of the pairs where only
    one of these happened the second is the more frequent. Their average, at the least favourable c, needs no
    correction. The quantile is the least x with P(X <= x) >= share.
    """
    places = _places(incumbent, candidate + loss)
    first, second = np.sort(incumbent), np.sort(candidate + loss)
    size = incumbent.size
    below = np.searchsorted(first, places, side="left").astype(np.float64)
    fallen = np.searchsorted(second, places, side="right").astype(np.float64)
    both = _both(incumbent, candidate + loss, places)
    # Below and not fallen speaks against the claim, fallen and not below for it.
    against, for_it = below - both, fallen - both
    odds = (1 - share) / share
    rare = np.log1p(RARE_STAKES * odds), np.log1p(-RARE_STAKES), np.log1p(RARE_STAKES / odds)
    parts = np.stack(
        (
            _mixed(below[:, None] * rare[0] + (size - below)[:, None] * rare[1], RARE_WEIGHTS),
            _mixed(fallen[:, None] * rare[1] + (size - fallen)[:, None] * rare[2], RARE_WEIGHTS),
            _mixed(against[:, None] * np.log1p(STAKES) + for_it[:, None] * np.log1p(-STAKES), np.full(16, 1 / 16)),
        ),
        axis=1,
    )
    evidence = _mixed(parts, np.array(PARTS))
    least = int(evidence.argmin())
    return float(evidence[least]), float(places[least])


def mid_quantile(values: Floats, share: float) -> float:
    """The quantile of P(X < x) + P(X = x) / 2, interpolated: on tied scores it moves smoothly where others jump.

    Ma, Genton & Parzen, "Asymptotic properties of sample quantiles of discrete distributions", AISM 63 (2011).
    """
    distinct, counts = np.unique(values, return_counts=True)
    middle = (counts.cumsum() - counts / 2) / counts.sum()
    return float(np.interp(share, middle, distinct))


def _places(incumbent: Floats, shifted: Floats) -> Floats:
    """Every value at which a count changes, and one place between each two."""
    distinct = np.unique(np.concatenate((incumbent, shifted)))
    between = 0.5 * (distinct[1:] + distinct[:-1])
    return np.sort(np.concatenate((distinct, between, [distinct[0] - 1.0, distinct[-1] + 1.0])))


def _both(incumbent: Floats, shifted: Floats, places: Floats) -> Floats:
    """In how many pairs the incumbent lies below a place and the shifted candidate at or below it."""
    first_below = np.searchsorted(places, incumbent, side="right")
    first_fallen = np.searchsorted(places, shifted, side="left")
    starts = np.maximum(first_below, first_fallen)
    return np.bincount(starts, minlength=places.size + 1)[: places.size].cumsum().astype(np.float64)


def _mixed(logs: Floats, weights: Floats) -> Floats:
    highest = logs.max(axis=1)
    found: Floats = highest + np.log(np.exp(logs - highest[:, None]) @ weights)
    return found
