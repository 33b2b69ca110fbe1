"""What is measured in pixels, and what is expected from words."""

import numpy as np
import pytest
from PIL import Image

from shadow.emulator.look import imagine, look_at
from shadow.emulator.painter import encode, paint
from shadow.emulator.scene import read_scene


def picture_of(pixels: np.ndarray) -> bytes:
    return encode(Image.fromarray(pixels.astype(np.uint8)), "image/png")


def test_a_flat_picture_has_nothing_but_emptiness() -> None:
    """One grey everywhere: no saturation, contrast or sharpness."""
    look = look_at(picture_of(np.full((90, 160, 3), 128)))
    assert (look.saturation, look.contrast, look.sharpness, look.emptiness) == (0.0, 0.0, 0.0, 1.0)


def test_the_horizon_is_where_dark_meets_bright() -> None:
    """A picture that is white above 30 % and black below has its horizon there."""
    pixels = np.zeros((128, 128, 3))
    pixels[:38] = 255
    assert look_at(picture_of(pixels)).horizon == pytest.approx(0.3, abs=0.02)


def test_imagination_comes_close_to_the_painting() -> None:
    """What a brief leads one to expect is nearer to its own picture than to another's."""
    own, other = read_scene("orange desert dunes at noon"), read_scene("purple nebula with stars")
    seen = look_at(encode(paint(own, (688, 384), seed=9)))
    near, far = (float(np.abs(seen.cells - imagine(scene).cells).mean()) for scene in (own, other))
    assert near < 0.4 * far


@pytest.mark.parametrize("cut", [0, 20, 60, 400])
@pytest.mark.parametrize("mime_type", ["image/png", "image/jpeg", "image/webp"])
def test_what_is_no_picture_raises_oserror(mime_type: str, cut: int) -> None:
    """Bytes that Pillow cannot read, damaged or cut short, are refused in one way."""
    whole = encode(paint(read_scene("a calm sea"), (160, 90), seed=1), mime_type)
    with pytest.raises(OSError, match="cannot read the picture"):
        look_at(whole[:cut])


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 3000)])
def test_extreme_pictures_are_measured(size: tuple[int, int]) -> None:
    """One pixel and one line are pictures too."""
    assert 0 <= look_at(picture_of(np.zeros((size[1], size[0], 3)))).emptiness <= 1
