"""The similarity layer asks for two vectors in one call and reads their cosine."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from PIL import Image as Pillow

from shadow.brief import Brief, Picture, Text
from shadow.errors import StoreBroken, Unavailable
from shadow.finding import Finding
from shadow.gates.similarity import SimilarityLayer, held_to_floor
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


@pytest.fixture
def referring(photo: Image, saved: Callable) -> tuple[Brief, dict[str, Image]]:
    """A brief with seven reference images, the first of them WebP, and their bytes by digest."""
    colours = ["red", "green", "blue", "grey", "pink", "navy", "gold"]
    images = [
        Image.of(saved(Pillow.new("RGB", (64, 64), colour), "PNG" if place else "WEBP"))
        for place, colour in enumerate(colours)
    ]
    parts = (Text(text="like these"), *(Picture(digest=item.digest, mime=item.mime) for item in images))
    return Brief(parts=parts), {item.digest: item for item in images}


def test_reference_images_are_part_of_the_brief(referring: tuple[Brief, dict[str, Image]], photo: Image) -> None:
    """The first five join the words in one content, transcoded where needed; the picture stays a content of its own."""
    brief, images = referring
    provider = Embedder((1.0,), (1.0,))
    SimilarityLayer(SimilaritySettings(), provider, read=images.__getitem__).check(brief, photo)
    asked, picture = provider.asked[0][0]
    assert isinstance(asked, tuple)
    assert [part if isinstance(part, str) else part.mime for part in asked] == ["like these", *["image/png"] * 5]
    assert asked[2:] == tuple(images.values())[1:5]
    assert picture is photo


def test_a_reference_that_is_gone_is_missing(referring: tuple[Brief, dict[str, Image]], photo: Image) -> None:
    """Nothing is known about the picture then, and nobody is asked."""

    def gone(digest: str) -> Image:
        msg = f"the picture {digest} is gone."
        raise StoreBroken(msg)

    provider = Embedder()
    found = SimilarityLayer(SimilaritySettings(), provider, read=gone).check(referring[0], photo)
    assert (found.missing, found.hard_failure, provider.asked) == ("reference unusable", None, [])


def test_the_vector_of_the_picture_is_kept(ask: Callable, photo: Image) -> None:
    """As float16 of unit length, with the name of its space, and through a record and back."""
    provider = Embedder((1.0, 0.0), (3.0, 4.0))
    found = SimilarityLayer(SimilaritySettings(model="m", dimensions=128), provider).check(ask(), photo)
    assert found.space == "m/128"
    assert np.frombuffer(found.vector, dtype="<f2") == pytest.approx([0.6, 0.8], abs=1e-3)
    assert Finding.from_record(found.to_record()) == found


def test_a_cosine_is_held_to_another_floor_without_asking() -> None:
    """The floor says what a cosine means, so a new floor needs no new call."""
    low, high = (SimilaritySettings(floor=floor) for floor in (0.1, 0.3))
    assert held_to_floor(0.2, low).hard_failure is None
    assert held_to_floor(0.2, high).hard_failure == "below floor"
    assert held_to_floor(0.2, high).score == 0.2


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
