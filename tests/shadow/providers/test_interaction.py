"""Interactions become briefs, and their answers outcomes."""

import base64
from typing import Any

import pytest
from canned import painted
from google.genai import types

from shadow.brief import FileReference, Picture, Text
from shadow.pair import OutcomeKind
from shadow.providers.answer import outcome_of
from shadow.providers.interaction import BACKGROUND, BY_REFERENCE, INTERACT, NO_COUNTERPART, STREAMED
from shadow.providers.request import brief_of
from shadow.providers.turns import mark_of, mark_of_interaction
from shadow.providers.way import CACHED, MULTI_TURN, NO_IMAGE_ASKED, TOOLS, UNREADABLE, NotComparedError

DATA = base64.b64encode(painted()).decode()
PICTURE = {"type": "image", "mime_type": "image/png", "data": DATA}


class Thing:
    """An object with these attributes, as the SDK's are."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


def brief(**arguments: Any) -> Any:
    """The brief of these arguments."""
    return INTERACT.brief(INTERACT.ask({"model": "m", **arguments}).what)[0]


@pytest.mark.parametrize(
    "asked",
    [
        ["a fox like this", PICTURE],
        [{"type": "text", "text": "a fox like this"}, PICTURE],
        [{"text": "a fox like this"}, Thing(**PICTURE)],
        [{"type": "user_input", "content": [{"type": "text", "text": "a fox like this"}, PICTURE]}],
    ],
    ids=["strings", "blocks", "objects", "steps"],
)
def test_every_way_of_writing_the_input_is_the_same_brief(asked: Any) -> None:
    """And the same as the words and the picture asked through generate_content."""
    part = types.Part.from_bytes(data=painted(), mime_type="image/png")
    assert brief(input=asked).digest() == brief_of(["a fox like this", part], None)[0].digest()


def test_settings_become_those_of_generate_content() -> None:
    """Shape, size, thinking, safety and sampling are asked of the other arm alike."""
    asked = brief(
        input="a fox",
        system_instruction="flat colours",
        response_modalities=["image"],
        response_format=[{"type": "text"}, {"type": "image", "aspect_ratio": "16:9", "mime_type": "image/jpeg"}],
        generation_config={
            "seed": 3,
            "temperature": 0.5,
            "thinking_level": "high",
            "image_config": Thing(aspect_ratio=None, image_size="2K"),
        },
        safety_settings=[{"type": "harassment", "threshold": "block_none"}],
        labels={"a": "b"},
        store=False,
        timeout=5,
    )
    config = types.GenerateContentConfig(
        seed=3,
        temperature=0.5,
        system_instruction="flat colours",
        response_modalities=["IMAGE"],
        thinking_config=types.ThinkingConfig(thinking_level="HIGH"),
        image_config=types.ImageConfig(aspect_ratio="16:9", image_size="2K"),
        safety_settings=[types.SafetySetting(category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_NONE")],
    )
    assert asked == brief_of("a fox", config)[0]


def test_pictures_may_lie_elsewhere() -> None:
    """A URI stays a URI."""
    asked = brief(input=[{"type": "image", "uri": "files/1", "mime_type": "image/png"}, "a fox"])
    assert asked.parts == (FileReference(uri="files/1", mime="image/png"), Text(text="a fox"))
    assert isinstance(brief(input=[PICTURE]).parts[0], Picture)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"input": "a fox", "tools": [{"type": "google_search"}]}, TOOLS),
        ({"input": "a fox", "response_format": {"type": "text"}}, NO_IMAGE_ASKED),
        ({"input": "a fox", "response_modalities": ["text"]}, NO_IMAGE_ASKED),
        ({"input": "a fox", "extra_body": {"x": 1}}, NO_COUNTERPART),
        ({"input": "a fox", "generation_config": {"speech_config": {}}}, NO_COUNTERPART),
        ({"input": [{"type": "audio", "data": "x"}]}, UNREADABLE),
        ({"input": [{"type": "image", "data": object()}]}, UNREADABLE),
        ({"input": None}, UNREADABLE),
    ],
)
def test_what_cannot_be_asked_of_the_other_arm_is_named(arguments: dict[str, Any], reason: str) -> None:
    """Rather not compared than compared with something else."""
    with pytest.raises(NotComparedError) as caught:
        brief(**arguments)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"input": "a fox"}, ""),
        ({"input": "a fox", "stream": True}, STREAMED),
        ({"input": "a fox", "background": True}, BACKGROUND),
        ({"input": "a fox", "cached_content": "c"}, CACHED),
        ({"input": "a fox", "previous_interaction_id": "i"}, MULTI_TURN),
        ({"input": "a fox", "continuation_token": "t"}, MULTI_TURN),
        ({"input": [{"type": "thought", "signature": "s"}]}, MULTI_TURN),
        ({"input": [Thing(type="model_output", content=[Thing(**PICTURE)])]}, MULTI_TURN),
    ],
)
def test_what_is_plain_at_a_look(arguments: dict[str, Any], reason: str) -> None:
    """Before anything is sent."""
    asked = INTERACT.ask(arguments)
    assert asked.reason == reason
    assert asked.bound is (reason == CACHED)
    assert asked.readable is (reason != STREAMED)


def test_model_turns_are_known_by_their_marks() -> None:
    """The id of the interaction before, or what a step holds."""
    assert INTERACT.ask({"input": "x", "previous_interaction_id": "i"}).marks == (mark_of_interaction("i"),)
    steps = [Thing(type="thought", signature="s"), {"type": "model_output", "content": [PICTURE]}]
    assert INTERACT.ask({"input": steps}).marks == (mark_of(DATA), mark_of("s"))


def answered(**fields: Any) -> Any:
    """An interaction of the SDK's shape, as our reading of it."""
    plain = {"id": "i", "steps": [], "usage": None, "errors": None, "status": "completed", "model": "m"}
    return INTERACT.read(Thing(**(plain | fields)))


def test_the_last_picture_is_the_answer() -> None:
    """With its words, its tokens and the marks by which a later turn is known."""
    other = base64.b64encode(painted("gold")).decode()
    steps = [
        Thing(type="user_input", content=[Thing(type="image", data="not this")]),
        Thing(type="thought", signature="s"),
        Thing(type="model_output", content=[Thing(**PICTURE), Thing(type="text", text="Here")]),
        Thing(type="model_output", content=[Thing(type="image", data=other)]),
    ]
    usage = Thing(total_input_tokens=3, total_output_tokens=1120, total_thought_tokens=9)
    outcome = outcome_of(answered(steps=steps, usage=usage), model="m", started_at=1.0, latency=2.0)
    assert outcome.image is not None
    assert outcome.image.data == painted("gold")
    assert (outcome.prompt_tokens, outcome.output_tokens, outcome.thought_tokens) == (3, 1120, 9)
    assert (outcome.response_id, outcome.model_version) == ("i", "m")
    whole = Thing(id="i", steps=steps)
    assert INTERACT.weigh(whole) == (len(DATA) + len(other), other)
    assert set(INTERACT.marks(whole)) == {mark_of_interaction("i"), mark_of("s"), mark_of(DATA), mark_of(other)}


@pytest.mark.parametrize(
    ("fields", "kind", "label"),
    [
        ({}, OutcomeKind.FAILURE, "EMPTY"),
        (
            {"steps": [Thing(type="model_output", content=[Thing(type="text", text="Which fox?")])]},
            OutcomeKind.REFUSAL,
            "TEXT_ONLY",
        ),
        (
            {"status": "failed", "errors": [Thing(code="x/image_safety", message="no")]},
            OutcomeKind.REFUSAL,
            "IMAGE_SAFETY",
        ),
        ({"status": "incomplete"}, OutcomeKind.FAILURE, "INCOMPLETE"),
    ],
)
def test_an_answer_without_a_picture_is_told_why(fields: dict[str, Any], kind: OutcomeKind, label: str) -> None:
    """The same closed kinds as everywhere."""
    outcome = outcome_of(answered(**fields), model="m", started_at=1.0, latency=2.0)
    assert (outcome.kind, outcome.label) == (kind, label)


def test_a_picture_by_reference_is_not_compared() -> None:
    """Its bytes are not here, and nobody fetches them on the caller's side."""
    steps = [Thing(type="model_output", content=[Thing(type="image", data=None, uri="files/1")])]
    assert answered(steps=steps).not_compared == BY_REFERENCE
