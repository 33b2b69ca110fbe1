"""The spectral residual against another implementation, and where it must be."""

import numpy as np
import pytest
from PIL import Image as Pillow
from scipy import fft, ndimage

from shadow.gates.features import Grey
from shadow.gates.properties.salience import Window, outside, salience, subject

WHOLE = Window(left=0, top=0, right=1, bottom=1)


def with_motif(left: int, top: int, *, size: tuple[int, int] = (512, 512), side: int = 60) -> Grey:
    """A light square on a calm, slightly noisy ground."""
    ground = np.random.default_rng(9).normal(90, 4, size[::-1])
    ground[top : top + side, left : left + side] = 220
    return ground.astype(np.uint8)


def test_it_agrees_with_another_implementation(scene: Pillow.Image) -> None:
    """The formulas of the two papers with scipy's transforms and filters."""
    grey = np.asarray(scene.convert("L"))
    small = np.asarray(Pillow.fromarray(grey).resize((64, 64), Pillow.Resampling.BOX), dtype=float)
    jumps = np.zeros((64, 64))
    jumps[[0, -1]] = small[[-1, 0]] - small[[0, -1]]
    jumps[:, [0, -1]] += small[:, [-1, 0]] - small[:, [0, -1]]
    laplacian = np.zeros((64, 64))
    laplacian[[0, 0, 1, 0, -1], [0, 1, 0, -1, 0]] = (-4, 1, 1, 1, 1)
    poisson = fft.fft2(laplacian)
    poisson[0, 0] = 1
    spectrum = fft.fft2(small) - fft.fft2(jumps) / poisson
    logarithm, phase = np.log1p(np.abs(spectrum)), np.angle(spectrum)
    residual = logarithm - ndimage.uniform_filter(logarithm, 3, mode="wrap")
    shown = np.abs(fft.ifft2(np.exp(residual + 1j * phase))) ** 2
    expected = ndimage.gaussian_filter(shown, 2.5, mode="reflect")
    assert salience(grey) == pytest.approx(expected, rel=1e-3, abs=1e-6 * expected.max())


@pytest.mark.parametrize(("left", "top"), [(60, 60), (400, 60), (226, 226), (60, 400)])
def test_the_motif_is_the_subject(left: int, top: int) -> None:
    """Most of the salience lies around the one thing that is there, wherever it is."""
    weights = subject(salience(with_motif(left, top)))
    around = Window(left=(left - 40) / 512, top=(top - 40) / 512, right=(left + 100) / 512, bottom=(top + 100) / 512)
    assert outside(weights, around) < 0.1


def test_sides_are_not_salient_by_themselves() -> None:
    """A gradient that ends where it does not begin has no jump at its sides."""
    ramp = np.linspace(0, 255, 512).astype(np.uint8)[None, :].repeat(512, axis=0)
    ramp[230:280, 230:280] = 255
    weights = subject(salience(ramp))
    assert outside(weights, Window(left=0.3, top=0.3, right=0.7, bottom=0.7)) < 0.05


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (64, 64)])
def test_every_shape_has_a_salience(size: tuple[int, int]) -> None:
    """Thin and tiny pictures give finite weights that are not negative."""
    weights = salience(np.asarray(Pillow.effect_noise(size, 60)))
    assert np.isfinite(weights).all()
    assert weights.min() >= 0


def test_where_nothing_stands_out_everything_counts_alike() -> None:
    """On a flat picture a window loses its share of the area."""
    weights = subject(salience(np.full((300, 300), 7, dtype=np.uint8)))
    assert outside(weights, Window(left=0.25, top=0, right=0.75, bottom=1)) == pytest.approx(0.5, abs=0.02)


def test_what_lies_outside_a_window_is_its_share_of_the_weights() -> None:
    """Cells that a window cuts count by their part inside; the whole picture loses nothing."""
    weights = np.zeros((4, 4))
    weights[1, 1], weights[3, 0] = 3.0, 1.0
    assert outside(weights, WHOLE) == 0
    assert outside(weights, Window(left=0.25, top=0.25, right=0.5, bottom=0.5)) == 0.25
    assert outside(weights, Window(left=0.25, top=0.25, right=0.375, bottom=0.5)) == 0.625
    assert outside(np.zeros((4, 4)), WHOLE) == 0
