"""How far a judge and people agree: rank correlation, agreement on bands, bias by arm, and whether that is enough.

Sources: Spearman (1904) with the interval of Bonett & Wright, Psychometrika 65 (2000); Kendall, Biometrika 33 (1945);
Cohen, Psychological Bulletin 70 (1968) for weighted kappa; Welch, Biometrika 34 (1947).
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

from analysis.arrays import Floats, Integers
from analysis.results import Agreement, Bias, Interval

BANDS = (20.0, 50.0, 70.0, 90.0)
"""Where the bands of the shipped rubric begin, points."""
LEVEL = 0.95
ENOUGH = 50
"""Pictures below which nothing is said for the judge."""
CORRELATION = 0.5
"""Least rank correlation; its interval must stay above 0.3, so that chance cannot have made it."""
SURE_CORRELATION = 0.3
KAPPA = 0.4
"""Least weighted kappa: "moderate" begins there (Landis & Koch, Biometrics 33, 1977)."""
INCUMBENT, CANDIDATE = "incumbent", "candidate"


def agreement(human: Floats, judge: Floats, arms: Sequence[str], *, margin: float) -> Agreement:
    """Judge against people on the same pictures, shapes (n,) in points of [0, 100], n at least 1.

    `arms` says whose picture each is, "" where nobody said. `margin` is how much the judge may favour the candidate,
    points: what it favours one arm by goes straight into the verdict.
    """
    varies = len(human) > 2 and np.ptp(human) > 0 and np.ptp(judge) > 0
    spearman = float(stats.spearmanr(human, judge).statistic) if varies else None
    gaps, whose = judge - human, np.array(arms, dtype=object)
    by_arm = {arm: _bias(gaps[whose == arm]) for arm in (INCUMBENT, CANDIDATE) if (whose == arm).any()}
    favour = _favour(gaps[whose == INCUMBENT], gaps[whose == CANDIDATE])
    bands = [np.digitize(values, BANDS) for values in (human, judge)]
    kappa = weighted_kappa(bands[0], bands[1], len(BANDS) + 1)
    interval = None if spearman is None else _of_correlation(spearman, len(human))
    return Agreement(
        pictures=len(human),
        spearman=spearman,
        spearman_interval=interval,
        kendall=float(stats.kendalltau(human, judge).statistic) if varies else None,
        kappa=kappa,
        same_band=float((bands[0] == bands[1]).mean()),
        distance=float(np.abs(gaps).mean()),
        bias=_bias(gaps),
        arms=by_arm,
        favour=favour,
        doubts=tuple(_doubts(len(human), spearman, interval, kappa, favour, margin)),
    )


def weighted_kappa(one: Integers, other: Integers, bands: int) -> float | None:
    """Agreement beyond chance of two ratings in 0, 1, ..., bands - 1, shapes (n,), with quadratic weights.

    1 is perfect, 0 what chance would give; None where both use one and the same band only.
    """
    table = np.zeros((bands, bands))
    np.add.at(table, (one, other), 1.0 / len(one))
    weights = (np.arange(bands)[:, None] - np.arange(bands)[None, :]) ** 2
    expected = float((weights * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    return 1.0 - float((weights * table).sum()) / expected if expected > 0 else None


def _doubts(
    pictures: int,
    spearman: float | None,
    interval: Interval | None,
    kappa: float | None,
    favour: Bias | None,
    margin: float,
) -> list[str]:
    found = ["too few pictures"] if pictures < ENOUGH else []
    if spearman is None or interval is None or spearman < CORRELATION or interval.low < SURE_CORRELATION:
        found.append("ranks differently")
    if kappa is None or kappa < KAPPA:
        found.append("bands differ")
    if favour is None or favour.interval is None:
        return [*found, "arms not told apart"]
    if favour.interval.low > margin or favour.interval.high < -margin:
        return [*found, "favours an arm"]
    if favour.interval.high > margin or favour.interval.low < -margin:
        return [*found, "may favour an arm"]
    return found


def _bias(gaps: Floats) -> Bias:
    mean, size = float(gaps.mean()), gaps.size
    if size < 2:
        return Bias(pictures=size, mean=mean, interval=None)
    half = float(stats.t.ppf((1 + LEVEL) / 2, size - 1) * gaps.std(ddof=1)) / math.sqrt(size)
    return Bias(pictures=size, mean=mean, interval=_around(mean, half))


def _favour(incumbent: Floats, candidate: Floats) -> Bias | None:
    """Welch's interval for the difference of two means."""
    if incumbent.size < 2 or candidate.size < 2:
        return None
    mean = float(candidate.mean() - incumbent.mean())
    parts = [float(gaps.var(ddof=1)) / gaps.size for gaps in (incumbent, candidate)]
    total = sum(parts)
    freedom = total**2 / sum(
        part**2 / (gaps.size - 1) for part, gaps in zip(parts, (incumbent, candidate), strict=True)
    ) if total > 0 else math.inf  # fmt: skip
    half = float(stats.t.ppf((1 + LEVEL) / 2, freedom)) * math.sqrt(total)
    return Bias(pictures=incumbent.size + candidate.size, mean=mean, interval=_around(mean, half))


def _of_correlation(value: float, size: int) -> Interval:
    """Fisher's transformation with the variance of Bonett & Wright; the whole range below four pictures."""
    if size < 4 or abs(value) >= 1:
        low = -1.0 if size < 4 else value
        return Interval(low=low, high=1.0 if size < 4 else value, level=LEVEL, anytime=False)
    half = float(stats.norm.ppf((1 + LEVEL) / 2)) * math.sqrt((1 + value**2 / 2) / (size - 3))
    low, high = (math.tanh(math.atanh(value) + sign * half) for sign in (-1, 1))
    return Interval(low=low, high=high, level=LEVEL, anytime=False)


def _around(mean: float, half: float) -> Interval:
    return Interval(low=mean - half, high=mean + half, level=LEVEL, anytime=False)
