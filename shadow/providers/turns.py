"""The turns of a conversation that a model made: how they are recognised in a request, and by what they are known.

A request that carries model turns or thought signatures belongs to the model that issued them: another one may refuse
the signature (https://ai.google.dev/gemini-api/docs/thought-signatures). A turn is known by a mark: the length and the
last bytes of a signature or picture in it. That needs no look at megabytes, and holds for copies of the turn too.
"""

from collections.abc import Hashable, Iterator
from typing import Any

Mark = Hashable
TAIL = 64
"""Bytes of a signature or picture that its mark holds; they lie in compressed or encrypted data, so they tell it."""
CAMEL = {
    "thought_signature": "thoughtSignature",
    "inline_data": "inlineData",
}
"""The other spelling that google-genai takes in dicts."""


def mark_of(data: bytes | str) -> Mark:
    """By what a signature or a picture is known."""
    return len(data), data[-TAIL:]


def mark_of_interaction(interaction_id: str) -> Mark:
    """By what an interaction is known to a later one that goes on from it."""
    return "interaction", interaction_id


def made_by_model(contents: Any) -> tuple[Mark, ...] | None:
    """The marks of the model turns in the contents of a request, the latest first; None where there is no such turn."""
    found = False
    marks: list[Mark] = []
    for item in reversed(contents) if isinstance(contents, list | tuple) else (contents,):
        if isinstance(item, str):
            continue
        parts = field(item, "parts")
        turn = field(item, "role") == "model"
        for part in parts if isinstance(parts, list | tuple) else (item,):
            signature = field(part, "thought_signature")
            if turn or signature or field(part, "thought"):
                found = True
                marks.extend(marks_in(part, signature))
    return tuple(marks) if found else None


def marks_in(part: Any, signature: Any) -> Iterator[Mark]:
    """The marks of one part."""
    picture = field(field(part, "inline_data"), "data")
    for data in (signature, picture):
        if isinstance(data, bytes | str) and data:
            yield mark_of(data)


def field(item: Any, name: str) -> Any:
    """A field of a pydantic object or of its dict form, in either spelling; None where there is none."""
    if isinstance(item, dict):
        return item.get(name, item.get(CAMEL.get(name, name)))
    return getattr(item, name, None)
