"""What people decide by, each at every look of one stream: where it first says GO and where it first says ROLLBACK."""

import math

import numpy as np
from scipy.special import stdtr
from scipy.stats import binom

from analysis.distribution import kolmogorov_tail
from bench.boundaries import normal_boundary
from bench.said import LOOK, LOOKS, Said, first, sizes
from bench.study import MARGIN, PAIRS, SEGMENT_SHARES, TAIL_CUT, Floats, Integers, Marks, Stream

NAIVE_PAIRS = 200
ASYMPTOTIC_AT = 1000
"""Pairs at which the asymptotic interval is made tightest."""
BURN_IN = 50


def _histograms(values: Integers) -> Floats:
    look = np.arange(PAIRS) // LOOK
    counts = np.bincount(look * 101 + values, minlength=LOOKS * 101).reshape(LOOKS, 101)
    found: Floats = counts.cumsum(axis=0).astype(np.float64)
    return found


def _alarm(marks: Marks) -> Said:
    """An alarm is ROLLBACK; without one GO is said at the end."""
    quiet = np.zeros(LOOKS, dtype=np.bool_)
    quiet[-1] = True
    return first(quiet & ~marks, marks)


def kolmogorov_smirnov(run: Stream) -> Said:
    """Two-sample KS with p < 0.05 at any look."""
    return _alarm(_ks_p(run) < 0.05)


def _ks_p(run: Stream) -> Floats:
    before, after = (_histograms(values).cumsum(axis=1) for values in (run.incumbent, run.candidate))
    gaps = np.abs(before - after).max(axis=1) / sizes()
    return np.array([kolmogorov_tail(gap * math.sqrt(size / 2)) for gap, size in zip(gaps, sizes(), strict=True)])


def evidently(run: Stream) -> Said:
    """KS up to 1,000 reference rows, from then on Wasserstein over the reference's deviation, at 0.1."""
    before, after = (_histograms(values) for values in (run.incumbent, run.candidate))
    distance = np.abs(before.cumsum(axis=1) - after.cumsum(axis=1)).sum(axis=1) / sizes()
    spread = np.array([run.incumbent[: int(size)].std() for size in sizes()])
    small = sizes() <= 1000
    return _alarm((small & (_ks_p(run) <= 0.05)) | (~small & (distance / spread >= 0.1)))


def kayenta(run: Stream) -> Said:
    """Mann-Whitney's interval for the shift at 98 %: low where it lies below a quarter of the estimate."""
    before, after = (_histograms(values) for values in (run.incumbent, run.candidate))
    places = (np.arange(101)[:, None] - np.arange(101)[None, :]).ravel() + 100
    marks = np.zeros(LOOKS, dtype=np.bool_)
    for at, size in enumerate(sizes()):
        counts = np.bincount(places, weights=np.outer(after[at], before[at]).ravel(), minlength=201).cumsum()
        half, margin = size * size / 2, 2.326 * math.sqrt(size * size * (2 * size + 1) / 12)
        estimate, high = (float(np.searchsorted(counts, rank)) - 100 for rank in (half, half + margin))
        marks[at] = high < -0.25 * abs(estimate)
    return _alarm(marks)


def _sums(run: Stream) -> tuple[Floats, Floats]:
    gaps = (run.candidate - run.incumbent).astype(np.float64)
    mean = gaps.cumsum()[LOOK - 1 :: LOOK] / sizes()
    square = (gaps**2).cumsum()[LOOK - 1 :: LOOK] / sizes()
    return mean, np.sqrt(np.maximum(square - mean**2, 1e-12))


def paired_t(run: Stream) -> Said:
    """Non-inferiority and inferiority by a paired t at 5 %, at every look."""
    mean, spread = _sums(run)
    error = spread / np.sqrt(sizes())
    return first(mean - 1.645 * error > -MARGIN, mean + 1.645 * error < -MARGIN)


def growthbook(run: Stream) -> Said:
    """The unpaired two-sided normal mixture with the tuning parameter 5000, at 5 %."""
    mean, _ = _sums(run)
    ends = [int(size) for size in sizes()]
    variance = np.array([run.incumbent[:end].var() + run.candidate[:end].var() for end in ends]) / sizes()
    total = 2 * sizes()
    rho = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1)) / 5000
    half = np.sqrt(variance * total) * np.sqrt(
        2 * (total * rho + 1) / (total**2 * rho) * np.log(np.sqrt(total * rho + 1) / 0.05)
    )
    return first(mean - half > -MARGIN, mean + half < -MARGIN)


def asymptotic(run: Stream) -> Said:
    """The asymptotic confidence sequence of the mean, one-sided at 5 % each way, from 50 pairs on."""
    mean, spread = _sums(run)
    half = spread * ASYMPTOTIC_HALF
    ready = sizes() >= BURN_IN
    return first(ready & (mean - half > -MARGIN), ready & (mean + half < -MARGIN))


ASYMPTOTIC_HALF: Floats = np.array([normal_boundary(size, ASYMPTOTIC_AT, 0.05) / size for size in sizes()])
"""In standard deviations."""


def naive_mean(run: Stream) -> Said:
    """Wait for 200 pairs and ask whether the candidate's mean is higher."""
    mean, _ = _sums(run)
    place = NAIVE_PAIRS // LOOK - 1
    once = np.arange(LOOKS) == place
    return first(once & (mean > 0), once & (mean <= 0))


def every_test(run: Stream) -> Said:
    """Every test at 5 % at every look: ROLLBACK when any says worse, GO when all say within the margin.

    Paired t on quality and on each segment, the exact McNemar test on gate failures; Wald's for the margins.
    """
    quality = run.candidate - run.incumbent
    parts = [_running(quality, np.ones(quality.size, dtype=np.bool_))]
    parts += [_running(quality, run.segments == number) for number in range(len(SEGMENT_SHARES))]
    worse, within = np.zeros(LOOKS, dtype=np.bool_), np.ones(LOOKS, dtype=np.bool_)
    for (size, mean, error), margin in zip(parts, [MARGIN, *[5.0] * len(SEGMENT_SHARES)], strict=True):
        known = size > 1
        worse |= known & (stdtr(np.maximum(size - 1, 1), mean / error) < 0.05)
        within &= known & (mean - 1.645 * error > -margin)
    failed = run.incumbent_failed - run.candidate_failed
    low = (run.incumbent < TAIL_CUT).astype(np.int64) - (run.candidate < TAIL_CUT)
    for marks, margin in ((failed, 0.015), (low, 0.04)):
        _, mean, error = _running(marks, np.ones(marks.size, dtype=np.bool_))
        within &= mean - 1.645 * error > -margin
    more, fewer = (np.cumsum(failed == sign)[LOOK - 1 :: LOOK] for sign in (-1, 1))
    worse |= binom.sf(more - 1, more + fewer, 0.5) < 0.05
    return first(within & ~worse, worse)


def _running(values: Integers, inside: Marks) -> tuple[Floats, Floats, Floats]:
    """Number, mean and standard error of the values inside, at each look."""
    size = inside.cumsum()[LOOK - 1 :: LOOK].astype(np.float64)
    known = np.maximum(size, 1)
    mean = (values * inside).cumsum()[LOOK - 1 :: LOOK] / known
    square = (values**2 * inside).cumsum()[LOOK - 1 :: LOOK] / known
    variance = np.maximum(square - mean**2, 1e-12) * known / np.maximum(known - 1, 1)
    return size, mean, np.sqrt(variance / known)
