"""Numbers that people know from single looks. Whoever watches them is misled."""

import warnings

import numpy as np

from analysis.arrays import Floats
from analysis.results import Classical


def classical(incumbent: Floats, candidate: Floats) -> tuple[Classical, ...]:
    """The fixed-sample numbers of paired values (n,), n at least 2; a test that cannot be made has no p-value."""
    # Heavy, and only a report asks for it.
    from scipy import stats

    spread = float(incumbent.std(ddof=1))
    differ = bool((candidate != incumbent).any())
    distance = float(stats.wasserstein_distance(incumbent, candidate))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # equal values and few pairs: the p-value is then missing, which is shown
        tests = (
            ("Kolmogorov-Smirnov", stats.ks_2samp(incumbent, candidate)),
            ("Mann-Whitney", stats.mannwhitneyu(incumbent, candidate)),
            (
                "Wilcoxon",
                stats.wilcoxon(candidate, incumbent, zero_method="pratt", method="asymptotic") if differ else None,
            ),
            ("paired t", stats.ttest_rel(candidate, incumbent)),
        )
    return (
        *(_told(name, result) for name, result in tests),
        Classical(name="Wasserstein", statistic=distance / spread if spread > 0 else None, p_value=None),
    )


def mcnemar_p(only_incumbent: int, only_candidate: int) -> float:
    """The exact two-sided McNemar p-value of discordant counts; 1 where there are none."""
    from scipy import stats

    pairs = only_incumbent + only_candidate
    return float(stats.binomtest(only_candidate, pairs, 0.5).pvalue) if pairs else 1.0


def _told(name: str, result: object) -> Classical:
    statistic, p_value = (float(getattr(result, part, np.nan)) for part in ("statistic", "pvalue"))
    return Classical(name=name, statistic=_known(statistic), p_value=_known(p_value))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
