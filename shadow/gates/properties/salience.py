"""Where the eye goes: the spectral residual of a small picture.

X. Hou and L. Zhang, "Saliency detection: a spectral residual approach", CVPR 2007: what the logarithm of the amplitude
spectrum has beyond its own local mean is the unexpected part of the picture; put back with the phases and squared, it
shows where. As there, the picture is about 64 pixels wide, the mean is taken over 3 x 3, and the result is blurred with
a Gaussian (2.5 pixels). Two things differ. The transform takes the right side to be the neighbour of the left one, and
their difference would be the most unexpected thing in many pictures, at the very place that a crop cuts off: so the
transform is that of the periodic component (L. Moisan, "Periodic plus smooth image decomposition", Journal of
Mathematical Imaging and Vision 39, 2011). And the subject is the salience beyond the mean, not what exceeds three times
the mean: a threshold that only a few pixels reach would make the loss of a crop jump between 0 and 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from shadow.gates.features import Grey

SIDE = 64
"""Side in pixels of the square whose area the small picture has, about; each side has `LEAST_SIDE` at least."""
LEAST_SIDE = 16
TINY = 1e-9
"""Amplitude below which there is no phase."""
BLUR = 2.5
"""Standard deviation of the Gaussian, pixels of the small picture."""

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
    spectrum = _periodic(_small(grey))
    amplitude = np.abs(spectrum)
    logarithm = np.log1p(amplitude)
    phases = spectrum / np.maximum(amplitude, TINY)
    shown = np.abs(np.fft.ifft2(np.exp(logarithm - _mean_of_nine(logarithm)) * phases)) ** 2
    return _blurred(_blurred(shown).T).T


def subject(weights: Weights) -> Weights:
    """The salience of the subject: by how much each part exceeds the mean; where nothing does, all alike."""
    kept = np.maximum(weights - weights.mean(), 0.0)
    return kept if kept.any() else np.ones_like(weights)


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


def _periodic(values: Weights) -> NDArray[np.complex128]:
    """The spectrum without what the jumps between opposite sides add to it (Moisan 2011, algorithm 1)."""
    jumps = np.zeros_like(values)
    for rows, sides in ((jumps, values), (jumps.T, values.T)):
        rows[0] += sides[-1] - sides[0]
        rows[-1] += sides[0] - sides[-1]
    down, across = (2 * np.cos(2 * np.pi * np.arange(side) / side) for side in values.shape)
    divisor = down[:, None] + across - 4
    divisor[0, 0] = 1.0  # the jumps have no mean
    return np.asarray(np.fft.fft2(values) - np.fft.fft2(jumps) / divisor)


def _blurred(values: Weights) -> Weights:
    """Each column blurred with the Gaussian of `BLUR` pixels, mirrored at its ends."""
    reach = round(4 * BLUR)
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / BLUR) ** 2)
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="symmetric")
    height = values.shape[0]
    blurred = np.zeros_like(values)
    for weight, start in zip(weights / weights.sum(), range(2 * reach + 1), strict=True):
        blurred += weight * padded[start : start + height]
    return blurred


def _covered(cells: int, start: float, end: float) -> Weights:
    """How much of each of the cells of a side lies between two shares of it, [0, 1]."""
    places = np.arange(cells)
    covered: Weights = np.clip(np.minimum(end * cells, places + 1) - np.maximum(start * cells, places), 0.0, 1.0)
    return covered
