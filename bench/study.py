"""Simulated migrations with a known truth: paired tied judge scores, gate failures, segments.

One score is clip(round(92 + 7 B - 6 H + 6 e - 4 G + 3 J), 0, 100) with B, e, J normal and G, H exponential; B and H are
shared by the pair, 60 % of the answers are rounded to a multiple of five. That gives a mean of 81.7, a standard
deviation of 11.6, paired differences of 10.7. Gate failures are a probit pair with correlation 0.5 and score 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Marks = NDArray[np.bool_]

PAIRS = 5000
SEGMENT_SHARES = (0.40, 0.25, 0.15, 0.10, 0.10)
ROUNDED = 0.6
FAILING = 0.02
MARGIN = 2.0
TAIL_CUT = 66
"""The least score that at least a tenth of the incumbent's sound pictures lie below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """How the candidate differs."""

    shift: float = 0.0
    spoiled: float = 0.0
    """Share of its pictures that lose 40 points."""
    segment_loss: float = 0.0
    """Points that the smallest segment loses."""
    noise: float = 1.0
    failing: float = FAILING
    drift: float = 0.0
    """Points lost from pair 1501 on."""
    acceptable: bool | None = None
    """None: exactly on the line, where neither GO nor ROLLBACK may come in more than 5 % of runs."""


SCENARIOS: Mapping[str, Truth] = {
    "identical": Truth(acceptable=True),
    "mean -1": Truth(shift=-1, acceptable=True),
    "quality -2 (margin)": Truth(shift=-2.15),
    "mean -3": Truth(shift=-3, acceptable=False),
    "mean -5": Truth(shift=-5, acceptable=False),
    "8 % lose 40": Truth(spoiled=0.08, acceptable=False),
    "segment -10": Truth(segment_loss=10, acceptable=False),
    "mean +3": Truth(shift=3, acceptable=True),
    "tail +4 % (margin)": Truth(spoiled=0.0464),
    "segment -5 (margin)": Truth(segment_loss=5.3),
    "gate 3.5 % (margin)": Truth(failing=0.035),
    "gate 6 %": Truth(failing=0.06, acceptable=False),
    "-6 from 1501 on": Truth(drift=-6, acceptable=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One simulated migration, each of shape (n,)."""

    incumbent: Integers
    """Quality: 0 where the gate failed."""
    candidate: Integers
    incumbent_failed: Integers
    candidate_failed: Integers
    segments: Integers


def stream(
    truth: Truth, generator: np.random.Generator, pairs: int = PAIRS, shares: Sequence[float] = SEGMENT_SHARES
) -> Stream:
    """One run of a scenario; `shares` are those of the segments."""
    shared = 92 + 7 * generator.standard_normal(pairs) - 6 * generator.exponential(size=pairs)
    segments = generator.choice(len(shares), pairs, p=shares)
    change = np.full(pairs, float(truth.shift))
    change -= 40 * (generator.random(pairs) < truth.spoiled)
    change -= truth.segment_loss * (segments == len(shares) - 1)
    change += truth.drift * (np.arange(pairs) >= 1500)
    before = _scored(shared + _own(generator, pairs, 1.0), generator)
    after = _scored(shared + _own(generator, pairs, truth.noise) + change, generator)
    failed = _failures(truth.failing, generator, pairs)
    return Stream(
        incumbent=np.where(failed[0], 0, before),
        candidate=np.where(failed[1], 0, after),
        incumbent_failed=failed[0].astype(np.int64),
        candidate_failed=failed[1].astype(np.int64),
        segments=segments,
    )


def _own(generator: np.random.Generator, pairs: int, noise: float) -> Floats:
    parts = 6 * generator.standard_normal(pairs) - 4 * (generator.exponential(size=pairs) - 1)
    found: Floats = noise * (parts + 3 * generator.standard_normal(pairs)) - 4
    return found


def _scored(values: Floats, generator: np.random.Generator) -> Integers:
    coarse = generator.random(values.size) < ROUNDED
    found: Integers = np.clip(np.where(coarse, 5 * np.rint(values / 5), np.rint(values)), 0, 100).astype(np.int64)
    return found


def _failures(candidate: float, generator: np.random.Generator, pairs: int) -> Marks:
    shared = generator.standard_normal(pairs)
    places = np.sqrt(0.5) * (shared + generator.standard_normal((2, pairs)))
    cuts = np.array([NormalDist().inv_cdf(share) for share in (FAILING, candidate)])
    found: Marks = places < cuts[:, None]
    return found
