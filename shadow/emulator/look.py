"""What can be seen in a picture, measured from its pixels; and what one expects to see after reading a scene."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shadow.emulator.painter import Style, encode, paint
from shadow.emulator.scene import Scene

Floats = NDArray[np.float64]

_SIDE = 64
_CELLS = 4
_FRAME = (288, 192)
_IMAGINED = 2

_STRENGTHS = ("saturation", "contrast", "sharpness", "horizon", "emptiness")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """Visible attributes. `cells` is (16, 3): luma and two opponent colours of a 4 x 4 grid, each about [-1, 1].

    saturation, contrast, sharpness: means over the picture, 0-1; horizon, emptiness: shares of the picture.
    """

    cells: Floats
    saturation: float
    contrast: float
    sharpness: float
    horizon: float
    emptiness: float


@lru_cache(maxsize=16)
def look_at(image: bytes) -> Look:
    """The look of encoded picture bytes; the last few are remembered. Raises OSError where they cannot be read."""
    try:
        with Image.open(BytesIO(image)) as picture:
            return _measured(picture.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        # What Pillow raises for a damaged or an enormous picture depends on its format.
        message = "cannot read the picture"
        raise OSError(message) from error


@lru_cache(maxsize=512)
def imagine(scene: Scene) -> Look:
    """The look that the scene leads one to expect: that of small, steady paintings of it, averaged."""
    steady = Style(spread=0.0)
    looks = [look_at(encode(paint(scene, _FRAME, seed=seed, style=steady))) for seed in range(_IMAGINED)]
    return Look(
        cells=np.mean([look.cells for look in looks], axis=0),
        **{name: float(np.mean([getattr(look, name) for look in looks])) for name in _STRENGTHS},
    )


def _measured(picture: Image.Image) -> Look:
    small = picture.reduce(_reduction(picture.size)).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64) / 255
    opponent = _opponent(pixels)
    luma = opponent[..., 0]
    return Look(
        cells=opponent.reshape(_CELLS, _SIDE // _CELLS, _CELLS, _SIDE // _CELLS, 3).mean(axis=(1, 3)).reshape(-1, 3),
        saturation=float(np.mean(pixels.max(axis=-1) - pixels.min(axis=-1))),
        contrast=float(luma.std()),
        sharpness=_sharpness(picture),
        horizon=_horizon(opponent),
        emptiness=_emptiness(luma),
    )


def _reduction(size: tuple[int, int]) -> tuple[int, int]:
    return max(1, size[0] // (2 * _SIDE)), max(1, size[1] // (2 * _SIDE))


def _opponent(pixels: Floats) -> Floats:
    """Luma, red against green, blue against yellow."""
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return np.stack([luma, red - green, blue - (red + green) / 2], axis=-1)


def _sharpness(picture: Image.Image) -> float:
    """Mean second difference along every eighth row at full size: grain and edges that a blur would take away."""
    rows = np.asarray(picture.convert("L"), dtype=np.int16)[::8]
    bend = 2 * rows[:, 1:-1] - rows[:, :-2] - rows[:, 2:]
    return float(np.abs(bend).mean()) / 64 if bend.size else 0.0


def _horizon(opponent: Floats) -> float:
    """The row, as a share of the height, whose two sides differ most (Otsu's variance between classes)."""
    rows = opponent.mean(axis=1)
    above = np.cumsum(rows, axis=0)[:-1]
    count = np.arange(1, _SIDE)[:, None]
    gap = above / count - (rows.sum(axis=0) - above) / (_SIDE - count)
    spread = (gap**2).sum(axis=1) * (count * (_SIDE - count))[:, 0]
    return float(np.argmax(spread) + 1) / _SIDE


def _emptiness(luma: Floats) -> float:
    """The share of the picture where nothing happens: hardly any slope between patches too large for grain to show."""
    half = luma.reshape(_SIDE // 2, 2, _SIDE // 2, 2).mean(axis=(1, 3))
    slope = np.abs(np.diff(half, axis=0))[:, :-1] + np.abs(np.diff(half, axis=1))[:-1]
    return float((slope < 0.04).mean())
