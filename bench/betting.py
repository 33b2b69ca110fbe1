"""The product's own rule on simulated migrations: the same guards, stakes and weights, at all looks at once."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.guarding import AHEAD, OTHER, Guard, Part, of
from analysis.question import Question
from analysis.restarts import EVERY, shares
from analysis.sequences import log_factors
from analysis.stakes import Stakes
from bench.said import LOOK, LOOKS, Said, first, sizes
from bench.study import MARGIN, PAIRS, SEGMENT_SHARES, TAIL_CUT, Floats, Integers, Marks, Stream

LEAST = 200
THRESHOLD = math.log(20)
ASKED = Question(
    margins={"quality": MARGIN, "tail_rate": 0.04, "gate_failures": 0.015},
    segments=tuple(f"s{number}" for number in range(len(SEGMENT_SHARES) - 1)),
)
"""The smallest segment is the undeclared rest."""
StakesOf = Callable[[Guard], Stakes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """One way to bet and to weigh; the default is the product's."""

    guards: tuple[Guard, ...] = of(ASKED)
    go: StakesOf = lambda guard: guard.for_go
    rollback: StakesOf = lambda guard: guard.for_rollback
    restarts: StakesOf = lambda guard: guard.for_restarts
    ahead: int = AHEAD


def ours(run: Stream, design: Design | None = None) -> Said:
    """The verdict of this product: quality, tail, gate failures, five segments, restarts."""
    return first(*looks(run, design))


def looks(run: Stream, design: Design | None = None) -> tuple[Marks, Marks]:
    """Where this product's verdict is GO, and where ROLLBACK, each of shape (LOOKS,)."""
    how = design or Design()
    go, rollback = np.ones(LOOKS, dtype=np.bool_), np.zeros(LOOKS)
    for guard in how.guards:
        span = guard.metric.span
        steps, inside = differences(run, guard)
        go &= evidence(steps, inside, -guard.margin, -span, how.go(guard)) >= THRESHOLD
        against = evidence(steps, inside, -guard.margin, span, how.rollback(guard))
        rollback += guard.weight * np.exp(np.minimum(against, 600))
        if guard.restart_weight:
            stakes = how.restarts(guard)
            blocks = wealth_of(steps, inside, -guard.margin, span, stakes)
            rollback += guard.restart_weight * _restarted(blocks, stakes, how.ahead)
    go &= sizes() >= LEAST
    return go, rollback >= 20


def differences(run: Stream, guard: Guard) -> tuple[Integers, Marks]:
    """The guard's paired differences, larger is better, and which pairs it looks at; shapes (PAIRS,)."""
    values = {
        "quality": (run.incumbent, run.candidate),
        "tail_rate": (run.incumbent < TAIL_CUT, run.candidate < TAIL_CUT),
        "gate_failures": (run.incumbent_failed, run.candidate_failed),
    }
    before, after = (arm.astype(np.int64) for arm in values[guard.metric.name])
    inside = np.ones(PAIRS, dtype=np.bool_)
    if guard.part is Part.SEGMENT:
        inside = run.segments == (len(SEGMENT_SHARES) - 1 if guard.segment == OTHER else int(guard.segment[1:]))
    return guard.metric.better.value * (after - before), inside


def evidence(steps: Integers, inside: Marks, boundary: float, worst: float, stakes: Stakes) -> Floats:
    """ln of the e-value at each look, shape (looks,)."""
    return average(wealth_of(steps, inside, boundary, worst, stakes).cumsum(axis=0), stakes)


def wealth_of(steps: Integers, inside: Marks, boundary: float, worst: float, stakes: Stakes) -> Floats:
    """ln of what the pairs of each look multiply each of k bets with, shape (looks, k)."""
    values, codes = np.unique(steps, return_inverse=True)
    factors = log_factors(values.astype(np.float64), boundary=boundary, worst=worst, stakes=stakes)
    look = np.arange(PAIRS) // LOOK
    table = np.bincount((look * values.size + codes)[inside], minlength=LOOKS * values.size)
    found: Floats = table.reshape(LOOKS, values.size) @ factors.T
    return found


def average(logs: Floats, stakes: Stakes) -> Floats:
    """ln of the e-value from the logarithms of the bets, shape (..., k) to (...)."""
    highest = logs.max(axis=-1)
    found: Floats = highest + np.log(np.exp(logs - highest[..., None]) @ stakes.weights)
    return found


def _restarted(blocks: Floats, stakes: Stakes, ahead: int) -> Floats:
    copies = PAIRS // EVERY
    weights = shares(copies, ahead)
    found = np.full(LOOKS, weights[-1])
    whole = np.concatenate((np.zeros((1, blocks.shape[1])), blocks.cumsum(axis=0)))
    for copy, share in enumerate(weights[:-1], start=1):
        start = copy * EVERY // LOOK
        found[:start] += share
        if start < LOOKS:
            begun = average(whole[start + 1 :] - whole[start], stakes)
            found[start:] += share * np.exp(np.minimum(begun, 600))
    return found
