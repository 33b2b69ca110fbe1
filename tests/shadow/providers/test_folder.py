"""The folder provider, beyond what every provider must do."""

import math
from pathlib import Path

import pytest

from shadow.brief import Brief, Text
from shadow.errors import InputError, Unavailable
from shadow.pair import Image, OutcomeKind
from shadow.providers.folder import NAME_LENGTH, FolderProvider, name_of
from shadow.providers.provider import Rubric

RUBRIC = Rubric(instructions="Score.")


def brief(words: str) -> Brief:
    """A brief of these words."""
    return Brief(parts=(Text(text=words),))


def png(mark: str) -> bytes:
    """Bytes that begin like a picture."""
    return b"\x89PNG\r\n\x1a\n" + mark.encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models; the first with three draws for one brief."""
    for name in ("old/a-red-fox.png", "old/a-red-fox.2.png", "old/a-red-fox.10.JPG", "new/a-red-fox.webp", "old/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(png(name))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("A red fox, at dawn!", "a-red-fox-at-dawn"),
        ("  Füchse_und   Hasen\n", "füchse-und-hasen"),
        ("../../etc/passwd", "etc-passwd"),
        ("", ""),
    ],
)
def test_words_become_a_file_name(words: str, name: str) -> None:
    """Letters and digits stay, everything else is one dash; no name leads out of the folder."""
    assert name_of(words) == name


def test_long_briefs_that_begin_alike_have_names_of_their_own() -> None:
    """A cut name carries a digest of the whole."""
    first, second = name_of("word " * 40 + "one"), name_of("word " * 40 + "two")
    assert first != second
    assert len(first) <= NAME_LENGTH + 9


def test_draws_come_in_order_and_the_last_one_for_ever(folder: Path) -> None:
    """The second draw is another picture; a fourth is the third again."""
    provider = FolderProvider(folder)
    images = [provider.generate(brief("A red fox."), model="old", pictures={}).image for _ in range(4)]
    expected = [png("old/a-red-fox.png"), png("old/a-red-fox.2.png"), png("old/a-red-fox.10.JPG")]
    assert [image and image.data for image in images] == [*expected, expected[-1]]


def test_a_missing_picture_names_the_file_that_would_answer(folder: Path) -> None:
    """The failure says where to put it."""
    outcome = FolderProvider(folder).generate(brief("A blue hare"), model="new", pictures={})
    assert (outcome.kind, outcome.label) == (OutcomeKind.FAILURE, "NO_PICTURE_FILE")
    assert str(folder / "new" / "a-blue-hare.png") in outcome.detail


def test_a_picture_agrees_with_the_brief_it_is_filed_under(folder: Path) -> None:
    """Same words: cosine 1; no word in common: near 0."""
    provider = FolderProvider(folder)
    image = Image.of(png("new/a-red-fox.webp"))
    same, other, picture = provider.embed(["A red fox", "harbours by night", image], model="e", dimensions=768)
    assert dot(same, picture) == pytest.approx(1)
    assert abs(dot(other, picture)) < 0.05


def dot(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    """The scalar product."""
    return math.fsum(a * b for a, b in zip(one, two, strict=True))


def test_a_strange_picture_has_no_vector_and_no_judgement(folder: Path) -> None:
    """Nothing is invented for what does not lie in the folder, or was not judged."""
    provider = FolderProvider(folder)
    with pytest.raises(Unavailable, match="not in the folder"):
        provider.embed([Image.of(png("strange"))], model="e", dimensions=128)
    for data in (png("strange"), png("new/a-red-fox.webp")):
        assert provider.judge(brief("x"), Image.of(data), model="j", rubric=RUBRIC).missing == "empty"


def test_what_was_said_of_a_picture_is_read_by_the_usual_reader(folder: Path) -> None:
    """A score beside the picture is its judgement; nonsense is named as from any judge."""
    provider = FolderProvider(folder)
    image = Image.of(png("new/a-red-fox.webp"))
    said = folder / "new" / "a-red-fox.json"
    said.write_text('{"score": 64, "reason": "Too dark."}')
    judgement = provider.judge(brief("A red fox"), image, model="j", rubric=RUBRIC)
    assert (judgement.score, judgement.reason) == (64.0, "Too dark.")
    said.write_text('{"score": 640, "reason": "Too dark."}')
    assert provider.judge(brief("A red fox"), image, model="j", rubric=RUBRIC).missing == "out of range"


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    """It says how the files must lie."""
    for folder in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError, match="MODEL/WORDS-OF-THE-BRIEF"):
            FolderProvider(folder)
