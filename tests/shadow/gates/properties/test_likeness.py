"""Pictures that are all but the same have all but the same fingerprint."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageEnhance, ImageFilter

from shadow.gates.properties.likeness import BITS, fingerprint


def of(image: Pillow.Image) -> int:
    """The fingerprint of a picture."""
    return fingerprint(np.asarray(image.convert("L")))


def apart(one: Pillow.Image, other: Pillow.Image) -> int:
    """Bits in which two pictures differ."""
    return (of(one) ^ of(other)).bit_count()


def as_jpeg(image: Pillow.Image) -> Pillow.Image:
    """The picture after a lossy encoder."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=60)
    return Pillow.open(stream)


@pytest.fixture
def views() -> list[Pillow.Image]:
    """Twenty different pictures: soft random fields."""
    random = np.random.default_rng(11)
    fields = (random.integers(0, 256, (7, 7), dtype=np.uint8) for _ in range(20))
    return [Pillow.fromarray(field).resize((512, 512), Pillow.Resampling.BICUBIC) for field in fields]


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image.resize((1024, 1024)),
        lambda image: image.resize((300, 300)),
        as_jpeg,
        lambda image: image.filter(ImageFilter.GaussianBlur(1)),
        lambda image: ImageEnhance.Brightness(image).enhance(0.9),
        lambda image: ImageEnhance.Contrast(image).enhance(1.1),
    ],
)
def test_the_same_scene_differs_in_few_bits(change: object, views: list[Pillow.Image]) -> None:
    """Size, quality, softness and light change at most 4 of 48 bits."""
    assert max(apart(image, change(image)) for image in views) <= 4


def test_different_pictures_differ_in_many_bits(views: list[Pillow.Image]) -> None:
    """No two of twenty pictures are near each other."""
    distances = [apart(one, other) for at, one in enumerate(views) for other in views[:at]]
    assert min(distances) > 8
    assert np.mean(distances) == pytest.approx(BITS / 2, abs=2)


def test_it_is_a_whole_number_that_a_float_holds(views: list[Pillow.Image]) -> None:
    """48 bits, half of them set, survive a float and a database's double."""
    for image in views:
        found = of(image)
        assert 0 <= found < 1 << BITS
        assert int(float(found)) == found
        assert found.bit_count() == BITS // 2


@pytest.mark.parametrize("size", [(1, 1), (2000, 2), (2, 2000), (31, 33)])
def test_every_shape_has_one(size: tuple[int, int]) -> None:
    """Thin and tiny pictures have a fingerprint too; a flat one has no bit set."""
    assert 0 <= of(Pillow.effect_noise(size, 60)) < 1 << BITS
    assert of(Pillow.new("L", size, 50)) == 0
