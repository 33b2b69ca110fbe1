"""Pictures from a folder."""

import json
from collections.abc import Callable
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path

import pytest
from google.genai import errors, types

from shadow.emulator.album import TYPES, Album, Gap, is_named_by_a_brief, name_of, painting_models
from shadow.emulator.models import MODELS

FLASH, PRO = "gemini-3.1-flash-image", "gemini-3-pro-image"
BRIEF = "serene mountain valley at dawn with a lone tree"
Put = Callable[..., None]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file for a brief into the folder of a model."""

    def write(data: bytes, *, prompt: str = BRIEF, model: str = FLASH, tail: str = ".jpg") -> None:
        (tmp_path / model).mkdir(exist_ok=True)
        (tmp_path / model / f"{name_of(prompt)}{tail}").write_bytes(data)

    return write


def test_the_name_is_a_plain_hash_of_the_prompt() -> None:
    """Any tool that knows SHA-256 finds it; white space around the prompt and broken text do not matter."""
    assert name_of(BRIEF) == sha256(BRIEF.encode()).hexdigest()[:16] == name_of(f"\n{BRIEF} ")
    assert name_of("a cat") == "51e4674156077982"
    assert len(name_of("half a letter \ud83d")) == 16


@pytest.mark.parametrize("ending", sorted(TYPES))
def test_a_file_answers_in_its_own_type(launch, tmp_path: Path, put: Put, ending: str) -> None:
    """The bytes reach the SDK untouched, typed by the file's ending."""
    put(b"not even a picture", tail=ending)
    parts = launch(album=Album(folder=tmp_path)).ask(BRIEF).parts or []
    assert parts[-1].inline_data == types.Blob(data=b"not even a picture", mime_type=TYPES[ending])


def test_each_model_has_its_own_files_and_the_others_paint(launch, tmp_path: Path, put: Put) -> None:
    """A file for one model leaves another model's pictures as they are without an album."""
    put(b"file", model=FLASH)
    mixed, plain = launch(album=Album(folder=tmp_path)), launch()
    assert mixed.picture(BRIEF, model=FLASH) == b"file"
    assert mixed.picture(BRIEF, model=PRO, image_size="1K") == plain.picture(BRIEF, model=PRO, image_size="1K")


def test_later_draws_may_have_their_own_files(launch, tmp_path: Path, put: Put) -> None:
    """NAME-2 is the second draw; where there is none, and for a seed, NAME answers again."""
    put(b"one")
    put(b"two", tail="-2.png")
    running = launch(album=Album(folder=tmp_path))
    drawn = [(running.ask(BRIEF).parts or [])[-1].inline_data.data for _ in range(3)]
    assert drawn == [b"one", b"two", b"one"]
    assert running.picture(BRIEF, seed=3) == b"one"


def test_a_brief_without_a_file_can_get_no_image(launch, tmp_path: Path) -> None:
    """With the gap NO_IMAGE nothing is painted."""
    response = launch(album=Album(folder=tmp_path, gap=Gap.NO_IMAGE)).ask(BRIEF)
    assert [candidate.finish_reason for candidate in response.candidates or []] == [types.FinishReason.NO_IMAGE]


def test_what_had_no_file_is_listed(launch, tmp_path: Path, put: Put) -> None:
    """/-/wanted gives the names to use, with their prompts, and none that exist."""
    put(b"file", prompt="a cat")
    running = launch(album=Album(folder=tmp_path))
    for prompt in ("a cat", BRIEF):
        running.ask(prompt)
    assert wanted(running.emulator.url) == {f"{FLASH}/{name_of(BRIEF)}": BRIEF}
    assert wanted(launch().emulator.url) == {}


def test_a_file_may_come_later(launch, tmp_path: Path, put: Put) -> None:
    """Files are looked up when they are asked for; the folder of a model need not be there at the start."""
    running = launch(album=Album(folder=tmp_path))
    assert running.picture(BRIEF).startswith(b"\xff\xd8")
    put(b"late")
    assert running.picture(BRIEF) == b"late"


def test_a_file_that_cannot_be_read_is_a_500(launch, tmp_path: Path) -> None:
    """A folder in a picture's place is told, not painted over."""
    (tmp_path / FLASH / f"{name_of(BRIEF)}.jpg").mkdir(parents=True)
    with pytest.raises(errors.ServerError, match=f"cannot read {name_of(BRIEF)}.jpg: Is a directory"):
        launch(album=Album(folder=tmp_path)).ask(BRIEF)


def test_the_folder_is_described(tmp_path: Path, put: Put) -> None:
    """Models by folder, pictures by ending in any case, and which of them a brief can have."""
    put(b"1")
    put(b"2", tail="-12.webp")
    put(b"3", tail=".JPG")
    put(b"4", tail="-0.png")
    put(b"5", tail=".txt")
    album = Album(folder=tmp_path)
    assert album.models() == [FLASH]
    named = {path.read_bytes(): is_named_by_a_brief(path) for path in album.pictures()}
    assert named == {b"1": True, b"2": True, b"3": False, b"4": False}


def test_only_image_models_paint() -> None:
    """Judges and embedders can have no pictures."""
    assert {FLASH, PRO} <= set(painting_models()) < set(MODELS)


def wanted(url: str) -> dict[str, str]:
    line = HTTPConnection(url.removeprefix("http://"))
    line.request("GET", "/-/wanted")
    answer: dict[str, str] = json.loads(line.getresponse().read())
    line.close()
    return answer
