"""Different look or less variety: the arms' pictures compared in the embedding space. Described, never decided on.

A judge says whether a picture is good; two models may be equally good and yet paint differently, and one may answer
ever the same picture. Both show where every picture is a point: the first as two clouds that lie apart (the kernel
two-sample test), the second as a cloud that is smaller.
"""

import math

import numpy as np

from analysis.arrays import Floats, Integers, Singles
from analysis.columns import Ledger
from analysis.results import Appearance

LEAST = 20
"""Pairs below which nothing is said."""
MOST = 1000
"""Pairs compared at most, evenly spread over those there are: beyond it a report would take too long."""
SWAPS = 999
DRAWS = 999
LEVEL = 0.95
ALARM = 0.01
"""p-value from which the looks are called different: everything here is one of many things a report shows."""
DECIMALS = 9
TINY = 1e-6
"""Distances below it are the rounding of single precision: pictures that are one."""


def compared(rows: Integers) -> Integers:
    """The rows that are compared, evenly spread over those given."""
    if rows.size <= MOST:
        return rows
    return rows[np.linspace(0, rows.size - 1, MOST).round().astype(np.int64)]


def capture_ids(ledger: Ledger, rows: Integers) -> tuple[str, ...]:
    """The pairs whose vectors are wanted."""
    return tuple(ledger.capture_ids[compared(rows)])


def appearance(incumbent: Singles, candidate: Singles, *, space: str, seed: int = 0) -> Appearance | None:
    """How the pictures of two arms lie to each other, shapes (n, length), rows of unit length, row i of one brief.

    None below `LEAST` pairs. Valid for one planned look; seeded, so that the same pairs give the same numbers.
    """
    if len(incumbent) < LEAST:
        return None
    generator = np.random.default_rng(seed)
    before, after = incumbent.astype(np.float64), candidate.astype(np.float64)
    distance, p_value = kernel_distance(before, after, generator)
    change, low, high = variety_change(before, after, generator)
    return Appearance(
        pairs=len(before),
        space=space,
        distance=distance,
        p_value=p_value,
        alarm=ALARM,
        shift=_shift(before, after),
        variety_incumbent=variety(before),
        variety_candidate=variety(after),
        change=change,
        interval=(low, high),
        level=LEVEL,
        vendi_incumbent=vendi(before),
        vendi_candidate=vendi(after),
    )


def kernel_distance(incumbent: Floats, candidate: Floats, generator: np.random.Generator) -> tuple[float, float]:
    """The squared maximum mean discrepancy of two samples (n, d), and the p-value of swapping the pictures of pairs.

    MMD^2 = mean over i != j of H_ij, H_ij = k(x_i, x_j) + k(y_i, y_j) - k(x_i, y_j) - k(y_i, x_j), with a Gaussian
    kernel whose width is the median distance of the pooled sample (Gretton et al., "A kernel two-sample test", JMLR 13
    (2012)). The two pictures of a pair answer one brief, so under "which arm made which does not matter" exactly the
    swaps within pairs are equally likely; a swap of pair i only changes the sign of row and column i of H, so each of
    the 999 random swaps costs one product of a row of signs with H.
    """
    pairs = _cross(incumbent, candidate)
    signs = generator.integers(0, 2, (SWAPS, len(pairs))) * 2.0 - 1.0
    swapped = np.einsum("sj,sj->s", signs @ pairs, signs)
    observed = float(pairs.sum())
    as_far = int((np.round(swapped, DECIMALS) >= round(observed, DECIMALS)).sum())
    size = len(pairs)
    return observed / (size * (size - 1)), (as_far + 1) / (SWAPS + 1)


def _cross(incumbent: Floats, candidate: Floats) -> Floats:
    """H, shape (n, n), its diagonal left out."""
    squared = [
        _squared_distances(one, other)
        for one, other in ((incumbent, incumbent), (candidate, candidate), (incumbent, candidate))
    ]
    upper = np.triu_indices(len(incumbent), 1)
    # Distances between different briefs, both ways across: a swap must not change the width.
    apart = [part[upper] for part in (*squared, squared[2].T)]
    width = float(np.median(np.concatenate(apart)))
    kernels = [np.exp(-part / max(width, TINY)) for part in squared]
    pairs: Floats = kernels[0] + kernels[1] - kernels[2] - kernels[2].T
    np.fill_diagonal(pairs, 0.0)
    return pairs


def _squared_distances(one: Floats, other: Floats) -> Floats:
    """Between rows of unit length."""
    found: Floats = np.maximum(0.0, 2.0 - 2.0 * (one @ other.T))
    return found


def _shift(incumbent: Floats, candidate: Floats) -> float:
    """How far the centre moved, in root mean square distances of the incumbent's pictures from their own centre.

    The squared length of the mean difference without the terms of a pair with itself: chance alone moves nothing.
    """
    gaps, size = candidate - incumbent, len(incumbent)
    squared = (float((gaps.sum(axis=0) ** 2).sum()) - float((gaps**2).sum())) / (size * (size - 1))
    spread = math.sqrt(float(((incumbent - incumbent.mean(axis=0)) ** 2).sum(axis=1).mean()))
    return math.sqrt(max(0.0, squared)) / spread if spread > 0 else 0.0


def variety(vectors: Floats) -> float:
    """Mean cosine distance (1 - cosine) of two pictures of one arm, rows of unit length; 0 where all agree."""
    size = len(vectors)
    total = float((vectors.sum(axis=0) ** 2).sum())
    return 1.0 - (total - float((vectors**2).sum())) / (size * (size - 1))


def variety_change(incumbent: Floats, candidate: Floats, generator: np.random.Generator) -> tuple[float, float, float]:
    """By which share the candidate's variety is larger, and the 95 % interval of that over the briefs.

    Bootstrap over pairs, so that both arms always answer the same briefs (Efron & Tibshirani, "An Introduction to the
    Bootstrap" (1993), percentile intervals). A brief drawn twice is not compared with itself.
    """
    size = len(incumbent)
    weights = generator.multinomial(size, np.full(size, 1.0 / size), DRAWS).astype(np.float64)
    ratios = _weighted(candidate, weights) / _weighted(incumbent, weights)
    change = max(variety(candidate), TINY) / max(variety(incumbent), TINY) - 1.0
    low, high = np.quantile(ratios, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return change, float(low) - 1.0, float(high) - 1.0


def _weighted(vectors: Floats, weights: Floats) -> Floats:
    """The variety of each draw; weights (draws, n) say how often each row was drawn."""
    among = weights.sum(axis=1) ** 2 - (weights**2).sum(axis=1)
    total = ((weights @ vectors) ** 2).sum(axis=1) - (weights**2) @ (vectors**2).sum(axis=1)
    found: Floats = np.maximum(1.0 - total / among, TINY)
    return found


def vendi(vectors: Floats) -> float:
    """The effective number of different pictures: exp of the entropy of the eigenvalues of cosines / n; 1 to n.

    Friedman & Dieng, "The Vendi Score: A Diversity Evaluation Metric for Machine Learning", TMLR (2023). The n x n
    cosines and the d x d products have the same eigenvalues but for zeros; the smaller ones are taken.
    """
    products = vectors @ vectors.T if len(vectors) <= vectors.shape[1] else vectors.T @ vectors
    values = np.linalg.eigvalsh(products / len(vectors))
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()))
