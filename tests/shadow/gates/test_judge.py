"""The judge layer files what the judge said, or why it said nothing."""

import math
from collections.abc import Callable, Mapping, Sequence

import pytest
from PIL import Image as Pillow

from shadow.brief import Brief
from shadow.errors import Unavailable
from shadow.gates.judge import JudgeLayer
from shadow.pair import Image, Outcome
from shadow.providers.provider import Judgement, Vector
from shadow.providers.replay import ReplayProvider
from shadow.providers.rubric import Rubric
from shadow.settings import JudgeSettings


class Judge:
    """A provider whose judge always says the same and remembers what it was asked."""

    def __init__(self, said: Judgement | Unavailable) -> None:
        self.said = said
        self.asked: list[tuple[Brief, Image, str, Rubric]] = []

    def judge(self, brief: Brief, image: Image, *, model: str, rubric: Rubric) -> Judgement:
        self.asked.append((brief, image, model, rubric))
        if isinstance(self.said, Unavailable):
            raise self.said
        return self.said

    def embed(self, contents: Sequence[str | Image], *, model: str, dimensions: int) -> tuple[Vector, ...]:
        raise Unavailable(label="offline", detail="judges only")

    def generate(self, brief: Brief, *, model: str, pictures: Mapping[str, Image]) -> Outcome:
        raise Unavailable(label="offline", detail="judges only")


@pytest.fixture
def photo(saved: Callable, scene: Pillow.Image) -> Image:
    """A JPEG."""
    return Image.of(saved(scene, "JPEG"))


def test_score_and_reason_are_filed(ask: Callable, photo: Image) -> None:
    """The judge sees brief, picture and rubric under the model of the settings; its score is kept to a hundredth."""
    provider, brief = Judge(Judgement(score=83.456, reason="The light is flat.")), ask("a red fox")
    found = JudgeLayer(JudgeSettings(model="j", rubric="Be strict."), provider).check(brief, photo)
    assert provider.asked == [(brief, photo, "j", Rubric(instructions="Be strict."))]
    assert (found.layer, found.score, found.reason) == ("judge", 83.46, "The light is flat.")
    assert (found.missing, found.hard_failure, found.features) == (None, None, {})


@pytest.mark.parametrize("score", [0.0, 0.004, 100.0])
def test_the_ends_of_the_scale_are_scores(score: float, ask: Callable, photo: Image) -> None:
    """0 and 100 are scores; a low one is never a hard failure."""
    found = JudgeLayer(JudgeSettings(), Judge(Judgement(score=score))).check(ask(), photo)
    assert (found.score, found.hard_failure, found.missing) == (round(score, 2), None, None)


@pytest.mark.parametrize("label", ["bad json", "truncated", "blocked", "out of range", "empty", "missing keys"])
def test_a_judge_that_failed_is_missing(label: str, ask: Callable, photo: Image) -> None:
    """Why there is no score is filed as missing, never as a score or a failure of the picture."""
    found = JudgeLayer(JudgeSettings(), Judge(Judgement(score=None, missing=label, reason="why"))).check(ask(), photo)
    assert (found.score, found.missing, found.hard_failure, found.reason) == (None, label, None, "why")


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (Judgement(score=100.01), "out of range"),
        (Judgement(score=-1), "out of range"),
        (Judgement(score=math.nan), "out of range"),
        (Judgement(score=math.inf), "out of range"),
        (Judgement(score=None), "empty"),
        (Judgement(score=50, missing="truncated"), "truncated"),
    ],
)
def test_a_score_off_the_scale_is_none(said: Judgement, label: str, ask: Callable, photo: Image) -> None:
    """Whatever a provider hands over, nothing outside [0, 100] and nothing labelled missing is filed as a score."""
    found = JudgeLayer(JudgeSettings(), Judge(said)).check(ask(), photo)
    assert (found.score, found.missing) == (None, label)


def test_an_unavailable_judge_is_passed_on(ask: Callable, photo: Image) -> None:
    """Infrastructure is never a finding."""
    with pytest.raises(Unavailable, match="429"):
        JudgeLayer(JudgeSettings(), Judge(Unavailable("429 RESOURCE_EXHAUSTED", ""))).check(ask(), photo)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_the_judge_takes_is_shown_as_it_is(kind: str, ask: Callable, saved: Callable, scene: Pillow.Image) -> None:
    """All three formats of the image models go to the judge untouched."""
    provider, image = Judge(Judgement(score=1)), Image.of(saved(scene, kind))
    JudgeLayer(JudgeSettings(), provider).check(ask(), image)
    assert provider.asked[0][1] is image


def test_what_cannot_be_shown_is_a_hard_failure(ask: Callable) -> None:
    """Without the properties layer before it, this one names what it cannot show, and asks nobody."""
    provider = Judge(Judgement(score=99))
    assert JudgeLayer(JudgeSettings(), provider).check(ask(), Image.of(b"words")).hard_failure == "unknown format"
    assert provider.asked == []


def test_the_replay_provider_answers_the_layer(ask: Callable, photo: Image) -> None:
    """The shipped fake gives a score on the scale."""
    found = JudgeLayer(JudgeSettings(), ReplayProvider({})).check(ask(), photo)
    assert found.score is not None
    assert 60 <= found.score <= 100
