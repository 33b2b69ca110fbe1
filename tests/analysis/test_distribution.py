"""Distributions side by side, against scipy and published values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from analysis import distribution

FIRST = np.array([85, 90, 75, 80, 95, 60, 85, 70, 88, 90, 100, 85], dtype=float)
SECOND = np.array([80, 90, 70, 85, 90, 55, 85, 60, 88, 85, 95, 80], dtype=float)
samples = st.lists(st.integers(0, 30).map(float), min_size=1, max_size=40).map(np.array)


def test_vector_of_twelve_pairs() -> None:
    """Twelve pairs give the published gap and p-value (V7)."""
    found = distribution.kolmogorov_smirnov(FIRST, SECOND)
    assert found.gap == pytest.approx(1 / 12, abs=1e-9)
    assert found.p_value == pytest.approx(1.0, abs=1e-9)
    assert found.candidate_lower


@given(samples, samples)
def test_the_gap_is_the_largest_anywhere(first: np.ndarray, second: np.ndarray) -> None:
    """No value parts the two shares below it more than the one named, and the direction is the one there."""
    found = distribution.kolmogorov_smirnov(first, second)
    gaps = [abs((first <= place).mean() - (second <= place).mean()) for place in (*first, *second)]
    assert found.gap == pytest.approx(max(gaps), abs=1e-12)
    gap_there = (second <= found.at).mean() - (first <= found.at).mean()
    assert abs(gap_there) == pytest.approx(found.gap, abs=1e-12)
    assert found.candidate_lower == (gap_there > 0)


def test_the_gap_is_that_of_scipy() -> None:
    """Gap, place and direction agree with scipy on tied samples of unequal size."""
    generator = np.random.default_rng(5)
    first, second = generator.integers(0, 30, 200).astype(float), generator.integers(2, 30, 150).astype(float)
    found, expected = distribution.kolmogorov_smirnov(first, second), stats.ks_2samp(first, second, method="asymp")
    assert found.gap == pytest.approx(expected.statistic, abs=1e-12)
    assert found.at == expected.statistic_location
    assert found.candidate_lower == (expected.statistic_sign < 0)


def test_the_tail_is_that_of_scipy() -> None:
    """Both series of the Kolmogorov distribution give scipy's tail, also where they meet and far out."""
    for statistic in (0.05, 0.2, 0.5, 1.0, 1.1799, 1.18, 1.5, 3.0):
        assert distribution.kolmogorov_tail(statistic) == pytest.approx(special.kolmogorov(statistic), abs=1e-14)
    assert distribution.kolmogorov_tail(0.0) == 1.0


def test_the_p_value_is_near_the_exact_one() -> None:
    """On five hundred values per arm the asymptotic p-value is within a tenth of the exact one."""
    generator = np.random.default_rng(3)
    first, second = generator.normal(0, 1, 500), generator.normal(0.15, 1, 500)
    exact = stats.ks_2samp(first, second, method="exact").pvalue
    assert distribution.kolmogorov_smirnov(first, second).p_value == pytest.approx(exact, rel=0.1)


def test_percentiles_are_values_that_occurred() -> None:
    """Percentiles come from the inverse distribution function, never between two values, with their shift."""
    shifts = distribution.percentile_shifts(np.arange(1.0, 21.0), np.arange(1.0, 21.0) + 5)
    assert [shift.percentile for shift in shifts] == [5, 10, 25, 50, 75, 90, 95]
    assert [shift.incumbent for shift in shifts] == [1, 2, 5, 10, 15, 18, 19]
    assert {shift.shift for shift in shifts} == {5}


def test_a_mean_shift_moves_tied_percentiles_in_jumps() -> None:
    """With most values tied the median moves by whole steps or not at all."""
    tied = np.repeat([70.0, 80.0, 90.0], 10)
    moved = distribution.percentile_shifts(tied, np.repeat([70.0, 75.0, 90.0], 10))
    assert {shift.percentile: shift.shift for shift in moved} == {5: 0, 10: 0, 25: 0, 50: -5, 75: 0, 90: 0, 95: 0}


def test_a_score_in_points() -> None:
    """A score is described in both arms on the fixed edges, missing values left out."""
    before = np.array([0.0, 4.9, 50.0, 100.0, np.nan])
    after = np.array([5.0, 50.0, np.nan, np.nan, np.nan])
    found = distribution.compare(
        before, after, name="judge", kind="score", layer="judge", edges=distribution.POINTS, cut=40.0
    )
    assert found is not None
    assert (found.incumbent_count, found.candidate_count, found.cut) == (4, 2, 40.0)
    assert found.incumbent_mean == pytest.approx(38.725)
    assert found.candidate_mean == 27.5
    assert found.incumbent_deviation == pytest.approx(np.std([0, 4.9, 50, 100], ddof=1))
    assert len(found.edges) == 21
    assert (found.incumbent_histogram[0], found.incumbent_histogram[10], found.incumbent_histogram[19]) == (2, 1, 1)
    assert (found.candidate_histogram[1], found.candidate_histogram[10]) == (1, 1)
    assert found.standardised_shift == pytest.approx((27.5 - 38.725) / found.incumbent_deviation)


@given(samples, samples)
def test_histograms_add_up(first: np.ndarray, second: np.ndarray) -> None:
    """Every value is drawn, outliers in the outermost bins, whatever the edges."""
    found = distribution.compare(first, second, name="saturation", kind="feature", layer="properties")
    assert found is not None
    assert sum(found.incumbent_histogram) == found.incumbent_count == first.size
    assert sum(found.candidate_histogram) == found.candidate_count == second.size
    assert len(found.edges) == len(found.incumbent_histogram) + 1
    assert list(found.edges) == sorted(set(found.edges))


def test_an_outlier_does_not_flatten_the_chart() -> None:
    """The edges follow the bulk of the values; one value a thousand times larger lands in the last bin."""
    values = np.concatenate((np.linspace(0, 1, 999), [1000.0]))
    found = distribution.compare(values, values, name="sharpness", kind="feature", layer="properties")
    assert found is not None
    assert found.edges[-1] < 2
    assert found.incumbent_histogram[-1] > 1


def test_an_arm_without_values_is_not_described() -> None:
    """With nothing known in one arm there is nothing to compare."""
    nothing = np.array([np.nan, np.nan])
    assert distribution.compare(nothing, FIRST, name="judge", kind="score", layer="judge") is None
    assert distribution.compare(FIRST, nothing, name="judge", kind="score", layer="judge") is None


def test_a_single_constant_value() -> None:
    """One value in each arm has no deviation and still a histogram."""
    found = distribution.compare(np.array([3.0]), np.array([3.0]), name="x", kind="feature", layer="properties")
    assert found is not None
    assert (found.incumbent_deviation, found.standardised_shift) == (0.0, None)
    assert (found.ks.gap, found.ks.candidate_lower, found.ks.p_value) == (0.0, False, 1.0)
    assert sum(found.incumbent_histogram) == 1
