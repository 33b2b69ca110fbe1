"""Features against OpenCV and scikit-image, which share no code with ours; skips where they are not installed."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image as Pillow

from shadow.gates.decoding import Decoded, reduced
from shadow.gates.features import CALM, COLOUR_SIDE, EDGE, TILE, Measured, measure

NOT_INSTALLED = "{} is not installed: uv pip install {}"


@pytest.fixture(params=["scene", "fractal", "noise", "gradient"])
def picture(request: pytest.FixtureRequest, scene: Pillow.Image) -> Pillow.Image:
    """Pictures of several kinds, 1024 x 768, so that texture is taken from them as they are."""
    random = np.random.default_rng(31)
    kinds: dict[str, Callable[[], Pillow.Image]] = {
        "scene": lambda: scene.resize((1024, 768)),
        "fractal": lambda: Pillow.merge(
            "RGB", [Pillow.effect_mandelbrot((1024, 768), (-2, -1, 1, 1), q) for q in (20, 50, 90)]
        ),
        "noise": lambda: Pillow.fromarray(random.integers(0, 256, (768, 1024, 3), dtype=np.uint8)),
        "gradient": lambda: Pillow.merge(
            "RGB", [Pillow.linear_gradient("L").rotate(turn).resize((1024, 768)) for turn in (0, 90, 180)]
        ),
    }
    return kinds[request.param]()


def ours(image: Pillow.Image) -> dict[str, float]:
    """What we measure."""
    return measure(Measured.of(Decoded(format="PNG", width=image.width, height=image.height, working=image)))


def spread(values: np.ndarray) -> float:
    """Standard deviation."""
    return float(values.astype(float).std())


def test_opencv_finds_the_same(picture: Pillow.Image) -> None:
    """Every feature but the size, by OpenCV's conversions and filters, within three thousandths."""
    cv2 = pytest.importorskip("cv2", reason=NOT_INSTALLED.format("OpenCV", "opencv-python-headless"))
    bgr = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR)
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    small = cv2.cvtColor(np.asarray(reduced(picture, COLOUR_SIDE)), cv2.COLOR_RGB2BGR).astype(np.float32)
    blue, green, red = cv2.split(small)
    opponent = (red - green, (red + green) / 2 - blue)
    inner = (slice(1, -1), slice(1, -1))
    gradient = np.hypot(*(cv2.Sobel(grey, cv2.CV_64F, *way)[inner] for way in ((1, 0), (0, 1)))) / 8
    shares = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel() / grey.size
    mean, square = (
        cv2.boxFilter(grey.astype(float) ** power, cv2.CV_64F, (TILE, TILE), anchor=(0, 0))[::TILE, ::TILE]
        for power in (1, 2)
    )
    found = ours(picture)
    expected = {
        "saturation": cv2.mean(cv2.cvtColor(small / 255, cv2.COLOR_BGR2HSV))[1],
        "colourfulness": math.hypot(*map(spread, opponent))
        + 0.3 * math.hypot(*(float(part.mean()) for part in opponent)),
        "brightness": cv2.mean(grey)[0],
        "contrast": cv2.meanStdDev(grey)[1].item(),
        "sharpness": spread(cv2.Laplacian(grey, cv2.CV_64F)[inner]) ** 2,
        "entropy": -sum(share * math.log2(share) for share in shares if share),
        "edge_density": float((gradient > EDGE).mean()),
        "negative_space": float((square - mean**2 < CALM**2).mean()),
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=0.003, abs=0.003), name


def test_scikit_image_finds_the_same(picture: Pillow.Image) -> None:
    """What scikit-image has functions for, on our luma, to five digits."""
    reason = NOT_INSTALLED.format("scikit-image", "scikit-image")
    color, filters, skimage_measure = (
        pytest.importorskip(f"skimage.{name}", reason=reason) for name in ("color", "filters", "measure")
    )
    grey = np.asarray(picture.convert("L"))
    inner = (slice(1, -1), slice(1, -1))
    # scikit-image divides the Sobel kernels by 4 and the length of the two by the root of 2; ours divides them by 8.
    gradient = filters.sobel(grey.astype(float))[inner] * math.sqrt(2) / 2
    found = ours(picture)
    expected = {
        "saturation": color.rgb2hsv(np.asarray(reduced(picture, COLOUR_SIDE)))[..., 1].mean(),
        "sharpness": filters.laplace(grey.astype(float))[inner].var(),
        "entropy": skimage_measure.shannon_entropy(grey),
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-4, abs=1e-4), name
    assert found["edge_density"] == pytest.approx(float((gradient > EDGE + 1e-9).mean()), abs=1e-5)
