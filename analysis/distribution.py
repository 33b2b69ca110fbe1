"""Two distributions side by side: Kolmogorov-Smirnov gap, percentile shifts, histograms. They never decide."""

import math

import numpy as np

from analysis.arrays import Floats
from analysis.results import Distribution, KolmogorovSmirnov, PercentileShift

PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
POINTS = tuple(float(edge) for edge in range(0, 101, 5))
"""Edges for scores in points, the same in every report so that reports can be laid side by side."""
BINS = 24
# A value beyond these quantiles of both arms is drawn in the outermost bin: one outlier must not flatten a chart.
CORE = (0.005, 0.995)
# Where the two series of the Kolmogorov distribution are both short.
SERIES_MEET = 1.18
TERMS = np.arange(1, 21)
DECIMALS = 12


def kolmogorov_smirnov(incumbent: Floats, candidate: Floats) -> KolmogorovSmirnov:
    """The largest gap between samples (n,) and (m,), where it is, who is lower there, and the two-sided p-value.

    Both must hold at least one finite value and no NaN. The p-value is the asymptotic one (Kolmogorov 1933, Smirnov
    1939) with n m / (n + m) as the size. It ignores pairing and ties, which makes it conservative on scores, and it is
    valid for a single planned look.
    """
    first, second = np.sort(incumbent), np.sort(candidate)
    # The gap is widest at a value of one of them. Of equally wide ones the lowest counts, whichever it is a value of.
    (wide, at, lower), (other_wide, other_at, higher) = _widest(first, second), _widest(second, first)
    if (other_wide, -other_at) > (wide, -at):
        wide, at, lower = other_wide, other_at, -higher
    size = first.size * second.size / (first.size + second.size)
    return KolmogorovSmirnov(
        gap=wide, at=at, candidate_lower=lower > 0, p_value=kolmogorov_tail(wide * math.sqrt(size))
    )


def _widest(ordered: Floats, beside: Floats) -> tuple[float, float, float]:
    """At the values of one of two sorted samples: the widest gap, where, and how much more of `beside` lies below."""
    last = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), ordered.size - 1)
    places = ordered[last]
    gaps = np.searchsorted(beside, places, side="right") / beside.size - (last + 1) / ordered.size
    # Rounded, so that the first of equally wide gaps is found whatever the last bits say.
    sizes = np.round(np.abs(gaps), DECIMALS)
    widest = int(sizes.argmax())
    return float(sizes[widest]), float(places[widest]), float(gaps[widest])


def kolmogorov_tail(statistic: float) -> float:
    """P(K > statistic) of the Kolmogorov distribution, by whichever of its two series converges at once."""
    if statistic <= 0:
        return 1.0
    if statistic < SERIES_MEET:
        terms = np.exp(-((2 * TERMS - 1) ** 2) * math.pi**2 / (8 * statistic**2))
        return max(0.0, 1.0 - math.sqrt(2 * math.pi) / statistic * float(terms.sum()))
    signs = np.where(TERMS % 2 == 1, 2.0, -2.0)
    return float((signs * np.exp(-2 * TERMS**2 * statistic**2)).sum())


def percentile_shifts(incumbent: Floats, candidate: Floats) -> tuple[PercentileShift, ...]:
    """How each of the seven percentiles moved, by the inverse of the distribution function: values that occurred."""
    levels = np.array(PERCENTILES) / 100
    before = np.quantile(incumbent, levels, method="inverted_cdf")
    after = np.quantile(candidate, levels, method="inverted_cdf")
    return tuple(
        PercentileShift(percentile=percentile, incumbent=float(was), candidate=float(now))
        for percentile, was, now in zip(PERCENTILES, before, after, strict=True)
    )


def quantile_edges(values: Floats, bins: int = BINS) -> tuple[float, ...]:
    """Even edges, shape (bins + 1,), over the range that holds the middle 99 % of these values."""
    low, high = (float(edge) for edge in np.quantile(values, CORE))
    if not high > low:
        low, high = low - 0.5, high + 0.5
    return tuple(float(edge) for edge in np.linspace(low, high, bins + 1))


def compare(
    incumbent: Floats,
    candidate: Floats,
    *,
    name: str,
    kind: str,
    layer: str,
    edges: tuple[float, ...] | None = None,
    cut: float | None = None,
) -> Distribution | None:
    """One score or feature of both arms, NaN left out; None where an arm has no value at all.

    Values outside the edges are drawn in the outermost bins, so that every histogram adds up to its count.
    """
    first, second = incumbent[np.isfinite(incumbent)], candidate[np.isfinite(candidate)]
    if not first.size or not second.size:
        return None
    shared = edges or quantile_edges(np.concatenate((first, second)))
    return Distribution(
        name=name,
        kind=kind,
        layer=layer,
        incumbent_count=first.size,
        candidate_count=second.size,
        incumbent_mean=float(first.mean()),
        candidate_mean=float(second.mean()),
        incumbent_deviation=_deviation(first),
        candidate_deviation=_deviation(second),
        edges=shared,
        incumbent_histogram=_histogram(first, shared),
        candidate_histogram=_histogram(second, shared),
        ks=kolmogorov_smirnov(first, second),
        shifts=percentile_shifts(first, second),
        cut=cut,
    )


def _deviation(values: Floats) -> float:
    return float(values.std(ddof=1)) if values.size > 1 else 0.0


def _histogram(values: Floats, edges: tuple[float, ...]) -> tuple[int, ...]:
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), bins=np.array(edges))
    return tuple(int(count) for count in counts)
