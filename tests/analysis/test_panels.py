"""The panels of the report, held to values from scipy and from brute force."""

import itertools
import math

import numpy as np
import pytest

from analysis.panels import panel
from analysis.panels.bands import cdf_band
from analysis.panels.classical import classical, mcnemar_p
from analysis.panels.permutation import swap_p
from analysis.panels.shifts import log_e_shift, mid_quantile, shift_bands
from analysis.sequences import Histogram, bound

X = np.array([85, 90, 75, 80, 95, 60, 85, 70, 88, 90, 100, 85.0])
Y = np.array([80, 90, 70, 85, 90, 55, 85, 60, 88, 85, 95, 80.0])
CUTS = np.arange(100.0)


def correlated(size: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """The published pairs."""
    generator = np.random.default_rng(123)
    before = np.clip(np.rint(82 + 10 * generator.standard_normal(size)), 0, 100)
    return before, np.clip(np.rint(before + 6 * generator.standard_normal(size)), 0, 100)


def test_published_classical_numbers() -> None:
    """Each number is scipy's of the published example."""
    found = {item.name: item for item in classical(X, Y)}
    assert found["Kolmogorov-Smirnov"].statistic == pytest.approx(1 / 12, abs=1e-9)
    assert found["Kolmogorov-Smirnov"].p_value == pytest.approx(1, abs=1e-9)
    assert found["Mann-Whitney"].statistic == 82.5
    assert found["Mann-Whitney"].p_value == pytest.approx(0.559139871296, abs=1e-9)
    assert found["Wilcoxon"].statistic == 7.5
    assert found["Wilcoxon"].p_value == pytest.approx(0.0193489802003, abs=1e-9)
    assert found["paired t"].statistic == pytest.approx(-2.96647939484, abs=1e-9)
    assert found["paired t"].p_value == pytest.approx(0.0128258311593, abs=1e-9)
    assert found["Wasserstein"].statistic == pytest.approx(3.33333333333 / X.std(ddof=1), abs=1e-9)


def test_published_mcnemar() -> None:
    """The exact test of discordant counts."""
    assert mcnemar_p(12, 18) == pytest.approx(0.36159460805356514, abs=1e-12)
    assert mcnemar_p(5, 45) == pytest.approx(4.209852022540872e-09, rel=1e-9)
    assert mcnemar_p(0, 0) == 1.0


def test_equal_values_have_no_test() -> None:
    """Where nothing differs a test that cannot be made has no p-value, and no warning is raised."""
    found = {item.name: item for item in classical(X, X)}
    assert (found["Wilcoxon"].p_value, found["paired t"].p_value) == (None, None)


def test_swapping_is_that_of_all_swaps() -> None:
    """On the published example every swap is as wide; on a clear shift the p-value is that of all 4,096 swaps."""
    assert swap_p(X, Y, CUTS) == 1.0
    shifted = X - 12
    marks = (shifted[:, None] <= CUTS).astype(float) - (X[:, None] <= CUTS)
    observed = np.abs(marks.sum(axis=0)).max()
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=12)))
    exact = (np.abs(signs @ marks).max(axis=1) >= observed - 1e-9).mean()
    assert swap_p(X, shifted, CUTS) == pytest.approx(exact, abs=0.02)
    assert swap_p(np.zeros(50_001), np.zeros(50_001), CUTS) is None


def test_the_band_is_the_verdicts_interval_at_each_cut() -> None:
    """At one cut the band's ends are the bounds of the indicators' mean difference, each at its share of alpha."""
    before, after = correlated()
    low, high = cdf_band(before, after, CUTS, alpha=0.05)
    for cut in (60, 69, 82, 95):
        marks = Histogram.of_differences((after <= cut).astype(float) - (before <= cut))
        alpha = 0.05 / 200
        assert low[cut] == pytest.approx(bound(marks, worst=-1.0, alpha=alpha), abs=1e-9)
        assert high[cut] == pytest.approx(bound(marks, worst=1.0, alpha=alpha), abs=1e-9)


def test_published_evidence_on_a_percentile() -> None:
    """The least evidence over all places is the brute-force value, where it was found."""
    before, after = correlated()
    assert (before.sum(), after.sum()) == (32898, 32769)
    log_e, place = log_e_shift(before, after, share=0.1, loss=5.0)
    assert log_e == pytest.approx(-0.0936472933, abs=1e-9)
    assert 67 < place <= 68


def test_bands_close_in_on_the_shift() -> None:
    """With a true shift of -10 the band around the median holds it, and the mirrored side mirrors it."""
    generator = np.random.default_rng(3)
    before = generator.normal(60, 8, 1500).round()
    after = (before - 10 + generator.normal(0, 2, 1500)).round()
    bands = {band.percentile: band for band in shift_bands(before, after, alpha=0.05)}
    assert bands[50].low < -10 < bands[50].high < -5
    assert bands[50].mid_shift == pytest.approx(-10, abs=0.5)
    mirrored = {band.percentile: band for band in shift_bands(100 - before, 100 - after, alpha=0.05)}
    assert mirrored[50].low == pytest.approx(-bands[50].high)
    assert mirrored[5].high == pytest.approx(-bands[95].low)


def test_the_mid_quantile_moves_where_others_jump() -> None:
    """One more low score among many equal ones moves it a little."""
    tied = np.array([70.0] * 50 + [80.0] * 50)
    assert mid_quantile(tied, 0.5) == 75.0
    assert 70 < mid_quantile(np.array([70.0] * 51 + [80.0] * 49), 0.5) < 75.0


def test_what_is_sure_in_a_panel() -> None:
    """A fall is seen as more low values somewhere and never as fewer; an identical candidate shows nothing."""
    before, after = correlated(1500)
    worse = panel(before, after - 8, CUTS)
    same = panel(before, before, CUTS)
    assert worse is not None
    assert same is not None
    assert worse.surely_lower > 0.15
    assert worse.surely_higher == 0
    assert (same.surely_lower, same.surely_higher, same.swap_p) == (0, 0, 1.0)
    assert panel(np.array([1.0, math.nan]), np.array([1.0, 2.0]), CUTS) is None


def test_the_band_holds_at_every_look() -> None:
    """Of 60 identical candidates at 8 looks each at most a tenth ever shows a sure gap; the promise is 5 %."""
    generator = np.random.default_rng(12)
    wrong = 0
    for _ in range(60):
        shared = generator.normal(70, 9, 800)
        before, after = (np.clip(np.round(shared + generator.normal(0, 6, 800)), 0, 100) for _ in range(2))
        looks = (panel_ends(before[:size], after[:size]) for size in range(100, 801, 100))
        wrong += any(low > 0 or high < 0 for low, high in looks)
    assert wrong <= 6


def panel_ends(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """The largest low and the least high end of the band."""
    low, high = cdf_band(before, after, CUTS, alpha=0.05)
    return float(low.max()), float(high.min())
