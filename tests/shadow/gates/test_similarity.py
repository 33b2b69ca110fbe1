"""The similarity layer asks for two vectors in one call and reads their cosine."""

import math
from collections.abc import Callable, Mapping, Sequence

import pytest
from PIL import Image as Pillow

from shadow.brief import Brief, Picture
from shadow.errors import Unavailable
from shadow.gates.similarity import SimilarityLayer
from shadow.pair import Image, Outcome
from shadow.providers.provider import Judgement, Rubric, Vector
from shadow.providers.replay import ReplayProvider
from shadow.settings import SimilaritySettings


class Embedder:
    """A provider with fixed vectors that remembers what it was asked to embed."""

    def __init__(self, *vectors: Vector) -> None:
        self.vectors = vectors
        self.asked: list[tuple[tuple[str | Image, ...], str, int]] = []

    def embed(self, contents: Sequence[str | Image], *, model: str, dimensions: int) -> tuple[Vector, ...]:
        self.asked.append((tuple(contents), model, dimensions))
        return self.vectors

    def generate(self, brief: Brief, *, model: str, pictures: Mapping[str, Image]) -> Outcome:
        raise Unavailable(label="offline", detail="embeds only")

    def judge(self, brief: Brief, image: Image, *, model: str, rubric: Rubric) -> Judgement:
        raise Unavailable(label="offline", detail="embeds only")


class Offline(Embedder):
    """A provider that cannot be asked now."""

    def embed(self, contents: Sequence[str | Image], *, model: str, dimensions: int) -> tuple[Vector, ...]:
        raise Unavailable(label="503 UNAVAILABLE", detail="try later")


@pytest.fixture
def photo(saved: Callable, scene: Pillow.Image) -> Image:
    """A JPEG."""
    return Image.of(saved(scene, "JPEG"))


def test_words_and_picture_are_two_contents_of_one_call(ask: Callable, photo: Image) -> None:
    """One call with the brief's words and the picture as it is, under the model and dimensions of the settings."""
    provider = Embedder((1.0, 0.0), (0.6, 0.8))
    layer = SimilarityLayer(SimilaritySettings(model="m", dimensions=256), provider)
    found = layer.check(ask("  a red fox \n"), photo)
    assert provider.asked == [(("a red fox", photo), "m", 256)]
    assert (found.score, found.hard_failure, found.missing) == (0.6, None, None)
    assert found.reason == "Cosine 0.6000 between brief and picture."


@pytest.mark.parametrize(
    ("vectors", "score"),
    [
        (((1.0, 0.0), (1.0, 0.0)), 1.0),
        (((3.0, 0.0), (0.0, 7.0)), 0.0),
        (((1.0, 1.0), (-2.0, -2.0)), -1.0),
        (((1.0, 2.0, 3.0), (3.0, 2.0, 1.0)), 0.7143),
        (((0.1,) * 768, (0.1,) * 768), 1.0),
    ],
)
def test_cosine_of_known_vectors(vectors: tuple[Vector, ...], score: float, ask: Callable, photo: Image) -> None:
    """The cosine is that of the directions, whatever the lengths, rounded to four decimals."""
    assert SimilarityLayer(SimilaritySettings(floor=-1), Embedder(*vectors)).check(ask(), photo).score == score


@pytest.mark.parametrize(
    "vectors",
    [
        (),
        ((1.0, 0.0),),
        ((1.0, 0.0),) * 3,
        ((1.0, 0.0), (1.0,)),
        ((), ()),
        ((0.0, 0.0), (1.0, 0.0)),
        ((math.nan, 0.0), (1.0, 0.0)),
        ((math.inf, -math.inf), (1.0, 1.0)),
        ((1e200, 1e200), (1e200, 1e200)),
    ],
)
def test_vectors_that_have_no_cosine_are_missing(vectors: tuple[Vector, ...], ask: Callable, photo: Image) -> None:
    """A wrong number of vectors, a zero one or one that is not finite is the embedder's failure, not a score."""
    found = SimilarityLayer(SimilaritySettings(), Embedder(*vectors)).check(ask(), photo)
    assert (found.score, found.hard_failure, found.missing) == (None, None, "bad vector")


@pytest.mark.parametrize(
    ("cosine", "failure"), [(0.05, None), (0.04996, None), (0.0499, "below floor"), (-0.9, "below floor")]
)
def test_below_the_floor_is_a_hard_failure(cosine: float, failure: str | None, ask: Callable, photo: Image) -> None:
    """The rounded cosine is compared with the floor; the floor itself is not below it; the score is kept."""
    provider = Embedder((1.0, 0.0), (cosine, math.sqrt(1 - cosine * cosine)))
    found = SimilarityLayer(SimilaritySettings(floor=0.05), provider).check(ask(), photo)
    assert (found.hard_failure, found.score) == (failure, round(cosine, 4))


def test_a_brief_without_words_is_missing_and_costs_nothing(ask: Callable, photo: Image) -> None:
    """Reference images alone leave nothing to compare with."""
    provider = Embedder()
    layer = SimilarityLayer(SimilaritySettings(), provider)
    for brief in (ask(" \n"), Brief(parts=(Picture(digest="0" * 64, mime="image/png"),))):
        assert layer.check(brief, photo).missing == "no words"
    assert provider.asked == []


def test_a_long_brief_is_cut(ask: Callable, photo: Image) -> None:
    """No more words are sent than the model takes."""
    provider = Embedder((1.0,), (1.0,))
    SimilarityLayer(SimilaritySettings(), provider).check(ask("界" * 50_000), photo)
    assert provider.asked[0][0][0] == "界" * 8_000


def test_webp_is_embedded_as_png(ask: Callable, saved: Callable, scene: Pillow.Image) -> None:
    """The embedding model takes PNG and JPEG only."""
    provider = Embedder((1.0,), (1.0,))
    SimilarityLayer(SimilaritySettings(), provider).check(ask(), Image.of(saved(scene, "WEBP")))
    sent = provider.asked[0][0][1]
    assert isinstance(sent, Image)
    assert sent.mime == "image/png"


@pytest.mark.parametrize(
    ("data", "label"), [(b"", "empty"), (b"RIFF\0\0\0\0WEBP", "undecodable"), (b"GIF89a", "unsupported format")]
)
def test_a_picture_that_cannot_be_embedded_fails(data: bytes, label: str, ask: Callable) -> None:
    """Without the properties layer before it, this one names what it cannot show to the model."""
    found = SimilarityLayer(SimilaritySettings(), Embedder()).check(ask(), Image.of(data))
    assert (found.hard_failure, found.score) == (label, None)


def test_an_unavailable_provider_is_passed_on(ask: Callable, photo: Image) -> None:
    """Infrastructure is never a finding: the worker waits and asks again."""
    with pytest.raises(Unavailable):
        SimilarityLayer(SimilaritySettings(), Offline()).check(ask(), photo)


def test_the_replay_provider_answers_the_layer(ask: Callable, photo: Image) -> None:
    """The shipped fake gives a cosine that follows from the content alone."""
    layer = SimilarityLayer(SimilaritySettings(floor=-1), ReplayProvider({}))
    assert layer.check(ask(), photo) == layer.check(ask(), photo)
    assert layer.check(ask(), photo).score is not None
