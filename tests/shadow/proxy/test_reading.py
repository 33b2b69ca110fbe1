"""The JSON on the wire says the same as google-genai's objects: one brief, one outcome, whichever way it was seen."""

import gzip
import json
import zlib
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from canned import INCUMBENT, painted
from google.genai import types
from live_ways import ROUTE, body_of, by_model, client_on, frames_of, interaction_of

from shadow.brief import Brief
from shadow.capture import Labels, Seen
from shadow.capture.drain import outcome_of_call
from shadow.pair import Outcome, OutcomeKind
from shadow.providers.interaction import INTERACT
from shadow.providers.request import brief_of
from shadow.providers.way import Asked, NotComparedError, Way
from shadow.proxy.reading import WIRE_GENERATE, WIRE_INTERACTION, Exchange
from shadow.proxy.wire import Body

PICTURE = types.Part.from_bytes(data=painted("gold"), mime_type="image/png")
USER = types.Content(role="user", parts=[types.Part(text="a fox"), PICTURE])
SCHEMA = {"type": "OBJECT", "properties": {"my_key": {"type": "STRING"}}}

REQUESTS: Mapping[str, tuple[Any, Any]] = {
    "words": ("a fox", None),
    "half a pair": ("a \ud800 fox", None),
    "list": (["a fox", "at dawn"], None),
    "picture": (["a fox like this", PICTURE], {"response_modalities": ["IMAGE"]}),
    "content": (USER, types.GenerateContentConfig(seed=7)),
    "file": (types.Part.from_uri(file_uri="https://g/files/x", mime_type="image/png"), None),
    "settings": (
        "a fox",
        types.GenerateContentConfig(
            temperature=0.5,
            system_instruction="paint well",
            response_modalities=["TEXT", "IMAGE"],
            image_config=types.ImageConfig(aspect_ratio="16:9", image_size="2K"),
            thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_level=types.ThinkingLevel.HIGH),
            safety_settings=[
                types.SafetySetting(
                    category=types.HarmCategory.HARM_CATEGORY_HARASSMENT,
                    threshold=types.HarmBlockThreshold.BLOCK_NONE,
                )
            ],
            labels={"not": "asked"},
            stop_sequences=["x"],
            response_schema=SCHEMA,
        ),
    ),
    "tools": (
        "a fox",
        {"tools": [{"google_search": {}}], "tool_config": {"function_calling_config": {"mode": "NONE"}}},
    ),
}


def exchange(
    request: Any, answer: Any = None, *, encoding: str = "", whole: bool = True, kept: list[Any] | None = None
) -> Exchange:
    """What went through."""
    marks: list[Any] = [] if kept is None else kept
    return Exchange(
        model=INCUMBENT,
        request=Body(pieces=(as_bytes(request),)),
        answer=Body(pieces=(as_bytes(answer),), encoding=encoding, whole=whole),
        remember=lambda *news: marks.append(news),
    )


def as_bytes(value: Any) -> bytes:
    """A body."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def sent(contents: Any, config: Any) -> bytes:
    """What google-genai sends for these arguments."""
    bodies: list[bytes] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        bodies.append(request.content)
        return by_model(INCUMBENT, {})

    transport = {"transport": httpx2.MockTransport(keep)}
    from google import genai

    with genai.Client(api_key="k", http_options=types.HttpOptions(client_args=transport)) as client:
        client.models.generate_content(model=INCUMBENT, contents=contents, config=config)
    return bodies[0]


@pytest.mark.parametrize("name", list(REQUESTS))
def test_a_brief_is_the_same_whichever_way_it_was_seen(name: str) -> None:
    """Parts, settings and so the digest: evidence of the wrapper and of the proxy is about the same unit."""
    contents, config = REQUESTS[name]
    if name == "half a pair":
        body = json.dumps({"contents": [{"role": "user", "parts": [{"text": contents}]}]}).encode()
    else:
        body = sent(contents, config)
    brief, pictures = WIRE_GENERATE.brief(exchange(body))
    ours, held = brief_of(contents, config)
    assert brief == ours
    assert brief.digest() == ours.digest()
    assert pictures == held


@pytest.mark.parametrize("name", [name for name in REQUESTS if name != "half a pair"])
def test_the_words_that_choose_the_arm_are_the_same(name: str) -> None:
    """The same brief has the same arm in the wrapper and in the proxy."""
    from shadow.providers.request import GENERATE

    contents, config = REQUESTS[name]
    asked = WIRE_GENERATE.ask({"body": json.loads(sent(contents, config))})
    assert WIRE_GENERATE.words(asked.opening) == GENERATE.words(GENERATE.ask({"contents": contents}).opening)


def test_an_interaction_s_brief_is_the_same() -> None:
    """Its JSON has the names of the arguments."""
    arguments = {
        "model": INCUMBENT,
        "input": [{"type": "text", "text": "a fox"}],
        "response_format": {"type": "image", "aspect_ratio": "16:9"},
        "generation_config": {"seed": 3},
    }
    ours = INTERACT.brief(INTERACT.ask(arguments).what)
    assert WIRE_INTERACTION.brief(exchange(arguments)) == ours


def seen(way: Way, answered: Exchange) -> Outcome:
    """What the drain makes of it."""
    made = Seen(ROUTE, way, Labels())
    made.asked, made.answers = Asked(what=answered), (answered,)
    return outcome_of_call(made)


@pytest.mark.parametrize(
    ("way", "answer"),
    [
        (WIRE_GENERATE, body_of(INCUMBENT)),
        (WIRE_GENERATE, [body_of(INCUMBENT)]),
        (WIRE_GENERATE, frames_of(INCUMBENT)),
        (WIRE_GENERATE, b": hello\n\nevent: x\n" + frames_of(INCUMBENT).replace(b"\r\n", b"\n")),
        (WIRE_INTERACTION, interaction_of(INCUMBENT)),
    ],
    ids=["body", "list", "stream", "stream with comments", "interaction"],
)
@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_a_picture_is_found_in_every_form_of_answer(way: Way, answer: Any, encoding: str) -> None:
    """With the tokens that were paid for."""
    pack = {"": lambda data: data, "gzip": gzip.compress, "deflate": zlib.compress}[encoding]
    outcome = seen(way, exchange({}, pack(as_bytes(answer)), encoding=encoding))
    assert outcome.image is not None
    assert outcome.image.data == painted()
    assert (outcome.prompt_tokens, outcome.output_tokens) == (3, 1120)


@pytest.mark.parametrize(
    ("answer", "kind", "label"),
    [
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, OutcomeKind.REFUSAL, "PROHIBITED_CONTENT"),
        ({"candidates": [{"finishReason": "NO_IMAGE"}]}, OutcomeKind.FAILURE, "NO_IMAGE"),
        ({"candidates": [{"finishReason": "IMAGE_SAFETY", "content": {}}]}, OutcomeKind.REFUSAL, "IMAGE_SAFETY"),
        (
            {"candidates": [{"content": {"parts": [{"text": "no"}]}, "finishReason": "STOP"}]},
            OutcomeKind.REFUSAL,
            "TEXT_ONLY",
        ),
        ({}, OutcomeKind.FAILURE, "EMPTY"),
        (b"{half", OutcomeKind.FAILURE, "MALFORMED_ANSWER"),
        ({"candidates": "nope"}, OutcomeKind.FAILURE, "MALFORMED_ANSWER"),
        (
            {"candidates": [{"content": {"parts": [{"inlineData": {"data": 7}}]}}]},
            OutcomeKind.FAILURE,
            "MALFORMED_ANSWER",
        ),
    ],
)
def test_an_answer_without_a_picture_has_the_wrapper_s_name(answer: Any, kind: OutcomeKind, label: str) -> None:
    """Each documented shape."""
    outcome = seen(WIRE_GENERATE, exchange({}, answer))
    assert (outcome.kind, outcome.label) == (kind, label)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"contents": [{"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": [{"text": "b"}]}]},
            "multi-turn",
        ),
        ({"contents": [{"role": "user", "parts": [{"text": "a", "thoughtSignature": "QUJD"}]}]}, "multi-turn"),
        ({"continuationToken": "x"}, "multi-turn"),
        ({"cachedContent": "cachedContents/x"}, "cached content of one model"),
        ({"generationConfig": {"responseModalities": ["TEXT"]}}, "no image asked"),
        ({"generationConfig": {"responseFormat": {"image": {}}}}, "settings without a counterpart"),
        ({"contents": [{"parts": [{"inlineData": {"data": "%"}}]}]}, "unreadable request"),
    ],
)
def test_what_cannot_be_compared_is_named_and_its_answer_remembered(change: Any, reason: str) -> None:
    """A later turn may go on from the answer all the same."""
    kept: list[Any] = []
    body = {"contents": [{"role": "user", "parts": [{"text": "a"}]}], **change}
    with pytest.raises(NotComparedError) as refused:
        WIRE_GENERATE.brief(exchange(body, body_of(INCUMBENT), kept=kept))
    assert refused.value.reason == reason
    assert [model for _, model in kept] == [INCUMBENT]


def test_an_encoding_that_nobody_reads_is_named() -> None:
    """Passed through, and counted."""
    with pytest.raises(NotComparedError, match="encoding that is not read here"):
        seen(WIRE_GENERATE, exchange({}, b"x", encoding="br"))


def test_a_bomb_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compressed body that becomes more than anybody sends is not unpacked to its end."""
    monkeypatch.setattr("shadow.proxy.wire.LARGEST", 1000)
    with pytest.raises(NotComparedError, match="encoding that is not read here"):
        seen(WIRE_GENERATE, exchange({}, gzip.compress(b" " * 100_000), encoding="gzip"))


@pytest.mark.parametrize(
    "again", [lambda text: text, lambda text: text.rstrip("="), lambda text: text.replace("+", "-").replace("/", "_")]
)
def test_a_turn_is_known_in_either_alphabet(again: Any) -> None:
    """The API answers standard base64, google-genai sends it back URL-safe."""
    kept: list[Any] = []
    answer = body_of(INCUMBENT)
    part = answer["candidates"][0]["content"]["parts"][0]
    part["thoughtSignature"] = "ab+/" * 30 + "ab+/cd=="
    WIRE_GENERATE.read(exchange({}, answer, kept=kept))
    turn = {"role": "model", "parts": [{**part, "thoughtSignature": again(part["thoughtSignature"])}]}
    asked = WIRE_GENERATE.ask({"body": {"contents": [{"role": "user", "parts": [{"text": "a"}]}, turn]}})
    assert asked.marks is not None
    assert asked.marks[0] in kept[0][0]
    assert isinstance(WIRE_GENERATE.words(asked.opening), str)


def test_half_a_stream_is_what_had_come() -> None:
    """With the picture it is an outcome; without it the caller went away."""
    events = frames_of(INCUMBENT)
    assert seen(WIRE_GENERATE, exchange({}, events[:-30], whole=False)).kind is OutcomeKind.IMAGE
    with pytest.raises(NotComparedError, match="abandoned by the caller"):
        seen(WIRE_GENERATE, exchange({}, events[:200], whole=False))


def test_the_same_call_through_the_wrapper_is_the_same_brief() -> None:
    """Held against a real wrapped call, once."""
    from live_ways import FOX, Offers, brief, observed

    door = Offers()
    client = observed(client_on(), door)
    client.models.generate_content(model=INCUMBENT, contents=FOX)
    ours: Brief = brief(door.seen[0])
    assert WIRE_GENERATE.brief(exchange(sent(FOX, None)))[0] == ours
