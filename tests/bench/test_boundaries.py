"""The boundaries that others use, against published values (confseq and our own, to all digits given)."""

import numpy as np
import pytest

from bench.boundaries import (
    asymptotic_low,
    constant,
    dkw_constant,
    dkw_radius,
    growthbook_half_width,
    log_beta_binomial,
    log_gamma_exponential,
    log_normal_mixture,
    normal_boundary,
)


@pytest.mark.parametrize(
    ("v", "best_at", "two_sided", "published"),
    [(100, 500, False, 31.2135249769), (100, 500, True, 33.6388772578), (1000, 1000, False, 87.4708415997)],
)
def test_normal_mixture(v: float, best_at: float, two_sided: bool, published: float) -> None:
    """The sums that normal mixtures exclude at 5 % (V3)."""
    assert normal_boundary(v, best_at, 0.05, two_sided=two_sided) == pytest.approx(published, abs=1e-9)


def test_the_logarithm_of_the_normal_mixture() -> None:
    """Its constant and its value at one point (V3d)."""
    rho = constant(1000, 0.05)
    assert rho == pytest.approx(158.006349069, abs=1e-9)
    assert log_normal_mixture(80, 1000, rho) == pytest.approx(2.45119911233, abs=1e-9)


def test_growthbook() -> None:
    """Half the width of GrowthBook's interval is that of the two-sided mixture (V3f)."""
    assert growthbook_half_width(4, 1000, tuning=5000, alpha=0.05) == pytest.approx(0.212750940131, abs=1e-9)


def test_dkw() -> None:
    """The constants of the band of the distribution function, and its half width at four sizes (V4)."""
    assert [dkw_constant(alpha) for alpha in (0.05, 0.025)] == pytest.approx([8.12271934584, 8.62264928322], abs=1e-9)
    radii = [dkw_radius(size, alpha=0.05, least=100) for size in (100, 500, 1000, 5000)]
    assert radii == pytest.approx([0.242253270925, 0.114556882364, 0.0820477877091, 0.0374664056765], abs=1e-9)


@pytest.mark.parametrize(
    ("s", "v", "published"), [(3, 5, 0.144335955996), (10, 20, 0.903912774188), (-1, 5, -1.10831602167)]
)
def test_gamma_exponential(s: float, v: float, published: float) -> None:
    """The mixture of the empirical-Bernstein sequence (V5)."""
    found = log_gamma_exponential(s, v, scale=1.0, best_at=10, alpha=0.05)
    assert found == pytest.approx(published, abs=1e-9)


def test_beta_binomial() -> None:
    """The mixture of sums with two outcomes (V6)."""
    found = log_beta_binomial(4, 7.2, low=0.1, high=0.9, best_at=45, alpha=0.05)
    assert found == pytest.approx(0.660218112611, abs=1e-9)


@pytest.mark.parametrize(("size", "published"), [(100, -4.2118926), (500, -1.4363669), (1000, -1.0283967)])
def test_asymptotic_sequence(size: int, published: float) -> None:
    """The low end on the deterministic stream (V10a, to the digits published)."""
    place = np.arange(1, size + 1)
    low = asymptotic_low((37 * place + 11) % 41 - 20.0, best_at=1000, alpha=0.05)
    assert low == pytest.approx(published, abs=1e-7)
