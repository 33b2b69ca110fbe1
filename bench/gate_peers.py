"""What people write instead of the properties layer: the same eight features with the obvious tools, at full size."""

import importlib
import io
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

Pixels = NDArray[np.uint8]
TILE, CALM, EDGE = 16, 4.0, 20.0


def optional(name: str) -> ModuleType | None:
    """A module that may be absent: it is no dependency of the project."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def bare(data: bytes) -> object:
    """Decode and do nothing with it."""
    return np.asarray(Pillow.open(io.BytesIO(data)).convert("RGB"))


def naive(data: bytes) -> Mapping[str, float]:
    """Pillow, then float64 arrays of the whole picture."""
    return full_features(np.asarray(Pillow.open(io.BytesIO(data)).convert("RGB")))


def full_features(pixels: Pixels) -> dict[str, float]:
    """The eight features at full size in float64, by their formulas."""
    rgb = pixels.astype(np.float64)
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    highest, lowest = rgb.max(axis=2), rgb.min(axis=2)
    opponent = (red - green, (red + green) / 2 - blue)
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * grey[1:-1, 1:-1]
    down = grey[:-2] + 2 * grey[1:-1] + grey[2:]
    across = grey[:, :-2] + 2 * grey[:, 1:-1] + grey[:, 2:]
    gradient = np.hypot(down[:, 2:] - down[:, :-2], across[2:] - across[:-2]) / 8
    shares = np.bincount(grey.round().astype(np.int64).ravel()) / grey.size
    shares = shares[shares > 0]
    return {
        "saturation": float(np.where(highest > 0, (highest - lowest) / np.maximum(highest, 1), 0).mean()),
        "colourfulness": float(
            np.hypot(opponent[0].std(), opponent[1].std()) + 0.3 * np.hypot(opponent[0].mean(), opponent[1].mean())
        ),
        "brightness": float(grey.mean()),
        "contrast": float(grey.std()),
        "sharpness": float(laplacian.var()),
        "entropy": float(-(shares * np.log2(shares)).sum()),
        "edge_density": float((gradient > EDGE).mean()),
        "negative_space": _calm(grey),
    }


def _calm(grey: NDArray[np.float64]) -> float:
    down, across = grey.shape[0] // TILE, grey.shape[1] // TILE
    tiles = grey[: down * TILE, : across * TILE].reshape(down, TILE, across, TILE)
    return float((tiles.std(axis=(1, 3)) < CALM).mean())


def _opencv() -> Callable[[bytes], Mapping[str, float]] | None:
    found = optional("cv2")
    if found is None:
        return None
    cv2: Any = found
    cv2.setNumThreads(1)

    def features(data: bytes) -> Mapping[str, float]:
        bgr = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
        grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
        saturation = cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV)[..., 1]
        blue, green, red = (channel.astype(np.float32) for channel in cv2.split(bgr))
        spreads = [cv2.meanStdDev(values) for values in (red - green, (red + green) / 2 - blue)]
        (mean,), (deviation,) = (value.ravel() for value in cv2.meanStdDev(grey))
        laplacian = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))[1].item()
        gradient = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
        counts = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel() / grey.size
        counts = counts[counts > 0]
        floating = grey.astype(np.float32)
        small = (grey.shape[1] // TILE, grey.shape[0] // TILE)
        means, squares = (cv2.resize(part, small, interpolation=cv2.INTER_AREA) for part in (floating, floating**2))
        return {
            "saturation": cv2.mean(saturation)[0] / 255,
            "colourfulness": float(
                np.hypot(spreads[0][1].item(), spreads[1][1].item())
                + 0.3 * np.hypot(spreads[0][0].item(), spreads[1][0].item())
            ),
            "brightness": float(mean),
            "contrast": float(deviation),
            "sharpness": laplacian**2,
            "entropy": float(-(counts * np.log2(counts)).sum()),
            "edge_density": float((gradient > 8 * EDGE).mean()),
            "negative_space": float((squares - means**2 < CALM**2).mean()),
        }

    return features


def _scikit_image() -> Callable[[bytes], Mapping[str, float]] | None:
    parts = [optional(f"skimage.{name}") for name in ("color", "filters", "measure")]
    if None in parts:
        return None
    color, filters, measure = parts

    def features(data: bytes) -> Mapping[str, float]:
        rgb = np.asarray(Pillow.open(io.BytesIO(data)).convert("RGB"))
        grey: Any = color.rgb2gray(rgb)  # type: ignore[union-attr]
        return {
            "saturation": float(color.rgb2hsv(rgb)[..., 1].mean()),  # type: ignore[union-attr]
            "brightness": float(255 * grey.mean()),
            "contrast": float(255 * grey.std()),
            "sharpness": float(255**2 * filters.laplace(grey)[1:-1, 1:-1].var()),  # type: ignore[union-attr]
            "entropy": float(measure.shannon_entropy((255 * grey).round().astype(np.uint8))),  # type: ignore[union-attr]
            "edge_density": float((255 * filters.sobel(grey) * 2**0.5 / 2 > EDGE).mean()),  # type: ignore[union-attr]
        }

    return features


PEERS: Mapping[str, Callable[[bytes], object] | None] = {
    "naive": naive,
    "bare decode": bare,
    "opencv": _opencv(),
    "scikit-image": _scikit_image(),
}
"""By name; None where the library is not installed."""
