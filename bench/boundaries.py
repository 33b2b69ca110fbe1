"""Sequential boundaries that others use: normal, gamma-exponential and beta-binomial mixtures, and the DKW band.

The comparisons of `bench` are made with them; the verdict uses none. Each is a mixture supermartingale whose free
constant makes it tightest at the variance `best_at`; s is the sum of the centred observations, v its variance process.

Sources: Howard, Ramdas, McAuliffe & Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann.
Stat. 49 (2021); Howard & Ramdas, "Sequential estimation of quantiles", Bernoulli 28 (2022); Waudby-Smith, Arbour,
Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Ann. Stat. 52 (2024).
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import betainc, betaln, gammainc, gammaln, log_ndtr

from bench.study import Floats


def constant(best_at: float, alpha: float, *, two_sided: bool = False) -> float:
    """The constant rho with which a normal mixture is tightest at the variance `best_at`."""
    threshold = 2 * math.log(1 / (alpha if two_sided else 2 * alpha))
    return best_at / (threshold + math.log1p(threshold))


def log_normal_mixture(s: float, v: float, rho: float, *, two_sided: bool = False) -> float:
    """ln of the supermartingale of sub-Gaussian sums."""
    quadratic = s * s / (2 * (v + rho))
    if two_sided:
        return 0.5 * math.log(rho / (v + rho)) + quadratic
    return 0.5 * math.log(4 * rho / (v + rho)) + quadratic + float(log_ndtr(s / math.sqrt(v + rho)))


def normal_boundary(v: float, best_at: float, alpha: float, *, two_sided: bool = False) -> float:
    """The sum that the mixture excludes at this variance."""
    rho = constant(best_at, alpha, two_sided=two_sided)
    return _root(lambda s: log_normal_mixture(s, v, rho, two_sided=two_sided) - math.log(1 / alpha), v + rho)


def asymptotic_low(values: Floats, *, best_at: float, alpha: float) -> float:
    """The asymptotic low end for the mean of these values, one side: the normal mixture with their own deviation."""
    size = values.size
    return float(values.mean() - values.std(ddof=1) * normal_boundary(size, best_at, alpha) / size)


def growthbook_half_width(variance: float, size: int, *, tuning: float, alpha: float) -> float:
    """Half the width of GrowthBook's sequential interval for a mean of `size` values with this variance."""
    return math.sqrt(variance) * normal_boundary(size, tuning, alpha, two_sided=True) / size


def log_gamma_exponential(s: float, v: float, *, scale: float, best_at: float, alpha: float) -> float:
    """ln of the mixture for sub-exponential sums with this scale: the empirical-Bernstein one of bounded values."""
    square = scale * scale
    shape = constant(best_at, alpha) / square
    place, later = (scale * s + v) / square, v / square + shape
    return float(
        shape * math.log(shape)
        - gammaln(shape)
        - np.log(gammainc(shape, shape))
        + gammaln(later)
        + np.log(gammainc(later, place + shape))
        - later * math.log(place + shape)
        + place
    )


def log_beta_binomial(s: float, v: float, *, low: float, high: float, best_at: float, alpha: float) -> float:
    """ln of the mixture for sums of values with two outcomes, `low` below and `high` above their mean."""
    width = low + high
    excess = max(constant(best_at, alpha) - low * high, 1e-3 * low * high)
    share = high / width

    def log_beta(first: float, second: float) -> float:
        return float(betaln(first, second) + np.log(betainc(first, second, share)))

    return (
        v / (low * high) * math.log(width)
        - (v + high * s) / (high * width) * math.log(low)
        - (v - low * s) / (low * width) * math.log(high)
        + log_beta((excess + v - low * s) / (low * width), (excess + v + high * s) / (high * width))
        - log_beta(excess / (low * width), excess / (high * width))
    )


def dkw_constant(alpha: float, factor: float = 0.85) -> float:
    """The constant C of `dkw_radius`."""

    def chance(c: float) -> float:
        def at(logarithm: float) -> float:
            eta = 1 + math.exp(logarithm)
            gamma = 2 / eta * max(factor - math.sqrt(2 * (eta - 1) / c), 0.0) ** 2
            return 4 * math.exp(-gamma * c) * (1 + 1 / ((gamma - 1) * math.log(eta))) if gamma > 1 else 4.0

        return float(minimize_scalar(at, bounds=(-8.0, -3.5), method="bounded", options={"xatol": 1e-12}).fun)

    return float(brentq(lambda c: chance(c) - alpha, 6.0, 20.0, xtol=1e-13))


def dkw_radius(size: int, *, alpha: float, least: int, factor: float = 0.85) -> float:
    """Half the width of the band that holds the distribution function at all sizes from `least` on."""
    return factor * math.sqrt((math.log1p(math.log(size / least)) + dkw_constant(alpha, factor)) / size)


def _root(difference: Callable[[float], float], scale: float) -> float:
    high = math.sqrt(scale)
    while difference(high) < 0:
        high *= 2
    return float(brentq(difference, 0.0, high, xtol=1e-13, rtol=1e-14))
