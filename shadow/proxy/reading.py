"""The API's JSON on the wire read as the wrapper reads google-genai's objects: the same briefs, the same outcomes.

Runs behind the door, or in a thread: nothing here is on the way of a live call that is not about to be moved.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shadow.brief import Brief
from shadow.pair import Image
from shadow.providers.answer import Answer, joined, read_response
from shadow.providers.failure import MALFORMED
from shadow.providers.interaction import INTERACT, NO_COUNTERPART, read_interaction
from shadow.providers.request import GENERATE, brief_of
from shadow.providers.turns import Mark
from shadow.providers.way import UNREADABLE, Arguments, Asked, NotComparedError, Way, Weight
from shadow.proxy.wire import Body, View, parsed, same_mark, unpacked
from shadow.wrapper.live import ABANDONED

DATA = b"data:"
"""What a line of a server-sent event begins with that has something to say."""
BROKEN = Answer(finish=MALFORMED)
"""An answer that is no JSON, or whose picture is no base64."""
TOP = {
    "systemInstruction": "system_instruction",
    "safetySettings": "safety_settings",
    "toolConfig": "tool_config",
    "serviceTier": "service_tier",
    "cachedContent": "cached_content",
}
"""Keys beside `contents` that google-genai has in its config."""
PASSED = frozenset({"labels", "store", "model"})
"""Keys that say how to ask, not what."""
Remember = Callable[[list[Mark], str], None]


@dataclass(kw_only=True)
class Exchange:
    """One request and its answer, as bytes."""

    model: str
    """The model that was asked."""
    request: Body
    answer: Body
    remember: Remember
    """Takes the marks of the answer and the model they came from."""

    @cached_property
    def asked(self) -> Any:
        """The request's JSON object. Raises `NotComparedError`."""
        try:
            return parsed(self.request.plain())
        except (ValueError, RecursionError) as error:
            raise NotComparedError(UNREADABLE) from error


def ask_generate(arguments: Arguments, *, owner: bool = True) -> Asked:
    """What one look at a request tells, for choosing the arm: `arguments` holds the request's JSON object as "body"."""
    body = arguments["body"]
    cached = body.get("cachedContent", body.get("cached_content"))
    going_on = body.get("continuationToken", body.get("continuation_token"))
    special = {"cached_content": cached, "continuation_token": going_on}
    config = {name: value for name, value in special.items() if value}
    contents = body.get("contents")
    return _marked(GENERATE.ask({"contents": contents, "config": config or None}, owner=owner))


def ask_interaction(arguments: Arguments, *, owner: bool = True) -> Asked:
    """The same for an interaction, whose JSON has the names of the arguments."""
    return _marked(INTERACT.ask(arguments["body"], owner=owner))


def _marked(asked: Asked) -> Asked:
    return asked if asked.marks is None else asked._replace(marks=tuple(same_mark(mark) for mark in asked.marks))


def brief_of_generate(exchange: Exchange) -> tuple[Brief, dict[str, Image]]:
    """The brief in a request. Raises `NotComparedError`."""
    with _Remembering(exchange, read_generate):
        body = exchange.asked
        if not isinstance(body, dict):
            raise NotComparedError(UNREADABLE)
        asked = ask_generate({"body": body})
        if asked.reason:
            raise NotComparedError(asked.reason)
        return brief_of(_with_bytes(body.get("contents")), _config(body))


def brief_of_interaction(exchange: Exchange) -> tuple[Brief, dict[str, Image]]:
    """The brief in an interaction. Raises `NotComparedError`."""
    with _Remembering(exchange, read_interaction_body):
        asked = INTERACT.ask(exchange.asked)
        if asked.reason:
            raise NotComparedError(asked.reason)
        return INTERACT.brief(asked.what)


class _Remembering:
    """Where a request is not compared, its answer is still remembered: a later turn may go on from it."""

    def __init__(self, exchange: Exchange, read: Callable[[Exchange], Answer]) -> None:
        self._exchange = exchange
        self._read = read

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is not None:
            try:
                self._read(self._exchange)
            except Exception:
                return  # an answer that cannot be read goes on nowhere


def _config(body: Mapping[str, Any]) -> Any:
    """The fields beside the contents as a `GenerateContentConfig`. Raises `NotComparedError`."""
    from google.genai import types
    from pydantic import ValidationError

    config = dict(body.get("generationConfig", body.get("generation_config")) or {})
    for name, value in body.items():
        if name not in {"contents", "generationConfig", "generation_config"} | PASSED:
            config[TOP.get(name, name)] = _single(value) if TOP.get(name, name) == "system_instruction" else value
    try:
        return types.GenerateContentConfig(**config)
    except (ValidationError, TypeError) as error:
        raise NotComparedError(NO_COUNTERPART) from error


def _single(instruction: Any) -> Any:
    """An instruction of one text as that text, as callers of google-genai write it."""
    parts = instruction.get("parts") if isinstance(instruction, dict) else None
    parts = [parts] if isinstance(parts, dict) else parts
    if isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], dict) and set(parts[0]) == {"text"}:
        return parts[0]["text"]
    return instruction


def _with_bytes(contents: Any) -> Any:
    """The contents with every inline picture as bytes. Raises `NotComparedError`."""
    turns = contents if isinstance(contents, list) else [contents]
    try:
        return [{**turn, "parts": [_part(part) for part in _listed(turn.get("parts"))]} for turn in turns]
    except (ValueError, TypeError, AttributeError) as error:
        raise NotComparedError(UNREADABLE) from error


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(part)
    blob = kept.pop("inlineData", None) or kept.pop("inline_data", None)
    return {**kept, "inline_data": {**blob, "data": unpacked(blob.get("data"))}} if blob else kept


def read_generate(exchange: Exchange) -> Answer:
    """The answer of a generate call or of a stream of one. Raises `NotComparedError`."""
    return _answer(exchange, read_response, GENERATE.marks)


def read_interaction_body(exchange: Exchange) -> Answer:
    """The answer of an interaction. Raises `NotComparedError`."""
    return _answer(exchange, read_interaction, INTERACT.marks)


def _answer(exchange: Exchange, read: Callable[[Any], Answer], marks_of: Callable[[Any], list[Mark]]) -> Answer:
    try:
        frames = [View(frame) for frame in _frames(exchange.answer)]
        answer = joined([read(frame) for frame in frames])
        picture = answer.picture
        answer = answer if picture is None else answer._replace(final=unpacked(picture))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return BROKEN
    for frame in frames:
        if marks := [same_mark(mark) for mark in marks_of(frame)]:
            exchange.remember(marks, exchange.model)
    if not exchange.answer.whole and picture is None:
        raise NotComparedError(ABANDONED)
    return answer


def _frames(answer: Body) -> Iterator[Mapping[str, Any]]:
    """The JSON objects of an answer: one, a list of them, or the data of server-sent events. Raises `ValueError`."""
    for text in _texts(answer):
        value = parsed(text)
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))


def _texts(answer: Body) -> list[bytes]:
    body = answer.plain()
    if body.lstrip()[:1] in (b"{", b"[", b""):
        return [body] if answer.whole else []
    events = [line[len(DATA) :].strip() for line in body.split(b"\n") if line.startswith(DATA)]
    if not events and answer.whole:
        msg = "neither JSON nor events"
        raise ValueError(msg)
    # Where the caller went away in the middle of an event, that event is no answer.
    return events if answer.whole or body.endswith(b"\n") else events[:-1]


def _weightless(answer: Any) -> Weight:
    """Nothing: a body is weighed by its bytes."""
    del answer
    return 0, None


def _unmarked(answer: Any) -> list[Mark]:
    """None: the drain remembers them as it reads."""
    del answer
    return []


WIRE_GENERATE = Way(
    ask=ask_generate,
    weigh=_weightless,
    marks=_unmarked,
    words=GENERATE.words,
    read=read_generate,
    brief=brief_of_generate,
)
"""`generateContent` and its stream."""
WIRE_INTERACTION = Way(
    ask=ask_interaction,
    weigh=_weightless,
    marks=_unmarked,
    words=INTERACT.words,
    read=read_interaction_body,
    brief=brief_of_interaction,
)
"""`interactions`."""
