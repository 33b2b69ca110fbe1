"""Reading what was asked: the arguments of google-genai's `generate_content` become a brief, and back.

`contents` may be a string, a `Part`, a `Content`, a PIL picture, a `File`, their dict forms, or lists of these
(`google.genai.types.ContentListUnion`). google-genai is imported inside the functions: a live process has it already.
"""

import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from shadow.brief import Brief, FileReference, Part, Picture, Text, canonical
from shadow.pair import Image
from shadow.providers.answer import read_response
from shadow.providers.leaves import Kept, Leaves, restored
from shadow.providers.turns import Mark, field, made_by_model, marks_in
from shadow.providers.way import (
    CACHED,
    MULTI_TURN,
    NO_IMAGE_ASKED,
    RAW,
    TOOLS,
    UNREADABLE,
    Arguments,
    Asked,
    NotComparedError,
    Way,
    Weight,
)

__all__ = ["GENERATE", "brief_of", "config_of", "contents_of"]

TRANSPORT = frozenset(
    {"http_options", "should_return_http_response", "labels", "automatic_continuation", "automatic_function_calling"}
)
"""Fields of the config that say how to ask, not what. Chats set the last one by themselves."""
CACHE, CONTINUATION, RAW_ANSWER = "cached_content", "continuation_token", "should_return_http_response"
ALIASES = {"cachedContent": CACHE, "continuationToken": CONTINUATION, "shouldReturnHttpResponse": RAW_ANSWER}
SPECIAL = frozenset({CACHE, CONTINUATION, RAW_ANSWER, *ALIASES})
"""Fields of the config that keep a request from being compared."""
HELD_BACK = TRANSPORT - {RAW_ANSWER}


def ask(arguments: Arguments, *, owner: bool = True) -> Asked:
    """The arguments of `generate_content`, out of the caller's reach."""
    contents, config = arguments.get("contents"), arguments.get("config")
    words = type(contents) is str
    marks = None if words else made_by_model(contents)
    if words and config is None:  # the shortest way for what is asked most
        return Asked((contents, None), len(contents), 0, "", None, False, True, contents)  # type: ignore[arg-type]  # a str
    leaves = Leaves(owner=owner)
    settings = leaves.keep(config, HELD_BACK)
    named = settings.fields if type(settings) is Kept else settings or ()
    if marks is not None or not SPECIAL.isdisjoint(named):
        return _not_compared(contents, marks, named)
    what = contents if words else leaves.keep(contents)
    size = leaves.size + len(contents) if words else leaves.size  # type: ignore[arg-type]  # a str
    return Asked((what, settings), size, leaves.copied, "", None, False, True, contents)


def _not_compared(contents: Any, marks: tuple[Mark, ...] | None, named: Collection[str]) -> Asked:
    special = {ALIASES.get(name, name) for name in named} & SPECIAL
    reason = CACHED if CACHE in special else MULTI_TURN if marks is not None or CONTINUATION in special else RAW
    opening = contents[0] if marks is not None and isinstance(contents, list | tuple) else contents
    return Asked(reason=reason, marks=marks, bound=reason == CACHED, opening=opening)


def weigh(response: Any) -> Weight:
    """What a `GenerateContentResponse` weighs."""
    size, final = 0, None
    for candidate in response.candidates or ():
        content = candidate.content
        for part in (content and content.parts) or ():
            blob, signature = part.inline_data, part.thought_signature
            if signature:
                size += len(signature)
            if blob and (data := blob.data):
                size += len(data)
                if not part.thought and (blob.mime_type or "image/").startswith("image/"):
                    final = data
    return size, final


def marks_of(response: Any) -> list[Mark]:
    """The marks of the turn in a `GenerateContentResponse`."""
    contents = [candidate.content for candidate in response.candidates or ()]
    parts = [part for content in contents for part in (content and content.parts) or ()]
    return [mark for part in parts for mark in marks_in(part, part.thought_signature)]


def words_of(asked: Any, *, within: str = "parts") -> str:
    """The words of contents, parts joined by a line break; `within` names the field that holds the parts of a turn."""
    if isinstance(asked, str):
        return asked
    if isinstance(asked, list | tuple):
        return "\n".join(filter(None, (words_of(item, within=within) for item in asked)))
    text = field(asked, "text")
    return text if isinstance(text, str) and text else words_of(field(asked, within) or "", within=within)


def kept_brief(what: Any) -> tuple[Brief, dict[str, Image]]:
    """The brief in what `ask` kept. Raises `NotComparedError`."""
    return brief_of(*(restored(item) for item in what))


def brief_of(contents: Any, config: Any) -> tuple[Brief, dict[str, Image]]:
    """The brief in a request, and its reference images by digest. Raises `NotComparedError`."""
    pictures: dict[str, Image] = {}
    parts = tuple(_parts(contents, pictures))
    if not parts:
        raise NotComparedError(UNREADABLE)
    return Brief(parts=parts, settings_json=canonical(_settings(config))), pictures


def _settings(config: Any) -> dict[str, Any]:
    from google.genai import types

    if config is None:
        return {}
    typed = config if isinstance(config, types.GenerateContentConfig) else types.GenerateContentConfig(**config)
    if any(callable(tool) for tool in typed.tools or ()):
        raise NotComparedError(TOOLS)
    settings: dict[str, Any] = typed.model_dump(mode="json", exclude_none=True, exclude=set(TRANSPORT))
    modalities = {str(item).upper() for item in settings.get("response_modalities", ())}
    if modalities and "IMAGE" not in modalities:
        raise NotComparedError(NO_IMAGE_ASKED)
    return settings


def _parts(contents: Any, pictures: dict[str, Image]) -> Iterator[Part]:
    from google.genai import types

    match contents:
        case str():
            yield Text(text=contents)
        case list() | tuple():
            for item in contents:
                yield from _parts(item, pictures)
        case types.Content():
            if contents.role == "model":
                raise NotComparedError(MULTI_TURN)
            yield from _parts(contents.parts or [], pictures)
        case types.Part():
            yield _part(contents, pictures)
        case types.File():
            yield FileReference(uri=contents.uri or "", mime=contents.mime_type or "")
        case Mapping():
            yield from _parts(_typed(contents), pictures)
        case _ if hasattr(contents, "save"):  # a PIL picture, which google-genai sends as PNG
            yield _picture(_png(contents), pictures)
        case _:
            raise NotComparedError(UNREADABLE)


def _typed(item: Mapping[str, Any]) -> Any:
    from google.genai import types

    if "parts" in item:
        return types.Content.model_validate(item)
    return (types.File if "uri" in item else types.Part).model_validate(item)


def _part(part: Any, pictures: dict[str, Image]) -> Part:
    if part.thought_signature or part.thought:
        raise NotComparedError(MULTI_TURN)
    if part.text is not None:
        return Text(text=part.text)
    if part.inline_data is not None and part.inline_data.data:
        return _picture(part.inline_data.data, pictures, declared=part.inline_data.mime_type or "")
    if part.file_data is not None:
        return FileReference(uri=part.file_data.file_uri or "", mime=part.file_data.mime_type or "")
    raise NotComparedError(UNREADABLE)


def _picture(data: bytes, pictures: dict[str, Image], declared: str = "") -> Picture:
    image = Image.of(data)
    pictures[image.digest] = image
    return Picture(digest=image.digest, mime=declared or image.mime)


def _png(picture: Any) -> bytes:
    buffer = io.BytesIO()
    # Little compression: this may run in the live process, where every millisecond of work holds up the host.
    (picture.convert("RGB") if picture.mode == "CMYK" else picture).save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def contents_of(brief: Brief, pictures: Mapping[str, Image]) -> list[Any]:
    """The brief as `contents` of a request: one user turn. A reference picture that is not there raises `KeyError`."""
    from google.genai import types

    parts = []
    for part in brief.parts:
        match part:
            case Text():
                parts.append(types.Part(text=part.text))
            case Picture():
                blob = types.Blob(data=pictures[part.digest].data, mime_type=part.mime)
                parts.append(types.Part(inline_data=blob))
            case FileReference():
                parts.append(types.Part(file_data=types.FileData(file_uri=part.uri, mime_type=part.mime or None)))
    return [types.Content(role="user", parts=parts)]


def config_of(brief: Brief) -> Any:
    """The brief's settings as a `GenerateContentConfig`."""
    from google.genai import types

    return types.GenerateContentConfig.model_validate(brief.settings)


GENERATE = Way(ask=ask, weigh=weigh, marks=marks_of, words=words_of, read=read_response, brief=kept_brief)
"""`models.generate_content`, and chats, which call it; a stream is read chunk by chunk."""
