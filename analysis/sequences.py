"""Anytime-valid evidence about the mean of bounded paired differences: the mixture betting e-value and its inversion.

A gambler with wealth 1 bets against "the mean is at the boundary or on its wrong side". With each of several fixed
stakes the wealth is a nonnegative supermartingale under that claim, so their average is one too, and by Ville's
inequality it ever reaches 1 / alpha with probability at most alpha: at any number of looks, however one stops.

Sources: Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting", JRSSB 86 (2024);
Ville, "Étude critique de la notion de collectif" (1939).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.stakes import UNIFORM, Stakes

# Sums of logarithms differ in the last bits between machines; what decides is compared at this many decimals.
DECIDING_DECIMALS = 9
HALVINGS = 60
# How near the worst value the search for a bound starts, as a share of the way to the mean.
BRACKET = 1e-9
CLOSE = 1e-13
"""How near both ends of the search must be at its end, likewise."""


class RangeViolated(ValueError):  # noqa: N818  the name says what happened; "Error" would add nothing
    """A value lies beyond its declared range, so no guarantee would hold. It is never clipped."""

    def __init__(self, value: float, limit: float, row: int = -1) -> None:
        """`value` is the offender, `limit` the declared end of the range that it passed, `row` where it stands."""
        super().__init__(f"{value:g} lies beyond the declared limit {limit:g}")
        self.value = value
        self.limit = limit
        self.row = row


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How often each difference occurred: `values` (k,) strictly increasing, `counts` (k,) positive."""

    values: Floats
    counts: Integers

    @classmethod
    def of(cls, values: Floats, counts: Integers) -> "Histogram":
        """The histogram of these (value, count) rows in any order, such as those of a `GROUP BY`.

        Raises ValueError where a value is not a finite number: a missing difference must not become evidence.
        """
        if not np.isfinite(values).all():
            message = "a histogram holds finite differences only"
            raise ValueError(message)
        # Sums are independent of the order of arrival only because they are always made in the order of the values.
        distinct, place = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True)
        merged = np.zeros(distinct.size, dtype=np.int64)
        np.add.at(merged, place, np.asarray(counts, dtype=np.int64))
        return cls(values=distinct[merged > 0], counts=merged[merged > 0])

    @classmethod
    def of_differences(cls, differences: Floats) -> "Histogram":
        """The histogram of single differences (n,)."""
        return cls.of(differences, np.ones(len(differences), dtype=np.int64))

    @classmethod
    def of_steps(cls, steps: Integers, *, decimals: int) -> "Histogram":
        """The histogram of single differences (n,) given in whole steps of the last decimal: without a sort."""
        if not steps.size:
            return cls(values=np.empty(0), counts=np.empty(0, dtype=np.int64))
        lowest = int(steps.min())
        counts = np.bincount(steps - lowest)
        occurring = np.flatnonzero(counts)
        return cls(values=(occurring + lowest) / 10**decimals + 0.0, counts=counts[occurring].astype(np.int64))

    @property
    def total(self) -> int:
        """The number of differences."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        """The mean difference; NaN for an empty histogram."""
        return float((self.values * self.counts).sum() / self.total) if self.total else math.nan

    @property
    def deviation(self) -> float:
        """The standard deviation of the differences (n - 1 in the denominator); NaN below two differences."""
        if self.total < 2:
            return math.nan
        squares = (self.counts * (self.values - self.mean) ** 2).sum()
        return math.sqrt(float(squares) / (self.total - 1))


def log_bets(histogram: Histogram, *, boundary: float, worst: float, stakes: Stakes = UNIFORM) -> Floats:
    """ln of the wealth of each bet, in the order of the stakes, shape (k,).

    Where `worst`, the declared end of the range, lies below `boundary` the bets are on "the mean is above the
    boundary"; where it lies above, on "the mean is below". With d the difference, m the boundary, w the worst value
    and u the stake, the wealth grows by the factor (1 - u) + u (d - w) / (m - w), which is at least 1 - u > 0.

    Raises RangeViolated where a difference lies beyond `worst`, ValueError where boundary and worst value are the same.
    """
    if boundary == worst:
        message = "the boundary must lie strictly inside the declared range"
        raise ValueError(message)
    factors = log_factors(histogram.values, boundary=boundary, worst=worst, stakes=stakes)
    wealth: Floats = (factors * histogram.counts).sum(axis=1)
    return wealth


def log_factors(values: Floats, *, boundary: float, worst: float, stakes: Stakes = UNIFORM) -> Floats:
    """ln of the factor by which each difference (n,) multiplies each bet, shape (k, n) for k stakes.

    Raises as `log_bets` does.
    """
    gains = (values - worst) / (boundary - worst)
    if gains.size and gains.min() < 0:
        raise RangeViolated(float(values[gains.argmin()]), worst)
    factors: Floats = np.log1p(stakes.sizes[:, None] * (gains - 1.0)[None, :])
    return factors


def log_e_value(histogram: Histogram, *, boundary: float, worst: float, stakes: Stakes = UNIFORM) -> float:
    """ln of the e-value: the average wealth of the bets by their shares. Arguments and errors as in `log_bets`."""
    return log_average(log_bets(histogram, boundary=boundary, worst=worst, stakes=stakes), stakes.weights)


def log_average(logarithms: Floats | Sequence[float], weights: Floats | Sequence[float] | None = None) -> float:
    """ln of the weighted average of numbers given by their logarithms; equal weights where none are given.

    An average of e-values with fixed weights is an e-value however the single ones depend on each other
    (Vovk & Wang, "E-values: calibration, combination and applications", Ann. Stat. 49 (2021)).
    """
    logs = np.asarray(logarithms, dtype=np.float64)
    shares = np.full(logs.size, 1.0 / logs.size) if weights is None else np.asarray(weights) / np.sum(weights)
    # A share of nothing must not set the scale, or the rest would vanish beside it.
    logs, shares = logs[shares > 0], shares[shares > 0]
    highest = float(logs.max())
    return highest + math.log(float((shares * np.exp(logs - highest)).sum()))


def reached(log_e: float, alpha: float) -> bool:
    """Whether an e-value has reached 1 / alpha, compared at nine decimals so that every machine decides alike."""
    return round(log_e, DECIDING_DECIMALS) >= round(-math.log(alpha), DECIDING_DECIMALS)


def bound(histogram: Histogram, *, worst: float, alpha: float, stakes: Stakes = UNIFORM) -> float:
    """The anytime-valid bound of the mean on the side of `worst`: below it where `worst` is the low end, else above.

    It is the boundary at which the e-value is 1 / alpha. The e-value falls steadily as the boundary moves from the
    worst value to the mean; with too few differences no boundary can be excluded and the bound is `worst`. The
    probability that the true mean ever lies beyond it, at any look, is at most alpha.
    """
    if not histogram.total or histogram.mean == worst:
        return worst

    def excess(boundary: float) -> float:
        return log_e_value(histogram, boundary=boundary, worst=worst, stakes=stakes) + math.log(alpha)

    excluded, open_end = worst + BRACKET * (histogram.mean - worst), histogram.mean
    above, below = excess(excluded), excess(open_end)
    if above < 0:
        return worst
    close = CLOSE * abs(histogram.mean - worst)
    moved = 0
    for step in range(HALVINGS):
        if abs(open_end - excluded) <= close or above == 0:
            break
        # Where a line through both ends meets zero, the end that stays behind counting half (the Illinois rule); now
        # and then the middle, so that it cannot take longer than halving twice would.
        share = 0.5 if step % 8 == 7 else above / (above - below)
        middle = excluded + share * (open_end - excluded)
        found = excess(middle)
        if found >= 0:
            below *= 0.5 if moved > 0 else 1.0
            excluded, above, moved = middle, found, 1
        else:
            above *= 0.5 if moved < 0 else 1.0
            open_end, below, moved = middle, found, -1
    return excluded
