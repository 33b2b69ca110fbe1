"""Words of a brief as a scene."""

import pytest

from shadow.emulator.scene import read_scene


def test_known_words_decide_the_scene() -> None:
    """Place, time, weather, style and subject named in the brief are what the scene shows."""
    scene = read_scene("Oil painting of dunes in falling snow on a starry night, with a lighthouse")
    assert (scene.place, scene.stars, scene.fall, scene.weave, scene.subject) == (
        "desert",
        True,
        "snow",
        "brush",
        "lighthouse",
    )


def test_named_colours_pull_the_palette() -> None:
    """The same sentence in crimson and in teal gives redder and greener ground and accent."""
    red, green = (read_scene(f"a calm sea at noon in {colour}") for colour in ("crimson", "teal"))
    assert red.accent[0] > green.accent[0]
    assert red.ground[1] < green.ground[1]


def test_moods_multiply() -> None:
    """A vibrant brief is more saturated than the same brief muted."""
    assert read_scene("vibrant hills").saturation > read_scene("muted hills").saturation


@pytest.mark.parametrize("brief", ["", "???", "yin-yang", "日本の山", "x" * 5000, "protein"])
def test_any_text_gives_a_scene(brief: str) -> None:
    """Free text without a known word still gives a scene, and the same one each time."""
    assert read_scene(brief) == read_scene(brief)


def test_case_and_punctuation_do_not_matter() -> None:
    """A brief keeps its scene through upper case and line breaks."""
    assert read_scene("A red fox, at dawn.") == read_scene("a RED\nfox at dawn")
