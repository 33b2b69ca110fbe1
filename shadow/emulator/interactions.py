"""`POST /{v}/interactions`: the same studio behind the Interactions API, in its snake_case JSON.

https://ai.google.dev/gemini-api/docs/interactions. How the service words a picture that it does not make is not
documented; here the interaction then ends as `failed`, with the finish reason as the code of an error.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from shadow.emulator.errors import invalid
from shadow.emulator.models import Model
from shadow.emulator.replies import Reply, count_tokens
from shadow.emulator.wire import Ask, Blob, Content, Json, read_contents

METHOD = "interactions"
_UNSERVED = ("stream", "background", "agent")


def read_interaction(request: Mapping[str, object]) -> Ask:
    """A request, its keys in camelCase by now, as a generateContent request. Raises ApiError 400."""
    for name in _UNSERVED:
        if request.get(name):
            raise invalid(why=f"The emulator serves no interactions with `{name}`.")
    content = _content(_blocks(request.get("input")))
    if not content.text and not content.blobs:
        raise invalid(why="* CreateInteractionRequest.input: input is not specified")
    generation = _object(request.get("generationConfig"))
    image = _object(generation.get("imageConfig")) | _image_format(request.get("responseFormat"))
    return Ask(
        contents=(content,),
        modalities=frozenset(
            str(name).upper() for name in cast("list[object]", request.get("responseModalities") or [])
        ),
        aspect_ratio=cast("str | None", image.get("aspectRatio")),
        image_size=str(image.get("imageSize") or "1K"),
        seed=cast("int | None", generation.get("seed")),
    )


def interaction_of(reply: Reply, *, ask: Ask, model: Model, interaction_id: str) -> Json:
    """The whole answer as an `Interaction`."""
    prompt, made = sum(count_tokens(ask.contents).values()), sum(count for _, count in reply.tokens)
    reason = reply.blocked or ("" if reply.finish == "STOP" else reply.finish)
    usage = {"total_input_tokens": prompt, "total_output_tokens": made, "total_thought_tokens": reply.thoughts}
    interaction: Json = {
        "id": interaction_id,
        "object": "interaction",
        "model": model.name,
        "status": "failed" if reason else "completed",
        "created": "2026-01-01T00:00:00Z",
        "steps": list(_steps(reply.parts)),
        "usage": usage | {"total_tokens": sum(usage.values())},
    }
    if reason:
        interaction["errors"] = [{"code": reason, "message": f"No picture was made: {reason}."}]
    return interaction


def _steps(parts: Sequence[Json]) -> Iterator[Json]:
    for part in parts:
        if "thoughtSignature" in part:
            yield {"type": "thought", "signature": part["thoughtSignature"]}
    if content := [_block(part) for part in parts]:
        yield {"type": "model_output", "content": content}


def _block(part: Json) -> Json:
    if "inlineData" not in part:
        return {"type": "text", "text": part.get("text", "")}
    blob = _object(part["inlineData"])
    return {"type": "image", "mime_type": blob["mimeType"], "data": blob["data"]}


def _blocks(asked: object) -> Iterator[Json]:
    """The blocks of an input: text, one block, blocks, or steps of a user."""
    for item in asked if isinstance(asked, list) else [asked]:
        if isinstance(item, str):
            yield {"text": item}
        elif isinstance(item, dict) and item.get("type") == "user_input":
            yield from _blocks(item.get("content"))
        elif isinstance(item, dict):
            yield item


def _content(blocks: Iterator[Json]) -> Content:
    texts: list[str] = []
    blobs: list[Blob] = []
    for block in blocks:
        if block.get("type") == "image":
            inline = {"inlineData": {"mimeType": block.get("mimeType"), "data": block.get("data")}}
            blobs += read_contents({"parts": [inline]})[0].blobs
        elif block.get("text"):
            texts.append(str(block["text"]))
    return Content(text="\n".join(texts), blobs=tuple(blobs))


def _image_format(asked: object) -> Json:
    formats = [_object(item) for item in (asked if isinstance(asked, list) else [asked])]
    return next((item for item in formats if item.get("type") == "image"), {})


def _object(value: object) -> Json:
    return cast(Json, value) if isinstance(value, dict) else {}
