"""Turns that a model made are told in every form a request takes."""

from typing import Any

import pytest
from google.genai import types
from PIL import Image as Pillow

from shadow.providers.turns import made_by_model, mark_of

SIGNED = types.Part(text="Here", thought_signature=b"s" * 100)
PIL = Pillow.new("L", (1, 1))
PICTURE = types.Part.from_bytes(data=b"p" * 100, mime_type="image/png")


@pytest.mark.parametrize(
    "contents",
    [
        "a fox",
        ["a fox"],
        [types.Part(text="x"), PICTURE],
        {"parts": [{"text": "x"}]},
        [],
        None,
        Pillow.new("L", (1, 1)),
    ],
    ids=["str", "list", "parts", "dict", "empty", "none", "pil"],
)
def test_a_single_turn_has_none(contents: Any) -> None:
    """A picture of the user's own is no model turn, whoever painted it."""
    assert made_by_model(contents) is None
    assert made_by_model([types.Content(role="user", parts=[PICTURE]), "again"]) is None


@pytest.mark.parametrize(
    ("contents", "marks"),
    [
        ([types.Content(role="model", parts=[SIGNED]), "again"], (mark_of(b"s" * 100),)),
        ([types.Content(role="model", parts=[PICTURE])], (mark_of(b"p" * 100),)),
        ([types.Content(role="model", parts=[types.Part(text="words")])], ()),
        ([SIGNED, "again"], (mark_of(b"s" * 100),)),
        ([{"parts": [{"thoughtSignature": b"s" * 100}]}], (mark_of(b"s" * 100),)),
        ([{"role": "model", "parts": [{"inline_data": {"data": b"p" * 100}}]}], (mark_of(b"p" * 100),)),
        ([types.Part(text="hm", thought=True)], ()),
        (types.Content(role="model", parts=None), ()),
    ],
    ids=["signed", "picture", "words", "part", "camel dict", "dict", "thought", "bare"],
)
def test_model_turns_are_told_with_their_marks(contents: Any, marks: Any) -> None:
    """By role, by signature, or as a thought; in either spelling."""
    assert made_by_model(contents) == marks


def test_the_latest_turn_comes_first() -> None:
    """It was issued by the model that the conversation stands with."""
    turns = [
        types.Content(role="model", parts=[types.Part(text="x", thought_signature=bytes([n] * 80))]) for n in (1, 2)
    ]
    assert made_by_model(turns) == (mark_of(bytes([2] * 80)), mark_of(bytes([1] * 80)))


def test_a_mark_of_megabytes_is_small() -> None:
    """Three megabytes of signature are known by their length and their end."""
    mark = mark_of(b"a" * 3_000_000)
    assert len(repr(mark)) < 100
    assert mark != mark_of(b"a" * 3_000_001)
    assert mark != mark_of(b"a" * 2_999_999 + b"b")
