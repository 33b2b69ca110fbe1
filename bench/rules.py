"""What people decide by, each at every look of one stream: where it first says GO and where it first says ROLLBACK."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis import guards
from analysis.distribution import kolmogorov_tail
from analysis.guards import Part
from analysis.question import Question
from analysis.restarts import EVERY
from analysis.sequences import log_factors
from bench.study import PAIRS, SEGMENT_SHARES, Floats, Integers, Marks, Stream

LOOK = 25
LOOKS = PAIRS // LOOK
MARGIN = 2.0
TAIL_CUT = 66
"""The least score that at least a tenth of the incumbent's sound pictures lie below."""
LEAST = 200
THRESHOLD = math.log(20)
ASKED = Question(
    margins={"quality": MARGIN, "tail_rate": 0.04, "gate_failures": 0.015},
    segments=tuple(f"s{number}" for number in range(len(SEGMENT_SHARES) - 1)),
)
"""The smallest segment is the undeclared rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The look (number of pairs) at which each came for the first time; None: never."""

    go: int | None
    rollback: int | None

    @property
    def first_go(self) -> int | None:
        """GO where it came before any ROLLBACK."""
        return self.go if self.go is not None and (self.rollback is None or self.go < self.rollback) else None

    @property
    def first_rollback(self) -> int | None:
        """ROLLBACK where it came before any GO."""
        return None if self.first_go is not None else self.rollback


def first(go: Marks, rollback: Marks) -> Said:
    """Where each comes for the first time."""
    when = [int(found[0] + 1) * LOOK if (found := np.flatnonzero(marks)).size else None for marks in (go, rollback)]
    return Said(go=when[0], rollback=when[1])


def ours(run: Stream) -> Said:
    """The verdict of this product: quality, tail, gate failures, five segments, restarts."""
    return first(*looks(run))


def looks(run: Stream) -> tuple[Marks, Marks]:
    """Where this product's verdict is GO, and where ROLLBACK, each of shape (LOOKS,)."""
    before = {"quality": run.incumbent, "tail_rate": run.incumbent < TAIL_CUT, "gate_failures": run.incumbent_failed}
    after = {"quality": run.candidate, "tail_rate": run.candidate < TAIL_CUT, "gate_failures": run.candidate_failed}
    go, rollback = np.ones(LOOKS, dtype=np.bool_), np.zeros(LOOKS)
    for guard in guards.of(ASKED):
        metric = guard.metric
        steps = metric.better.value * (after[metric.name].astype(np.int64) - before[metric.name].astype(np.int64))
        inside = np.ones(PAIRS, dtype=np.bool_)
        if guard.part is Part.SEGMENT:
            inside = run.segments == (len(SEGMENT_SHARES) - 1 if guard.segment == "other" else int(guard.segment[1:]))
        wealth_go = _wealth(steps, inside, -guard.margin, -metric.span).cumsum(axis=0)
        blocks = _wealth(steps, inside, -guard.margin, metric.span)
        go &= _average(wealth_go) >= THRESHOLD
        rollback += guard.weight * np.exp(np.minimum(_average(blocks.cumsum(axis=0)), 600))
        if guard.restart_weight:
            rollback += guard.restart_weight * _restarted(blocks)
    go &= np.arange(1, LOOKS + 1) * LOOK >= LEAST
    return go, rollback >= 20


def _wealth(steps: Integers, inside: Marks, boundary: float, worst: float) -> Floats:
    """ln of what the pairs of each look multiply each bet with, shape (looks, 16)."""
    values, codes = np.unique(steps, return_inverse=True)
    factors = log_factors(values.astype(np.float64), boundary=boundary, worst=worst)
    look = np.arange(PAIRS) // LOOK
    table = np.bincount((look * values.size + codes)[inside], minlength=LOOKS * values.size)
    found: Floats = table.reshape(LOOKS, values.size) @ factors.T
    return found


def _average(logs: Floats) -> Floats:
    highest = logs.max(axis=1)
    found: Floats = highest + np.log(np.exp(logs - highest[:, None]).mean(axis=1))
    return found


def _restarted(blocks: Floats) -> Floats:
    found = np.zeros(LOOKS)
    whole = np.concatenate((np.zeros((1, blocks.shape[1])), blocks.cumsum(axis=0)))
    for copy in range(1, PAIRS // EVERY + 1):
        start = copy * EVERY // LOOK
        share = 1 / (copy * (copy + 1))
        begun = np.exp(np.minimum(_average(whole[start + 1 :] - whole[start]), 600)) if start < LOOKS else np.zeros(0)
        found[start:] += share * begun
        found[:start] += share
    return found + 1 / (PAIRS // EVERY + 1)


def _histograms(values: Integers) -> Floats:
    look = np.arange(PAIRS) // LOOK
    counts = np.bincount(look * 101 + values, minlength=LOOKS * 101).reshape(LOOKS, 101)
    found: Floats = counts.cumsum(axis=0).astype(np.float64)
    return found


def _sizes() -> Floats:
    return np.arange(1, LOOKS + 1, dtype=np.float64) * LOOK


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
    gaps = np.abs(before - after).max(axis=1) / _sizes()
    return np.array([kolmogorov_tail(gap * math.sqrt(size / 2)) for gap, size in zip(gaps, _sizes(), strict=True)])


def evidently(run: Stream) -> Said:
    """KS up to 1,000 reference rows, from then on Wasserstein over the reference's deviation, at 0.1."""
    before, after = (_histograms(values) for values in (run.incumbent, run.candidate))
    distance = np.abs(before.cumsum(axis=1) - after.cumsum(axis=1)).sum(axis=1) / _sizes()
    spread = np.array([run.incumbent[: int(size)].std() for size in _sizes()])
    small = _sizes() <= 1000
    return _alarm((small & (_ks_p(run) <= 0.05)) | (~small & (distance / spread >= 0.1)))


def kayenta(run: Stream) -> Said:
    """Mann-Whitney's interval for the shift at 98 %: low where it lies below a quarter of the estimate."""
    before, after = (_histograms(values) for values in (run.incumbent, run.candidate))
    places = (np.arange(101)[:, None] - np.arange(101)[None, :]).ravel() + 100
    marks = np.zeros(LOOKS, dtype=np.bool_)
    for at, size in enumerate(_sizes()):
        counts = np.bincount(places, weights=np.outer(after[at], before[at]).ravel(), minlength=201).cumsum()
        half, margin = size * size / 2, 2.326 * math.sqrt(size * size * (2 * size + 1) / 12)
        estimate, high = (float(np.searchsorted(counts, rank)) - 100 for rank in (half, half + margin))
        marks[at] = high < -0.25 * abs(estimate)
    return _alarm(marks)


def _sums(run: Stream) -> tuple[Floats, Floats]:
    gaps = (run.candidate - run.incumbent).astype(np.float64)
    mean = gaps.cumsum()[LOOK - 1 :: LOOK] / _sizes()
    square = (gaps**2).cumsum()[LOOK - 1 :: LOOK] / _sizes()
    return mean, np.sqrt(np.maximum(square - mean**2, 1e-12))


def paired_t(run: Stream) -> Said:
    """Non-inferiority and inferiority by a paired t at 5 %, at every look."""
    mean, spread = _sums(run)
    error = spread / np.sqrt(_sizes())
    return first(mean - 1.645 * error > -MARGIN, mean + 1.645 * error < -MARGIN)


def growthbook(run: Stream) -> Said:
    """The unpaired two-sided normal mixture with the tuning parameter 5000, at 5 %."""
    mean, _ = _sums(run)
    ends = [int(size) for size in _sizes()]
    variance = np.array([run.incumbent[:end].var() + run.candidate[:end].var() for end in ends]) / _sizes()
    total = 2 * _sizes()
    rho = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1)) / 5000
    half = np.sqrt(variance * total) * np.sqrt(
        2 * (total * rho + 1) / (total**2 * rho) * np.log(np.sqrt(total * rho + 1) / 0.05)
    )
    return first(mean - half > -MARGIN, mean + half < -MARGIN)


RULES: Mapping[str, Callable[[Stream], Said]] = {
    "this verdict": ours,
    "KS p < .05": kolmogorov_smirnov,
    "Mann-Whitney (Kayenta)": kayenta,
    "paired t": paired_t,
    "Evidently": evidently,
    "GrowthBook sequential": growthbook,
}
