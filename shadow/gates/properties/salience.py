"""Where the eye goes: the spectral residual of a small picture.

X. Hou and L. Zhang, "Saliency detection: a spectral residual approach", CVPR 2007: what the logarithm of the amplitude
spectrum has beyond its own local mean is the unexpected part of the picture; put back with the phases and squared, it
shows where. As there, the picture is about 64 pixels wide, the mean is taken over 3 x 3, the result is blurred with a
Gaussian (2.5 pixels), and what exceeds three times the mean belongs to the subject. Unlike there, the picture is
mirrored at its sides before the transform: the jump from the right side to the left one would else be the most
unexpected thing in many pictures, at the very place that a crop cuts off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from shadow.gates.features import Grey

SIDE = 64
"""Side in pixels of the square whose area the small picture has, about; each side has `LEAST_SIDE` at least."""
LEAST_SIDE = 16
BLUR = 2.5
"""Standard deviation of the Gaussian, pixels of the small picture."""
SUBJECT = 3.0
"""Times the mean salience from which on something belongs to the subject."""

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A rectangle inside a picture, in shares of its width and height from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def salience(grey: Grey) -> Weights:
    """The salience of each part of the picture, shape about (64, 64) by its ratio, not negative, no unit."""
    small = _small(grey)
    height, width = small.shape
    mirrored = np.concatenate((small, small[::-1]), axis=0)
    mirrored = np.concatenate((mirrored, mirrored[:, ::-1]), axis=1)
    spectrum = np.fft.fft2(mirrored)
    amplitude = np.log1p(np.abs(spectrum))
    residual = amplitude - _mean_of_nine(amplitude)
    shown = np.abs(np.fft.ifft2(np.exp(residual) * _phases(spectrum))) ** 2
    blurred: Weights = np.fft.ifft2(np.fft.fft2(shown) * _gaussian(shown.shape)).real
    return np.maximum(blurred[:height, :width], 0.0)


def subject(weights: Weights) -> Weights:
    """The salience of the subject: what exceeds `SUBJECT` times the mean; where nothing does, all of it."""
    kept = np.where(weights > SUBJECT * weights.mean(), weights, 0.0)
    return kept if kept.any() else weights


def outside(weights: Weights, window: Window) -> float:
    """The share of the weights that lies outside the window; 0 where there is no weight at all. [0, 1]."""
    total = float(weights.sum())
    if total <= 0:
        return 0.0
    rows = _covered(weights.shape[0], window.top, window.bottom)
    columns = _covered(weights.shape[1], window.left, window.right)
    inside = float((weights * rows[:, None] * columns).sum())
    return min(1.0, max(0.0, 1 - inside / total))


def _small(grey: Grey) -> Weights:
    height, width = grey.shape
    scale = SIDE / (height * width) ** 0.5
    size = (max(LEAST_SIDE, round(width * scale)), max(LEAST_SIDE, round(height * scale)))
    return np.asarray(Pillow.fromarray(grey).resize(size, Pillow.Resampling.BOX), dtype=np.float64)


def _mean_of_nine(values: Weights) -> Weights:
    rows: Weights = values + np.roll(values, 1, axis=0) + np.roll(values, -1, axis=0)
    mean: Weights = (rows + np.roll(rows, 1, axis=1) + np.roll(rows, -1, axis=1)) / 9
    return mean


def _phases(spectrum: NDArray[np.complex128]) -> NDArray[np.complex128]:
    phases: NDArray[np.complex128] = np.exp(1j * np.angle(spectrum))
    return phases


def _gaussian(shape: tuple[int, ...]) -> Weights:
    """The Gaussian of `BLUR` pixels as a factor of the spectrum."""
    down, across = (np.exp(-2 * (np.pi * BLUR * np.fft.fftfreq(side)) ** 2) for side in shape)
    return np.asarray(down[:, None] * across, dtype=np.float64)


def _covered(cells: int, start: float, end: float) -> Weights:
    """How much of each of the cells of a side lies between two shares of it, [0, 1]."""
    places = np.arange(cells)
    covered: Weights = np.clip(np.minimum(end * cells, places + 1) - np.maximum(start * cells, places), 0.0, 1.0)
    return covered
