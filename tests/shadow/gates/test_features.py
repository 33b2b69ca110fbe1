"""Features against values worked out by hand, against another implementation, and in the direction they should move."""

import math

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageEnhance, ImageFilter
from scipy import ndimage

from shadow.gates.decoding import WORKING_SIDE, Decoded, reduced
from shadow.gates.features import EDGE, FEATURES, Measured, deviation, measure


def measured(image: Pillow.Image) -> Measured:
    """The numbers of a picture that was never a file."""
    working = reduced(image.convert("RGB"), WORKING_SIDE)
    return Measured.of(Decoded(format="PNG", width=image.width, height=image.height, working=working))


def features(image: Pillow.Image) -> dict[str, float]:
    """Every feature of a picture that was never a file."""
    return measure(measured(image))


def halves(left: tuple[int, int, int], right: tuple[int, int, int], side: int = 64) -> Pillow.Image:
    """A square of two colours side by side."""
    image = Pillow.new("RGB", (side, side), left)
    image.paste(right, (side // 2, 0, side, side))
    return image


def test_names_and_functions_agree() -> None:
    """Every feature is listed under the name of its function, once."""
    assert [name for name, _ in FEATURES] == [function.__name__ for _, function in FEATURES]
    assert len(dict(FEATURES)) == len(FEATURES) == 9


def test_saturation_of_known_colours() -> None:
    """Half pure red (1) and half (200, 150, 100) (1/2) is 3/4; black and grey have none."""
    assert features(halves((255, 0, 0), (200, 150, 100)))["saturation"] == pytest.approx(0.75, abs=1e-5)
    assert features(halves((0, 0, 0), (90, 90, 90)))["saturation"] == 0


def test_colourfulness_of_known_colours() -> None:
    """Red beside grey: rg is 255 and 0, yb 127.5 and 0, so spread and mean are both sqrt(127.5^2 + 63.75^2)."""
    both = math.hypot(127.5, 63.75)
    assert features(halves((255, 0, 0), (80, 80, 80)))["colourfulness"] == pytest.approx(1.3 * both, abs=1e-6)
    assert features(halves((0, 0, 0), (255, 255, 255)))["colourfulness"] == 0


def test_tones_of_known_greys() -> None:
    """Half 50 and half 150: mean 100, deviation 50, one bit of entropy."""
    found = features(halves((50, 50, 50), (150, 150, 150)))
    assert (found["brightness"], found["contrast"], found["entropy"]) == (100, 50, 1)


def test_entropy_of_every_level() -> None:
    """Each of the 256 levels equally often is 8 bits."""
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert features(Pillow.fromarray(levels))["entropy"] == 8


def test_sharpness_of_one_bright_pixel() -> None:
    """A point of 10 in 5 x 5 gives the 3 x 3 Laplacian -40, four times 10, four times 0: variance 2000 / 9."""
    grey = np.zeros((5, 5), dtype=np.uint8)
    grey[2, 2] = 10
    assert features(Pillow.fromarray(grey))["sharpness"] == pytest.approx(2000 / 9, abs=1e-6)


def test_edges_of_one_step() -> None:
    """A step touches the two columns beside it: 2 of the 62 inner columns, if it is steep enough."""
    steep, gentle = EDGE * 2 + 1, EDGE * 2
    for step, share in ((steep, 2 / 62), (gentle, 0)):
        found = features(halves((60, 60, 60), (60 + step, 60 + step, 60 + step)))
        assert found["edge_density"] == pytest.approx(share, abs=1e-6)


def test_negative_space_counts_calm_tiles() -> None:
    """In a picture of 4 x 4 tiles of which one row is noise, three quarters are empty."""
    grey = np.full((64, 64), 120, dtype=np.uint8)
    grey[:16] = np.random.default_rng(3).integers(0, 256, (16, 64))
    assert features(Pillow.fromarray(grey))["negative_space"] == 0.75


def test_a_tile_that_deviates_by_the_limit_is_not_calm() -> None:
    """Levels 116 and 124 deviate by exactly 4 grey levels; 117 and 124 by less."""
    for low, empty in ((116, 0), (117, 1)):
        grey = np.full((16, 16), 124, dtype=np.uint8)
        grey[:, ::2] = low
        assert features(Pillow.fromarray(grey))["negative_space"] == empty


def test_size_is_the_native_one() -> None:
    """Megapixels tell the picture as it came, not the working picture."""
    assert features(Pillow.new("RGB", (4096, 2048)))["megapixels"] == 8.388608


def test_features_agree_with_floating_point_at_full_width(scene: Pillow.Image) -> None:
    """Formulas written out in float64 with another library's filters give the same numbers."""
    found, grey = features(scene), np.asarray(scene.convert("L")).astype(float)
    inner = (slice(1, -1), slice(1, -1))
    gradient = np.hypot(ndimage.sobel(grey, 0), ndimage.sobel(grey, 1))[inner] / 8
    small = np.asarray(scene.reduce(2)).astype(float)
    shares = np.unique(grey, return_counts=True)[1] / grey.size
    opponent = [small[..., 0] - small[..., 1], (small[..., 0] + small[..., 1]) / 2 - small[..., 2]]
    spread, middle = (math.hypot(*(statistic(values) for values in opponent)) for statistic in (np.std, np.mean))
    tiles = grey.reshape(32, 16, 32, 16).std(axis=(1, 3))
    expected = {
        "saturation": ((small.max(axis=2) - small.min(axis=2)) / small.max(axis=2)).mean(),
        "colourfulness": spread + 0.3 * middle,
        "brightness": grey.mean(),
        "contrast": grey.std(),
        "sharpness": ndimage.laplace(grey)[inner].var(),
        "entropy": -(shares * np.log2(shares)).sum(),
        "edge_density": (gradient > EDGE).mean(),
        "negative_space": (tiles < 4).mean(),
        "megapixels": 0.262144,
    }
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("change", "name", "sign"),
    [
        (lambda image: image.filter(ImageFilter.GaussianBlur(0.6)), "sharpness", -1),
        (lambda image: image.reduce(2).resize((512, 512), Pillow.Resampling.BICUBIC), "sharpness", -1),
        (lambda image: image.filter(ImageFilter.GaussianBlur(3)), "edge_density", -1),
        (lambda image: image.filter(ImageFilter.GaussianBlur(3)), "negative_space", 1),
        (lambda image: image.filter(ImageFilter.UnsharpMask(2)), "sharpness", 1),
        (lambda image: ImageEnhance.Color(image).enhance(0.6), "saturation", -1),
        (lambda image: ImageEnhance.Color(image).enhance(0.6), "colourfulness", -1),
        (lambda image: ImageEnhance.Contrast(image).enhance(0.8), "contrast", -1),
        (lambda image: ImageEnhance.Brightness(image).enhance(0.8), "brightness", -1),
        (lambda image: image.quantize(8).convert("RGB"), "entropy", -1),
    ],
)
def test_features_move_the_right_way(change: object, name: str, sign: int, scene: Pillow.Image) -> None:
    """Blur, upscaling, desaturation and the like move the feature that is named for them, and clearly."""
    before, after = features(scene)[name], features(change(scene))[name]
    assert sign * (after - before) > 0.02 * before


def test_features_do_not_depend_on_the_picture_s_size(scene: Pillow.Image) -> None:
    """A 2K picture that shows the same at twice the size has the features of the 1K one."""
    one = scene.resize((1024, 1024))
    two = one.resize((2048, 2048), Pillow.Resampling.NEAREST)
    assert {**features(two), "megapixels": 0} == {**features(one), "megapixels": 0}


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (20_000, 1), (1, 20_000), (15, 17), (1025, 3)])
def test_features_of_tiny_and_thin_pictures_are_finite(size: tuple[int, int]) -> None:
    """Every feature is a finite plain float for every shape."""
    found = features(Pillow.effect_noise(size, 50))
    assert all(type(value) is float and math.isfinite(value) for value in found.values())


def test_deviation_sees_colour_without_luma() -> None:
    """Two colours of one luma are no flat picture; one colour is."""
    assert deviation(measured(halves((130, 0, 0), (0, 66, 0)))) > 30
    assert deviation(measured(Pillow.new("RGB", (64, 64), (10, 200, 30)))) == 0
