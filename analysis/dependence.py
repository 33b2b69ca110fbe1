"""Whether pairs may be counted singly: how much the differences within a campaign or session resemble each other."""

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.results import Dependence

TOLERATED = 1.1
"""Design effect up to which pairs are counted singly."""
ENOUGH = 30
"""Pairs beside another of their cluster before a design effect is believed."""


def dependence(differences: Floats, clusters: Integers) -> Dependence | None:
    """The intraclass correlation of differences (n,) in clusters (n,), where -1 is a cluster of its own; NaN left out.

    One-way analysis of variance with unequal sizes (Donner & Koval, Biometrics 36 (1980)); the design effect is
    1 + (sum of squared sizes / pairs - 1) times the correlation (Kish, "Survey Sampling" (1965)). None where hardly any
    pair has another of its cluster beside it.
    """
    if int((clusters >= 0).sum()) < ENOUGH:
        return None
    known = np.isfinite(differences)
    values, told = differences[known], clusters[known]
    alone = np.where(told < 0, -1 - np.arange(told.size), told)
    _, group = np.unique(alone, return_inverse=True)
    sizes = np.bincount(group) if group.size else np.zeros(0, dtype=np.int64)
    if int(sizes[sizes > 1].sum()) < ENOUGH or sizes.size < 2:
        return None
    correlation = _correlation(values, group.astype(np.int64), sizes)
    seen = float((sizes.astype(np.float64) ** 2).sum() / sizes.sum())
    return Dependence(
        clusters=int((sizes > 1).sum()),
        correlation=correlation,
        design_effect=1.0 + (seen - 1.0) * correlation,
        serial_correlation=_serial(values),
    )


def surely_dependent(differences: Floats, clusters: Integers, found: Dependence) -> bool:
    """Whether the design effect is above what is tolerated, and not by an accident of a few clusters.

    The correlation must stay above what is tolerated with two standard errors taken off (Donner & Koval's large-sample
    variance for sizes near their mean).
    """
    known = np.isfinite(differences) & (clusters >= 0)
    _, sizes = np.unique(clusters[known], return_counts=True)
    seen = (found.design_effect - 1.0) / found.correlation if found.correlation > 0 else 0.0
    if not seen > 0 or sizes.size < 2:
        return False
    mean_size = max(float(sizes.mean()), 1.0 + 1e-9)
    r = found.correlation
    error = np.sqrt(2 * (1 - r) ** 2 * (1 + (mean_size - 1) * r) ** 2 / (mean_size * (mean_size - 1) * sizes.size))
    return bool(1.0 + seen * (r - 2 * error) > TOLERATED)


def _correlation(values: Floats, group: Integers, sizes: Integers) -> float:
    groups, total = sizes.size, values.size
    if total <= groups:
        return 0.0
    means = np.bincount(group, weights=values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (groups - 1)
    within = float(((values - means[group]) ** 2).sum()) / (total - groups)
    size = (total - float((sizes.astype(np.float64) ** 2).sum()) / total) / (groups - 1)
    spread = between + (size - 1) * within
    return (between - within) / spread if spread > 0 else 0.0


def _serial(values: Floats) -> float:
    centred = values - values.mean()
    power = float((centred**2).sum())
    return float((centred[1:] * centred[:-1]).sum()) / power if power > 0 else 0.0
