"""Requests of google-genai become briefs, and back."""

import io
from typing import Any

import pytest
from google.genai import types
from PIL import Image as Pillow

from shadow.brief import Picture, Text
from shadow.providers.request import brief_of, config_of, contents_of
from shadow.providers.way import MULTI_TURN, NO_IMAGE_ASKED, TOOLS, NotComparedError

PAINTED = Pillow.new("RGB", (4, 4), "navy")


def png() -> bytes:
    """The bytes that `PAINTED` is kept as."""
    buffer = io.BytesIO()
    PAINTED.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


PART = types.Part.from_bytes(data=png(), mime_type="image/png")


@pytest.mark.parametrize(
    "contents",
    [
        ["a fox", PAINTED],
        ("a fox", PART),
        [types.Part(text="a fox"), PART],
        types.Content(role="user", parts=[types.Part(text="a fox"), PART]),
        [types.Content(parts=[types.Part(text="a fox"), PART])],
        [["a fox"], [PART]],
        {"role": "user", "parts": [{"text": "a fox"}, {"inline_data": {"data": png(), "mime_type": "image/png"}}]},
        [{"text": "a fox"}, PART],
    ],
    ids=["pil", "tuple", "parts", "content", "contents", "nested", "dict", "dict part"],
)
def test_every_way_of_asking_is_the_same_brief(contents: Any) -> None:
    """However the SDK lets a caller write it, the same words and picture have the same digest."""
    brief, pictures = brief_of(contents, None)
    expected, _ = brief_of([types.Part(text="a fox"), PART], None)
    assert brief.digest() == expected.digest()
    assert [type(part) for part in brief.parts] == [Text, Picture]
    assert [image.data for image in pictures.values()] == [png()]


def test_settings_come_back_as_they_were() -> None:
    """What was asked of the incumbent is asked of the candidate; only transport options are left out."""
    config = types.GenerateContentConfig(
        seed=3,
        response_modalities=["TEXT", "IMAGE"],
        system_instruction="flat colours",
        image_config=types.ImageConfig(aspect_ratio="9:16", image_size="2K"),
        safety_settings=[types.SafetySetting(category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_NONE")],
        http_options=types.HttpOptions(timeout=5, headers={"x-secret": "s"}),
    )
    brief, pictures = brief_of("a fox", config)
    assert "secret" not in brief.settings_json
    assert config_of(brief) == config.model_copy(update={"http_options": None})
    assert contents_of(brief, pictures) == [types.Content(role="user", parts=[types.Part(text="a fox")])]
    assert brief.digest() == brief_of("a fox", config.model_dump(exclude={"http_options"}))[0].digest()


def test_reference_pictures_come_back_as_they_were() -> None:
    """The rebuilt request holds the same bytes under the same declared type."""
    brief, pictures = brief_of(["a fox like this", PART, types.File(uri="files/1", mime_type="image/png")], None)
    parts = contents_of(brief, pictures)[0].parts
    assert parts[1] == PART
    assert parts[2].file_data.file_uri == "files/1"


@pytest.mark.parametrize(
    ("contents", "config", "reason"),
    [
        ([types.Content(role="model", parts=[PART]), "again"], None, MULTI_TURN),
        ([types.Part(text="x", thought_signature=b"sig"), "again"], None, MULTI_TURN),
        ("a joke", {"response_modalities": ["TEXT"]}, NO_IMAGE_ASKED),
        ("a fox", {"tools": [print]}, TOOLS),
        (object(), None, "unreadable request"),
        ([], None, "unreadable request"),
    ],
)
def test_what_cannot_be_asked_again_is_named(contents: Any, config: Any, reason: str) -> None:
    """Each request that cannot be compared has a countable reason."""
    with pytest.raises(NotComparedError) as caught:
        brief_of(contents, config)
    assert caught.value.reason == reason
