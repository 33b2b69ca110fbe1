"""The judge of the emulator."""

import numpy as np

from shadow.emulator.briefs import briefs
from shadow.emulator.judge import judge
from shadow.emulator.painter import Style, encode, paint
from shadow.emulator.scene import read_scene

SMALL = (344, 192)


def painted(brief: str, *, seed: int = 1, style: Style | None = None) -> bytes:
    return encode(paint(read_scene(brief), SMALL, seed=seed, style=style))


def test_scores_look_like_those_of_real_judges() -> None:
    """Mean about 80, spread about 10, two thirds multiples of five, a tenth of the pairs tied, draws correlated."""
    lines = briefs(150, seed=8)
    scores = np.array([[judge(line.prompt, painted(line.prompt, seed=s)).score for s in (1, 2)] for line in lines])
    difference = scores[:, 1] - scores[:, 0]
    assert 76 < scores.mean() < 86
    assert 6 < difference.std() < 11
    assert 0.55 < (scores % 5 == 0).mean() < 0.8
    assert 0.04 < (difference == 0).mean() < 0.25
    assert np.corrcoef(scores.T)[0, 1] > 0.3


def test_the_same_question_gets_the_same_answer() -> None:
    """Brief, pixels and seed decide everything; another seed moves the score a little."""
    brief = "a calm sea at dusk"
    image = painted(brief)
    assert judge(brief, image, seed=1) == judge(brief, image, seed=1)
    assert len({judge(brief, image, seed=seed).score for seed in range(12)}) > 1


def test_a_picture_of_something_else_scores_low() -> None:
    """The right picture beats one painted for another brief by many points."""
    brief = "orange desert dunes at noon"
    assert judge(brief, painted(brief)).score > judge(brief, painted("a blue nebula with stars at night")).score + 25


def test_the_reason_names_what_is_wrong() -> None:
    """A colourful brief without colour is called paler, a grey one without contrast flat."""
    bright, grey = "vibrant red and gold mountain valley at sunset", "black and white mountain under an overcast sky"
    assert "paler" in judge(bright, painted(bright, style=Style(saturation=0.2, spread=0.0))).reason
    assert "flat" in judge(grey, painted(grey, style=Style(contrast=0.35, spread=0.0))).reason


def test_marks_follow_the_aspects() -> None:
    """A pale picture loses its mark for saturation, not the one for the horizon."""
    brief = "vibrant red and gold mountain valley at sunset"
    plain, pale = (judge(brief, painted(brief, style=Style(saturation=s, spread=0.0))).marks for s in (1.0, 0.3))
    assert pale["saturation"] < plain["saturation"] - 20
    assert abs(pale["horizon"] - plain["horizon"]) <= 10
