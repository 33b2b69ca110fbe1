"""The Interactions API: `interactions.create` for pictures becomes a brief, and its answer an outcome.

https://ai.google.dev/gemini-api/docs/interactions. The other arm is asked through `generate_content`, so only requests
whose every setting has a counterpart there are compared.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from shadow.brief import Brief
from shadow.pair import Image
from shadow.providers.answer import Answer, name_of
from shadow.providers.encoded import decoded
from shadow.providers.leaves import Leaves, restored
from shadow.providers.request import brief_of, words_of
from shadow.providers.turns import Mark, field, mark_of, mark_of_interaction
from shadow.providers.way import (
    CACHED,
    MULTI_TURN,
    NO_IMAGE_ASKED,
    TOOLS,
    UNREADABLE,
    Arguments,
    Asked,
    NotComparedError,
    Way,
    Weight,
)

STREAMED = "interaction streamed"
BACKGROUND = "interaction in the background"
BY_REFERENCE = "picture by reference"
NO_COUNTERPART = "settings without a counterpart"
TRANSPORT = frozenset(
    {"api_version", "extra_headers", "extra_query", "timeout", "automatic_continuation", "labels", "store"}
    | {"webhook_config", "model", "input", "stream", "background"}
)
"""Arguments that say how to ask, or that are looked at elsewhere."""
SAME = frozenset({"temperature", "top_p", "seed", "max_output_tokens", "stop_sequences"})
"""Fields of `generation_config` that `generate_content` has under the same name."""
IMAGE = "image"
USER = "user_input"
MODEL = frozenset({"model_output", "thought"})


def ask(arguments: Arguments, *, owner: bool = True) -> Asked:
    """The arguments of `interactions.create`, out of the caller's reach."""
    asked, previous = arguments.get("input"), arguments.get("previous_interaction_id")
    marks = _previous(previous, asked)
    if reason := _reason(arguments, marks):
        opening = None if previous else asked[0] if isinstance(asked, list) and marks is not None else asked
        return Asked(reason=reason, marks=marks, bound=reason == CACHED, readable=reason != STREAMED, opening=opening)
    leaves = Leaves(owner=owner)
    what = leaves.keep(dict(arguments), without=TRANSPORT - {"input"})
    return Asked(what, leaves.size, leaves.copied, opening=asked)


def _previous(interaction_id: Any, asked: Any) -> tuple[Mark, ...] | None:
    return (mark_of_interaction(interaction_id),) if isinstance(interaction_id, str) else _made_by_model(asked)


def _reason(arguments: Arguments, marks: tuple[Mark, ...] | None) -> str:
    if arguments.get("cached_content"):
        return CACHED
    if marks is not None or arguments.get("continuation_token"):
        return MULTI_TURN
    if arguments.get("stream"):
        return STREAMED
    return BACKGROUND if arguments.get("background") else ""


def _made_by_model(asked: Any) -> tuple[Mark, ...] | None:
    steps = [step for step in asked if field(step, "type") in MODEL] if isinstance(asked, list) else []
    return tuple(mark for step in reversed(steps) for mark in _marks(step)) if steps else None


def _marks(step: Any) -> Iterator[Mark]:
    """By what a step that a model made is known: its signature, its pictures."""
    blocks = field(step, "content")
    for data in (field(step, "signature"), *(field(block, "data") for block in blocks or ())):
        if isinstance(data, str) and data:
            yield mark_of(data)


def kept_brief(what: Any) -> tuple[Brief, dict[str, Image]]:
    """The brief in what `ask` kept. Raises `NotComparedError`."""
    asked = restored(what)
    config = _config({name: value for name, value in asked.items() if name not in TRANSPORT and value is not None})
    return brief_of(list(_parts(asked.get("input"))), config)


def _parts(asked: Any) -> Iterator[Any]:
    from google.genai import types

    for block in asked if isinstance(asked, list) else [asked]:
        kind = field(block, "type")
        if isinstance(block, str):
            yield types.Part(text=block)
        elif kind == USER:
            yield from _parts(field(block, "content"))
        elif kind == IMAGE:
            yield _picture(block)
        elif kind in {"text", None} and isinstance(field(block, "text"), str):
            yield types.Part(text=field(block, "text"))
        else:
            raise NotComparedError(UNREADABLE)


def _picture(block: Any) -> Any:
    from google.genai import types

    data, uri, mime = (field(block, name) for name in ("data", "uri", "mime_type"))
    if isinstance(data, str) and data:
        return types.Part.from_bytes(data=decoded(data), mime_type=mime or "image/png")
    if isinstance(uri, str) and uri:
        return types.Part(file_data=types.FileData(file_uri=uri, mime_type=mime))
    raise NotComparedError(UNREADABLE)  # an open file or a path: reading it now may read something else


def _config(asked: dict[str, Any]) -> dict[str, Any]:
    """The settings as the fields of a `GenerateContentConfig`."""
    if asked.pop("tools", None):
        raise NotComparedError(TOOLS)
    config: dict[str, Any] = {}
    for name in ("system_instruction", "service_tier"):
        if name in asked:
            config[name] = asked.pop(name)
    if modalities := asked.pop("response_modalities", None):
        config["response_modalities"] = [str(item).upper() for item in modalities]
    if safety := asked.pop("safety_settings", None):
        config["safety_settings"] = [_safety(item) for item in safety]
    config |= _generation(_plain(asked.pop("generation_config", None)))
    image = _image_format(asked.pop("response_format", None))
    if image:
        config["image_config"] = config.get("image_config", {}) | image
    if asked:
        raise NotComparedError(NO_COUNTERPART)
    return config


def _generation(asked: dict[str, Any]) -> dict[str, Any]:
    config = {name: asked.pop(name) for name in SAME & asked.keys()}
    if image := _plain(asked.pop("image_config", None)):
        config["image_config"] = image
    if level := asked.pop("thinking_level", None):
        config["thinking_config"] = {"thinking_level": str(level).upper()}
    asked.pop("thinking_summaries", None)  # shows thoughts, changes nothing in the picture
    if asked:
        raise NotComparedError(NO_COUNTERPART)
    return config


def _image_format(asked: Any) -> dict[str, Any]:
    """Shape and size out of the `response_format`, which may be one or a list."""
    formats = [_plain(item) for item in (asked if isinstance(asked, list) else [asked]) if item is not None]
    images = [item for item in formats if item.get("type") == IMAGE]
    if formats and not images:
        raise NotComparedError(NO_IMAGE_ASKED)
    return {name: item[name] for item in images for name in ("aspect_ratio", "image_size") if item.get(name)}


def _safety(setting: Any) -> dict[str, str]:
    return {
        "category": f"HARM_CATEGORY_{field(setting, 'type')}".upper(),
        "threshold": str(field(setting, "threshold")).upper(),
    }


def _plain(value: Any) -> dict[str, Any]:
    """A dict or a pydantic object as a dict of its own, what was not set left out."""
    held = value if isinstance(value, Mapping) else getattr(value, "__dict__", None) or {}
    return {name: item for name, item in held.items() if item is not None}


def weigh(interaction: Any) -> Weight:
    """What an `Interaction` weighs."""
    size, final = 0, None
    for step in interaction.steps or ():
        if field(step, "type") in MODEL:
            for block in field(step, "content") or ():
                if data := field(block, "data"):
                    size += len(data)
                    final = data if field(block, "type") == IMAGE else final
    return size, final


def marks_of(interaction: Any) -> list[Mark]:
    """The marks of the turn in an `Interaction`, and of going on from it."""
    going_on = [mark_of_interaction(interaction.id)] if interaction.id else []
    turns = [step for step in interaction.steps or () if field(step, "type") in MODEL]
    return going_on + [mark for step in turns for mark in _marks(step)]


def read_interaction(interaction: Any) -> Answer:
    """The leaves of an `Interaction`. Attribute look-ups only."""
    final = None
    texts: list[str] = []
    by_reference = False
    for step in interaction.steps or ():
        if field(step, "type") not in MODEL:
            continue
        for block in field(step, "content") or ():
            kind, data = field(block, "type"), field(block, "data")
            final = data if kind == IMAGE and data else final
            by_reference = by_reference or (kind == IMAGE and not data and bool(field(block, "uri")))
            if kind == "text":
                texts.append(field(block, "text") or "")
    usage, errors = interaction.usage, interaction.errors or ()
    return Answer(
        final=final,
        texts=tuple(texts),
        finish=_finish(interaction),
        finish_message=next((item.message for item in errors if item.message), ""),
        version=name_of(interaction.model),
        response_id=interaction.id or "",
        prompt_tokens=(usage and usage.total_input_tokens) or 0,
        output_tokens=(usage and usage.total_output_tokens) or 0,
        thought_tokens=(usage and usage.total_thought_tokens) or 0,
        not_compared=BY_REFERENCE if by_reference and final is None else "",
    )


def _finish(interaction: Any) -> str:
    """Why it ended: the last word of an error's URI, else the status; empty for an end as it should be."""
    code = next((item.code for item in interaction.errors or () if item.code), "")
    status = name_of(interaction.status)
    return (code.rpartition("/")[2] or ("" if status == "completed" else status)).upper()


INTERACT = Way(
    ask=ask,
    weigh=weigh,
    marks=marks_of,
    words=partial(words_of, within="content"),
    read=read_interaction,
    brief=kept_brief,
)
"""`interactions.create`."""
