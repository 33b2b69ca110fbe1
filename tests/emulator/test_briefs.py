"""The grammar of wallpaper briefs."""

from collections import Counter

import pytest

from shadow.emulator.briefs import CATEGORIES, briefs
from shadow.emulator.models import MODELS


def test_twenty_thousand_distinct_briefs() -> None:
    """No prompt comes twice in 20,000, and the ten categories have equal shares."""
    lines = briefs(20_000)
    assert len({line.prompt for line in lines}) == 20_000
    assert Counter(line.tag for line in lines) == dict.fromkeys(CATEGORIES, 2000)


def test_a_seed_is_another_order_of_the_same_grammar() -> None:
    """The same seed repeats itself; another seed begins elsewhere."""
    assert briefs(30, 4) == briefs(30, 4)
    assert not {line.prompt for line in briefs(30, 4)} & {line.prompt for line in briefs(30, 5)}


def test_the_pictures_asked_for_exist() -> None:
    """Every ratio and size in the briefs is on offer at both families of image models."""
    for line in briefs(400):
        assert MODELS["gemini-3-pro-image"].pixels(line.aspect_ratio, line.image_size)
        assert MODELS["gemini-3.1-flash-image"].pixels(line.aspect_ratio, line.image_size)


def test_more_than_the_grammar_has_is_refused() -> None:
    """Asking for more distinct briefs than exist says how many there are."""
    with pytest.raises(ValueError, match="distinct briefs"):
        briefs(10**7)
