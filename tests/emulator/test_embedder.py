"""Words and pictures in one space."""

import numpy as np
import pytest

from shadow.emulator.briefs import briefs
from shadow.emulator.embedder import embed_picture, embed_words, joined
from shadow.emulator.models import MODELS
from shadow.emulator.painter import encode, paint
from shadow.emulator.scenarios import SCENARIOS
from shadow.emulator.scene import read_scene

COUNT = 60


@pytest.fixture(scope="module")
def cosines() -> dict[str, np.ndarray]:
    """Brief against own picture, against the next brief's picture, against its own washed out; 768 long."""
    words, own, pale = [], [], []
    for seed, line in enumerate(briefs(COUNT, seed=2)):
        scene, size = read_scene(line.prompt), MODELS["gemini-3.1-flash-image"].pixels(line.aspect_ratio, "512")
        assert size is not None
        words.append(joined([embed_words(line.prompt)], 768))
        own.append(joined([embed_picture(encode(paint(scene, size, seed=seed)))], 768))
        style = SCENARIOS["washed-out"].style
        pale.append(joined([embed_picture(encode(paint(scene, size, seed=seed, style=style)))], 768))
    said, shown, washed = np.array(words), np.array(own), np.array(pale)
    return {
        "own": (said * shown).sum(axis=1),
        "wrong": (said * np.roll(shown, 1, axis=0)).sum(axis=1),
        "pale": (said * washed).sum(axis=1),
    }


def test_own_pictures_lie_in_the_documented_band(cosines: dict[str, np.ndarray]) -> None:
    """Brief to own picture: between 0.35 and 0.55 on average, with a spread of 0.02 to 0.06."""
    assert 0.35 < cosines["own"].mean() < 0.55
    assert 0.02 < cosines["own"].std() < 0.06


def test_a_wrong_picture_is_clearly_lower(cosines: dict[str, np.ndarray]) -> None:
    """Nearly every brief is closer to its own picture than to another's, by 0.15 on average."""
    assert (cosines["own"] > cosines["wrong"]).mean() > 0.95
    assert cosines["own"].mean() - cosines["wrong"].mean() > 0.15


def test_a_washed_out_picture_is_slightly_lower(cosines: dict[str, np.ndarray]) -> None:
    """Paler and flatter costs some similarity, far less than a wrong picture does."""
    loss = cosines["own"].mean() - cosines["pale"].mean()
    assert 0.003 < loss < 0.05


@pytest.mark.parametrize("dimensions", [128, 768, 3072])
def test_vectors_have_unit_length(dimensions: int) -> None:
    """Cut vectors are normalised again."""
    vector = joined([embed_words("a calm sea")], dimensions)
    assert vector.shape == (dimensions,)
    assert float((vector**2).sum()) == pytest.approx(1.0)


def test_the_same_words_give_the_same_vector() -> None:
    """Embedding is a pure function; a documented task prefix does not change what is meant."""
    plain = embed_words("a calm sea at dusk")
    assert np.array_equal(plain, embed_words("a calm sea at dusk"))
    assert np.array_equal(plain, embed_words("task: sentence similarity | query: a calm sea at dusk"))
