"""Continuous features of a decoded picture: described, compared between arms, never a reason to fail.

Tonal features need few pixels and are taken from a picture of about 256 x 256; texture and entropy are lost by scaling
and are taken from the working picture of about 1024 x 1024. Pixels and sums are integers, so that the result does not
depend on the width of the processor's vector unit, on threads or on the order of summation; no call reaches BLAS, whose
threads would fight the gate's own. Results are rounded to `DIGITS` decimals.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shadow.gates.decoding import Decoded, reduced

DIGITS = 6
COLOUR_SIDE = 256
"""Side in pixels of the square whose area the picture for colour has, about."""
SATURATION_STEPS = 1 << 16
"""Saturation of one pixel is cut to a whole number of these."""
EDGE = 20
"""Grey levels per pixel above which a gradient is an edge."""
TILE = 16
"""Side of a tile in pixels of the working picture."""
CALM = 4
"""Grey levels; a tile that deviates less is calm."""
BAND = 128
"""Rows that texture is worked out on at once."""

Grey = NDArray[np.uint8]
Channel = NDArray[np.int32]
Whole = NDArray[np.int16] | Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The numbers that features are made of."""

    grey: Grey
    """Luma of the working picture, (height, width), ITU-R BT.601: (299 R + 587 G + 114 B) / 1000."""
    histogram: Sequence[int]
    """Pixels of each of the 256 grey levels."""
    red: Channel
    """The channels of the picture for colour, (height, width), 0-255."""
    green: Channel
    blue: Channel
    pixels: int
    """Native pixels."""

    @classmethod
    def of(cls, decoded: Decoded) -> "Measured":
        """The numbers of a decoded picture."""
        luma = decoded.working.convert("L")
        colours = np.asarray(reduced(decoded.working, COLOUR_SIDE)).astype(np.int32)
        red, green, blue = (np.ascontiguousarray(colours[..., channel]) for channel in range(3))
        return cls(
            grey=np.asarray(luma),
            histogram=luma.histogram(),
            red=red,
            green=green,
            blue=blue,
            pixels=decoded.width * decoded.height,
        )


def saturation(picture: Measured) -> float:
    """Mean saturation of the HSV hexcone, (max - min) / max of the channels, 0 for black. No unit, [0, 1].

    A. R. Smith, "Color gamut transform pairs", SIGGRAPH 1978.
    """
    highest = np.maximum(np.maximum(picture.red, picture.green), picture.blue)
    lowest = np.minimum(np.minimum(picture.red, picture.green), picture.blue)
    steps = (highest - lowest) * SATURATION_STEPS // np.maximum(highest, 1)
    return _total(steps) / (steps.size * SATURATION_STEPS)


def colourfulness(picture: Measured) -> float:
    """Spread and mean of the opponent colours rg = R - G, yb = (R + G) / 2 - B. Grey levels, [0, 300).

    sqrt(var rg + var yb) + 0.3 sqrt(mean rg ^ 2 + mean yb ^ 2); 0 is grey, people call 109 "extremely colourful".
    D. Hasler and S. Suesstrunk, "Measuring colourfulness in natural images", SPIE 5007 (2003).
    """
    red_green = picture.red - picture.green
    twice_yellow_blue = picture.red + picture.green - 2 * picture.blue
    spread = _variance(red_green) + _variance(twice_yellow_blue) / 4
    middle = _mean(red_green) ** 2 + _mean(twice_yellow_blue) ** 2 / 4
    return math.sqrt(spread) + 0.3 * math.sqrt(middle)


def brightness(picture: Measured) -> float:
    """Mean luma (ITU-R BT.601). Grey levels, [0, 255]."""
    return sum(level * count for level, count in enumerate(picture.histogram)) / sum(picture.histogram)


def contrast(picture: Measured) -> float:
    """Standard deviation of luma (RMS contrast). Grey levels, [0, 127.5].

    E. Peli, "Contrast in complex images", Journal of the Optical Society of America A 7 (1990).
    """
    pixels = sum(picture.histogram)
    total = sum(level * count for level, count in enumerate(picture.histogram))
    squares = sum(level * level * count for level, count in enumerate(picture.histogram))
    return math.sqrt(_spread(pixels, total, squares))


def sharpness(picture: Measured) -> float:
    """Variance of the Laplacian of luma, kernel 0 1 0 / 1 -4 1 / 0 1 0, inner pixels. Grey levels^2, [0, 1040400].

    0 where the working picture is thinner than 3 pixels.
    J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000 (LAPV).
    """
    count = total = squares = 0
    for grey in _bands(picture.grey):
        laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1]
        laplacian += grey[1:-1, :-2]
        laplacian += grey[1:-1, 2:]
        laplacian -= grey[1:-1, 1:-1] << 2
        count, total, squares = count + laplacian.size, total + _total(laplacian), squares + _squares(laplacian)
    return _spread(count, total, squares)


def entropy(picture: Measured) -> float:
    """Shannon entropy of the histogram of luma. Bits, [0, 8].

    C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27 (1948).
    """
    pixels = sum(picture.histogram)
    shares = (count / pixels for count in picture.histogram if count)
    return math.fsum(-share * math.log2(share) for share in shares)


def edge_density(picture: Measured) -> float:
    """Share of the inner pixels whose Sobel gradient of luma exceeds `EDGE` grey levels per pixel. No unit, [0, 1].

    The gradient is the length of the two 3 x 3 Sobel responses divided by 8. 0 where the working picture is thinner
    than 3 pixels. I. Sobel and G. Feldman, "A 3x3 isotropic gradient operator" (1968).
    """
    count = edges = 0
    for grey in _bands(picture.grey):
        down = grey[:-2] + grey[2:] + (grey[1:-1] << 1)
        across = grey[:, :-2] + grey[:, 2:] + (grey[:, 1:-1] << 1)
        squared = _squared(down[:, 2:] - down[:, :-2])
        squared += _squared(across[2:] - across[:-2])
        count, edges = count + squared.size, edges + int(np.count_nonzero(squared > (8 * EDGE) ** 2))
    return edges / count if count else 0.0


def negative_space(picture: Measured) -> float:
    """Share of the tiles of `TILE` x `TILE` pixels with a luma deviation under `CALM` grey levels. No unit, [0, 1].

    How much of the picture is left empty: sky, wall, blur, room for text. Whole tiles only; in a working picture
    thinner than a tile, tiles are as thin as it is. A definition of our own.
    """
    rows, columns = (min(TILE, side) for side in picture.grey.shape)
    down, across = picture.grey.shape[0] // rows, picture.grey.shape[1] // columns
    grey = picture.grey[: down * rows, : across * columns].reshape(down, rows, across * columns)
    sums = grey.sum(axis=1, dtype=np.uint16).reshape(down, across, columns).sum(axis=2, dtype=np.int64)
    squared = np.square(grey, dtype=np.uint16).sum(axis=1, dtype=np.uint32)
    squares = squared.reshape(down, across, columns).sum(axis=2, dtype=np.int64)
    area = rows * columns
    calm: NDArray[np.bool_] = area * squares - sums * sums < (CALM * area) ** 2
    return int(np.count_nonzero(calm)) / calm.size


def megapixels(picture: Measured) -> float:
    """Native size, width times height. Millions of pixels, (0, `max_pixels` / 1000000]."""
    return picture.pixels / 1_000_000


FEATURES: tuple[tuple[str, Callable[[Measured], float]], ...] = (
    ("saturation", saturation),
    ("colourfulness", colourfulness),
    ("brightness", brightness),
    ("contrast", contrast),
    ("sharpness", sharpness),
    ("entropy", entropy),
    ("edge_density", edge_density),
    ("negative_space", negative_space),
    ("megapixels", megapixels),
)


def measure(picture: Measured) -> dict[str, float]:
    """Every feature by name, rounded to `DIGITS` decimals."""
    return {name: round(feature(picture), DIGITS) for name, feature in FEATURES}


def deviation(picture: Measured) -> float:
    """The largest standard deviation among luma, red, green and blue. Grey levels, [0, 127.5]; near 0 is flat."""
    colours = max(_variance(channel) for channel in (picture.red, picture.green, picture.blue))
    return max(contrast(picture), math.sqrt(colours))


def faint(picture: Measured) -> float:
    """As `deviation`, with luma too taken from the picture for colour, where noise averages out. Grey levels."""
    luma = (299 * picture.red + 587 * picture.green + 114 * picture.blue) // 1000
    return math.sqrt(max(_variance(channel) for channel in (luma, picture.red, picture.green, picture.blue)))


def _bands(grey: Grey) -> Iterator[NDArray[np.int16]]:
    """The picture in bands of `BAND` inner rows, each with its neighbour rows: the arithmetic stays in the cache."""
    for start in range(0, grey.shape[0] - 2, BAND):
        yield grey[start : start + BAND + 2].astype(np.int16)


def _total(values: Whole) -> int:
    return int(values.sum(dtype=np.int64))


def _squared(values: Whole) -> Channel:
    return np.multiply(values, values, dtype=np.int32)


def _squares(values: Whole) -> int:
    return _total(_squared(values))


def _mean(values: Whole) -> float:
    return _total(values) / values.size


def _variance(values: Whole) -> float:
    return _spread(values.size, _total(values), _squares(values))


def _spread(count: int, total: int, squares: int) -> float:
    """Variance from whole numbers: exact but for the one division at the end; 0 of nothing."""
    return (count * squares - total * total) / (count * count) if count else 0.0
