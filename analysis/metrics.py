"""The metrics a guard may watch: what each makes of one arm's outcomes, in which unit, within which range.

Adding a metric is one function and one line in `METRICS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from analysis.arrays import Booleans, Floats, Integers
from analysis.columns import MODEL_FAILURES, ArmColumns, Cuts

JUDGE = "judge"
SIMILARITY = "similarity"
WORST_QUALITY = 0.0
TAIL_CUT = "quality"
"""Name, among the cuts of a baseline, of the quality below which an outcome lies in the incumbent's tail."""


class Better(Enum):
    """Which way a metric is better for the candidate: the sign its paired difference is multiplied with."""

    HIGHER = 1
    LOWER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number per outcome with its unit and its declared range."""

    name: str
    unit: str
    better: Better
    low: float
    """The least value an outcome can have; a value beyond the range is an error, never clipped."""
    high: float
    decimals: int
    """Values are rounded to this many decimals, so that equal differences are counted as equal everywhere."""
    margin: float
    """The largest acceptable loss where the settings name none."""
    typical_deviation: float
    """Standard deviation of the paired differences that the bets are aimed at, and that the planner assumes until there
    are enough pairs. A wrong one costs pairs, never a promise."""
    value: Callable[[ArmColumns, Cuts], Floats]
    """The number of every outcome, shape (n,); NaN where it is not known."""

    @property
    def span(self) -> float:
        """Paired differences lie in [-span, span]."""
        return self.high - self.low

    def steps(self, incumbent: Floats, candidate: Floats) -> Integers:
        """The paired differences of known values in whole steps of the last decimal, larger is better; shapes (n,)."""
        size = float(10**self.decimals)
        gap, before = candidate * size, incumbent * size
        np.rint(gap, out=gap)
        gap -= np.rint(before, out=before)
        gap *= self.better.value
        return gap.astype(np.int64)

    def differences(self, incumbent: Floats, candidate: Floats) -> Floats:
        """Candidate minus incumbent in the metric's unit, signed so that larger is better; NaN where not known."""
        size = 10**self.decimals
        # Adding zero turns -0.0 into 0.0.
        gaps: Floats = self.better.value * (np.rint(candidate * size) - np.rint(incumbent * size)) / size + 0.0
        return gaps


def quality(arm: ArmColumns, _cuts: Cuts) -> Floats:
    """The judge's points in [0, 100], and 0 for what the model made unusable, shape (n,).

    NaN where the picture was not judged and where the arm could not be asked.
    """
    judged = arm.scores.get(JUDGE, np.full(arm.latency.shape, np.nan))
    points: Floats = np.where(arm.failed_hard, WORST_QUALITY, judged)
    points[arm.not_asked] = np.nan
    return points


def unjudged(arm: ArmColumns, points: Floats) -> Booleans:
    """Where the model made a picture and only the judge's points are missing, shape (n,)."""
    return np.isnan(points) & ~arm.not_asked


def layer_failed(arm: ArmColumns, layer: str, cuts: Cuts) -> Booleans:
    """Where the outcome fails this layer: a hard failure, or a score strictly below the layer's cut; shape (n,)."""
    failed = arm.hard_failures[layer].given
    if layer in cuts:
        failed = failed | (arm.scores[layer] < cuts[layer])
    return failed


def gate_failed(arm: ArmColumns, cuts: Cuts) -> Booleans:
    """Where the outcome fails the gate: a refusal, a failure, or any layer failed; shape (n,)."""
    failed = arm.failed_hard
    for layer in arm.scores.keys() & cuts.keys():
        failed = failed | (arm.scores[layer] < cuts[layer])
    return failed


def gate_failures(arm: ArmColumns, cuts: Cuts) -> Floats:
    """1 where the outcome fails the gate, 0 where it passes, NaN where the arm could not be asked; shape (n,)."""
    failures: Floats = gate_failed(arm, cuts).astype(np.float64)
    failures[arm.not_asked] = np.nan
    return failures


def tail_rate(arm: ArmColumns, cuts: Cuts) -> Floats:
    """1 where quality lies below the baseline's tail cut, what the model made unusable among it; shape (n,).

    NaN where quality is not known, and everywhere while there is no tail cut.
    """
    points = quality(arm, cuts)
    below: Floats = (points < cuts.get(TAIL_CUT, np.nan)).astype(np.float64)
    below[np.isnan(points)] = np.nan
    return below if TAIL_CUT in cuts else np.full(points.shape, np.nan)


def errors(arm: ArmColumns, _cuts: Cuts) -> Floats:
    """1 where the model refused or failed at the first attempt, 0 where it made a picture; shape (n,).

    NaN where the arm could not be asked, and where infrastructure made a second attempt necessary: a live call has one
    attempt only, and only equal chances are compared.
    """
    failed: Floats = arm.kinds.among(*MODEL_FAILURES).astype(np.float64)
    failed[arm.not_asked | (arm.attempts > 1)] = np.nan
    return failed


def similarity(arm: ArmColumns, _cuts: Cuts) -> Floats:
    """Cosine between the brief and the picture, shape (n,); NaN where it was not embedded."""
    return arm.scores.get(SIMILARITY, np.full(arm.latency.shape, np.nan))


# Typical deviations of the paired differences: 18 points for quality, made of 10.7 for judge scores in steps of five
# and of 3.3 % of pairs in which one arm scores 0; for shares the square root of the share of pairs in which only one
# arm has the mark: 3.3 % fail, 14.5 % lie in the tail, 1 % err; cosines differ by 0.028.
METRICS: tuple[Metric, ...] = (
    Metric(
        name="quality",
        unit="points",
        better=Better.HIGHER,
        low=0.0,
        high=100.0,
        decimals=2,
        margin=2.0,
        typical_deviation=18.0,
        value=quality,
    ),
    Metric(
        name="tail_rate",
        unit="share",
        better=Better.LOWER,
        low=0.0,
        high=1.0,
        decimals=0,
        margin=0.04,
        typical_deviation=0.38,
        value=tail_rate,
    ),
    Metric(
        name="gate_failures",
        unit="share",
        better=Better.LOWER,
        low=0.0,
        high=1.0,
        decimals=0,
        margin=0.015,
        typical_deviation=0.182,
        value=gate_failures,
    ),
    Metric(
        name="errors",
        unit="share",
        better=Better.LOWER,
        low=0.0,
        high=1.0,
        decimals=0,
        margin=0.01,
        typical_deviation=0.1,
        value=errors,
    ),
    Metric(
        name="similarity",
        unit="cosine",
        better=Better.HIGHER,
        low=-1.0,
        high=1.0,
        decimals=4,
        margin=0.01,
        typical_deviation=0.028,
        value=similarity,
    ),
)
"""The guards that every question asks unless it is told otherwise; limits and style are in rooms of their own."""


def metric_named(name: str) -> Metric:
    """The metric of this name; raises ValueError with the legal names where there is none."""
    for metric in METRICS:
        if metric.name == name:
            return metric
    legal = ", ".join(metric.name for metric in METRICS)
    message = f"unknown metric {name!r}; legal: {legal}"
    raise ValueError(message)
