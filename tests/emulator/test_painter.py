"""Scenes as pictures."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from shadow.emulator.look import look_at
from shadow.emulator.painter import Style, encode, paint
from shadow.emulator.places import PLACES
from shadow.emulator.scene import read_scene
from shadow.emulator.subjects import SILHOUETTES
from shadow.emulator.vocabulary import GROUNDS, PLACE_WORDS, SUBJECT_WORDS, SUBJECTS

BRIEF = "serene mountain valley at dawn with a lone tree"
SMALL = (240, 136)


@pytest.mark.parametrize("size", [(1376, 768), (384, 3072), (1584, 672), (633, 425), (1, 1)])
def test_the_size_is_exact(size: tuple[int, int]) -> None:
    """Odd, narrow and tiny sizes come out to the pixel."""
    assert paint(read_scene(BRIEF), size, seed=1).size == size


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Painting is a pure function; another seed is another draw."""
    scene = read_scene(BRIEF)
    first, again, other = (encode(paint(scene, SMALL, seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_place_paints_a_picture_that_is_not_flat(place: str) -> None:
    """Each place in the vocabulary gives light and dark, and grain on it."""
    word = next(word for word, meaning in PLACE_WORDS.items() if meaning == place)
    look = look_at(encode(paint(read_scene(f"{word} at noon"), SMALL, seed=3)))
    assert look.contrast > 0.02
    assert look.sharpness > 0.02


def test_vocabulary_and_brushes_agree() -> None:
    """Every place and subject that a word can mean has somebody who draws it."""
    assert set(PLACE_WORDS.values()) == set(PLACES) == set(GROUNDS)
    assert set(SUBJECT_WORDS.values()) == set(SILHOUETTES)
    assert set(SUBJECTS) <= set(SILHOUETTES)


@pytest.mark.parametrize("weather", ["in fog", "in heavy rain", "in falling snow", "under clouds"])
def test_weather_shows(weather: str) -> None:
    """A brief with weather is painted otherwise than under a clear sky."""
    clear, changed = (read_scene(f"green hills {air} at noon") for air in ("under a clear sky", weather))
    assert encode(paint(clear, SMALL, seed=3)) != encode(paint(changed, SMALL, seed=3))


def test_a_style_shows_in_the_pixels() -> None:
    """Less saturation, contrast and density can be measured; so can a picture without texture."""
    scene = read_scene(BRIEF)
    plain = look_at(encode(paint(scene, SMALL, seed=5)))
    pale = look_at(encode(paint(scene, SMALL, seed=5, style=Style(saturation=0.6, contrast=0.7))))
    smooth = look_at(encode(paint(scene, SMALL, seed=5, style=Style(texture=0.2))))
    assert pale.saturation < 0.75 * plain.saturation
    assert pale.contrast < 0.85 * plain.contrast
    assert smooth.sharpness < 0.7 * plain.sharpness


def test_emptiness_leaves_things_out() -> None:
    """A painter who leaves half out leaves more negative space, averaged over draws."""
    scene = read_scene("lush botanical leaves")
    full, empty = (
        np.mean([look_at(encode(paint(scene, SMALL, seed=seed, style=style))).emptiness for seed in range(8)])
        for style in (Style(), Style(emptiness=0.6))
    )
    assert empty > full + 0.03


@pytest.mark.parametrize(("mime_type", "kind"), [("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WEBP")])
def test_encodings(mime_type: str, kind: str) -> None:
    """JPEG is the default; PNG and WebP are to be had."""
    with Image.open(BytesIO(encode(paint(read_scene(BRIEF), SMALL, seed=1), mime_type))) as picture:
        assert (picture.format, picture.mode, picture.size) == (kind, "RGB", SMALL)
