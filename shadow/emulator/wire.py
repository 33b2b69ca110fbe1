"""The JSON of the Gemini API: requests in either casing read into values, answers written in camelCase."""

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from shadow.emulator.errors import invalid

Json = dict[str, object]

# Below these keys the names belong to the caller and keep their spelling.
_CALLERS_NAMES = frozenset({"properties", "responseJsonSchema", "labels"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Inline bytes of a request."""

    mime_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one turn says (its text parts, joined by line breaks) and shows."""

    text: str
    blobs: tuple[Blob, ...]
    role: str = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A generateContent request, as far as the emulator obeys it. `modalities` is empty when the request is silent."""

    contents: tuple[Content, ...]
    modalities: frozenset[str] = frozenset()
    aspect_ratio: str | None = None
    image_size: str = "1K"
    seed: int | None = None
    schema: Json | None = None
    most_tokens: int | None = None
    system: str = ""
    """The system instruction."""

    @property
    def text(self) -> str:
        """Everything the user wrote."""
        return "\n".join(content.text for content in self.contents if content.role == "user" and content.text)

    @property
    def blobs(self) -> tuple[Blob, ...]:
        return tuple(blob for content in self.contents for blob in content.blobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedAsk:
    """One request of a batch: a content and the length of the vector."""

    content: Content
    dimensions: int


def parsed(body: bytes) -> Json:
    """The request's JSON object with its keys in camelCase. Raises ApiError 400."""
    try:
        value = _camel(json.loads(body or b"{}"))
    except (ValueError, RecursionError) as error:
        raise invalid(why=f"Invalid JSON payload received. {error}") from error
    if not isinstance(value, dict):
        raise invalid(why="Invalid JSON payload received. Expected an object.")
    return cast(Json, value)


def read_ask(request: Mapping[str, object]) -> Ask:
    """A generateContent or countTokens body. Raises ApiError 400 for what the API would not take."""
    contents = read_contents(request.get("contents"))
    if not any(content.text or content.blobs for content in contents):
        raise invalid(why="* GenerateContentRequest.contents: contents is not specified")
    config = _object(request.get("generationConfig"))
    image = _object(config.get("imageConfig"))
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    return Ask(
        contents=contents,
        modalities=frozenset(str(name).upper() for name in _list(config.get("responseModalities"))),
        aspect_ratio=cast("str | None", image.get("aspectRatio")),
        image_size=str(image.get("imageSize") or "1K"),
        seed=_whole(config.get("seed"), "seed"),
        schema=_object(schema) if schema else None,
        most_tokens=_whole(config.get("maxOutputTokens"), "max_output_tokens"),
        system=_content(_object(request.get("systemInstruction"))).text,
    )


def read_embeds(request: Mapping[str, object], *, default: int) -> tuple[EmbedAsk, ...]:
    """The requests of a batchEmbedContents body, or the one of an embedContent body."""
    asks = _list(request.get("requests")) if "requests" in request else [request]
    return tuple(_embed(_object(ask), default) for ask in asks)


def read_contents(value: object) -> tuple[Content, ...]:
    """Contents as a list, or the single content that some clients send."""
    listed = [value] if isinstance(value, dict) else _list(value)
    return tuple(_content(_object(item)) for item in listed)


def encoded(data: bytes) -> str:
    """Standard base64, as the API answers."""
    return b64encode(data).decode("ascii")


def written(answer: object) -> bytes:
    """Compact JSON bytes."""
    return json.dumps(answer, separators=(",", ":")).encode()


def _embed(ask: Json, default: int) -> EmbedAsk:
    nested = _object(ask.get("embedContentConfig"))
    asked = ask.get("outputDimensionality", nested.get("outputDimensionality"))
    content = _content(_object(ask.get("content")))
    if not content.text and not content.blobs:
        raise invalid(why="* EmbedContentRequest.content: content is not specified")
    return EmbedAsk(content=content, dimensions=_whole(asked, "output_dimensionality") or default)


def _content(value: Json) -> Content:
    parts = [_object(part) for part in _list(value.get("parts"))]
    if any("fileData" in part for part in parts):
        raise invalid(why="The emulator holds no files: send bytes as inlineData.")
    return Content(
        text="\n".join(str(part["text"]) for part in parts if part.get("text") and not part.get("thought")),
        blobs=tuple(_blob(_object(part["inlineData"])) for part in parts if "inlineData" in part),
        role=str(value.get("role") or "user"),
    )


def _blob(value: Json) -> Blob:
    text = str(value.get("data") or "")
    try:
        data = b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except Base64Error as error:
        raise invalid(
            why="Invalid value at 'contents.parts.inline_data.data' (TYPE_BYTES), Base64 decoding failed"
        ) from error
    return Blob(mime_type=str(value.get("mimeType") or ""), data=data)


def _camel(value: object, *, callers: bool = False) -> object:
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    pairs = ((key if callers else _renamed(key), item) for key, item in value.items())
    return {
        key: item if key == "responseJsonSchema" else _camel(item, callers=not callers and key in _CALLERS_NAMES)
        for key, item in pairs
    }


def _renamed(key: str) -> str:
    return re.sub(r"_+([a-z0-9])", lambda match: match.group(1).upper(), key)


def _object(value: object) -> Json:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(why="Invalid JSON payload received. Expected an object.")
    return value


def _list(value: object) -> Sequence[object]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise invalid(why="Invalid JSON payload received. Expected a list.")
    return value


def _whole(value: object, name: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise invalid(why=f"Invalid value for {name}: a whole number is expected")
    try:
        return int(value)
    except (ValueError, OverflowError) as error:
        raise invalid(why=f"Invalid value for {name}: a whole number is expected") from error
