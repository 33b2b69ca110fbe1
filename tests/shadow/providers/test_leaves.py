"""What was kept of a request is out of the caller's reach."""

import datetime
from typing import Any

import pytest
from google.genai import types
from PIL import Image as Pillow

from shadow.providers.leaves import Leaves, MutableLeafError, restored
from shadow.providers.request import GENERATE

PNG = b"\x89PNG" + b"x" * 3000
PICTURE = types.Part.from_bytes(data=PNG, mime_type="image/png")


def kept(value: Any) -> Any:
    """The value after a round trip."""
    return restored(Leaves().keep(value))


@pytest.mark.parametrize(
    "value",
    [
        "a fox",
        PNG,
        None,
        ["a fox", ["nested", {"text": "x"}]],
        types.Content(
            role="user", parts=[types.Part(text="a fox"), types.Part.from_bytes(data=PNG, mime_type="image/png")]
        ),
        types.UserContent(parts=[types.Part(text="a fox")]),
        types.File(
            uri="files/1", mime_type="image/png", create_time=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        ),
        types.GenerateContentConfig(
            response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio="16:9"), seed=3
        ),
        {"safety_settings": [types.SafetySetting(category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_NONE")]},
    ],
    ids=["str", "bytes", "none", "nested", "content", "user", "file", "config", "dict"],
)
def test_what_was_kept_reads_like_the_original(value: Any) -> None:
    """Equal, of the same class, with the same fields set."""
    back = kept(value)
    assert back == value
    assert type(back) is type(value)
    if isinstance(value, types.Content | types.GenerateContentConfig):
        assert back.model_dump(exclude_none=True) == value.model_dump(exclude_none=True)


def test_strings_and_bytes_are_the_very_objects() -> None:
    """Only references are kept of what cannot change; nothing is copied."""
    words = "a fox".upper()
    leaves = Leaves()
    held = leaves.keep([words, types.Part.from_bytes(data=PNG, mime_type="image/png")])
    assert held[0] is words
    assert held[1].fields["inline_data"].fields["data"] is PNG
    assert leaves.copied == 0
    assert len(PNG) < leaves.size < len(PNG) + 1000


def test_nothing_done_later_changes_what_was_kept() -> None:
    """Lists, dicts, pydantic objects, pictures and byte arrays may all be turned upside down."""
    picture = Pillow.new("RGB", (4, 4), "navy")
    part = types.Part(text="a fox")
    content = types.Content(role="user", parts=[part, types.Part.from_bytes(data=PNG, mime_type="image/png")])
    dict_form: dict[str, Any] = {"parts": [{"text": "of ice"}]}
    contents: list[Any] = [content, dict_form, picture]
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="1:1"), stop_sequences=["x"])
    asked = GENERATE.ask({"contents": contents, "config": config})
    part.text = "a dog"
    content.parts.clear()
    content.role = "model"
    dict_form["parts"][0]["text"] = "of fire"
    picture.putpixel((0, 0), (255, 255, 255))
    picture.paste("white", (0, 0, 4, 4))
    contents.clear()
    config.image_config.aspect_ratio = "16:9"
    config.stop_sequences.append("y")
    brief, pictures = GENERATE.brief(asked.what)
    assert brief.prompt == "a fox\nof ice"
    assert (brief.aspect_ratio, brief.settings["stop_sequences"]) == ("1:1", ["x"])
    fresh, _ = GENERATE.brief(GENERATE.ask({"contents": [Pillow.new("RGB", (4, 4), "navy")]}).what)
    assert fresh.parts[0].digest in pictures
    assert asked.copied == 1


def test_a_byte_array_is_copied_and_counted() -> None:
    """The one leaf besides a picture that could change under us."""
    data = bytearray(b"abc")
    leaves = Leaves()
    held = leaves.keep({"data": data, "view": memoryview(data)})
    data[0] = 0
    assert held == {"data": b"abc", "view": b"abc"}
    assert leaves.copied == 2


def test_another_thread_keeps_its_hands_off_pictures() -> None:
    """A picture that is being sent may be loading its pixels: only the thread that sends it may copy it."""
    with pytest.raises(MutableLeafError):
        GENERATE.ask({"contents": ["a fox", Pillow.new("L", (1, 1))]}, owner=False)
    assert GENERATE.ask({"contents": ["a fox"]}, owner=False).size == len("a fox")


def test_transport_is_left_out_at_once() -> None:
    """A client or a header in the options of a call is not held while it waits."""
    config = types.GenerateContentConfig(http_options=types.HttpOptions(headers={"x-secret": "s"}), seed=1)
    for given in (config, config.model_dump(exclude_none=True)):
        assert "secret" not in repr(GENERATE.ask({"contents": "a fox", "config": given}))


def test_what_nobody_knows_is_kept_as_it_is() -> None:
    """A function, a class: the reading of the request refuses them by name."""
    assert kept(print) is print
    assert kept(types.Part) is types.Part
    assert kept(types.FinishReason.STOP) is types.FinishReason.STOP
