"""Bodies of a generateContent answer: candidates, usage and the frames of a stream."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shadow.emulator.models import Model
from shadow.emulator.seeds import chance_of
from shadow.emulator.wire import Ask, Content, Json, encoded

_PICTURE_IN = 1120
_SIGNATURE = (900, 2700)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model answered: parts (wire form), why it ended, tokens by modality; or why the prompt was blocked.

    `slowness` is a factor on the time that the answer takes.
    """

    parts: tuple[Json, ...] = ()
    finish: str = "STOP"
    tokens: tuple[tuple[str, int], ...] = ()
    thoughts: int = 0
    blocked: str = ""
    slowness: float = 1.0


def text_part(text: str) -> Json:
    return {"text": text}


def picture_part(mime_type: str, data: bytes, *, signed_by: int | None, size: int = 0) -> Json:
    """Inline picture; with a thought signature of `size` bytes (else 1-4 KB of base64) when the model thinks."""
    part: Json = {"inlineData": {"mimeType": mime_type, "data": encoded(data)}}
    if signed_by is not None:
        chance = chance_of("signature", signed_by)
        part["thoughtSignature"] = encoded(chance.bytes(size or int(chance.integers(*_SIGNATURE))))
    return part


def count_tokens(contents: Sequence[Content]) -> dict[str, int]:
    """Prompt tokens by modality: about four letters to a token, a picture at high resolution 1120."""
    words = sum(len(content.text) for content in contents)
    pictures = sum(len(content.blobs) for content in contents)
    return {"TEXT": -(-words // 4)} | ({"IMAGE": _PICTURE_IN * pictures} if pictures else {})


def body_of(reply: Reply, *, ask: Ask, model: Model, response_id: str) -> Json:
    """The whole answer as one body."""
    return _enveloped(reply, _candidate(reply.parts, reply.finish), ask=ask, model=model, response_id=response_id)


def frames_of(reply: Reply, *, ask: Ask, model: Model, response_id: str) -> list[Json]:
    """The same answer as a stream: one frame for each part, then one that only says why it ended."""
    candidates = [_candidate([part], "") for part in _pieces(reply.parts)]
    candidates.append(_candidate([text_part("")] if reply.parts else (), reply.finish))
    return [_enveloped(reply, one, ask=ask, model=model, response_id=response_id) for one in candidates]


def _candidate(parts: Sequence[Json], finish: str) -> Json:
    candidate: Json = {"content": {"parts": list(parts), "role": "model"} if parts else {}}
    if finish:
        candidate["finishReason"] = finish
    return candidate | {"index": 0}


def _enveloped(reply: Reply, candidate: Json, *, ask: Ask, model: Model, response_id: str) -> Json:
    if not (reply.finish or reply.blocked):
        return {}
    says: Json = {"promptFeedback": {"blockReason": reply.blocked}} if reply.blocked else {"candidates": [candidate]}
    usage = _usage(reply, count_tokens(ask.contents))
    return says | {"usageMetadata": usage, "modelVersion": model.name, "responseId": response_id}


def _usage(reply: Reply, prompt: dict[str, int]) -> Json:
    made = sum(count for _, count in reply.tokens)
    usage: Json = {"promptTokenCount": sum(prompt.values())}
    if made:
        usage["candidatesTokenCount"] = made
    if reply.thoughts:
        usage["thoughtsTokenCount"] = reply.thoughts
    usage["totalTokenCount"] = sum(prompt.values()) + made + reply.thoughts
    usage["promptTokensDetails"] = _details(prompt.items())
    if reply.tokens:
        usage["candidatesTokensDetails"] = _details(reply.tokens)
    return usage | {"serviceTier": "standard"}


def _details(tokens: Iterable[tuple[str, int]]) -> list[Json]:
    return [{"modality": modality, "tokenCount": count} for modality, count in tokens]


def _pieces(parts: Sequence[Json]) -> list[Json]:
    """Parts as they would stream: text in pieces of 60 letters, a picture whole."""
    pieces: list[Json] = []
    for part in parts:
        text = str(part.get("text", ""))
        pieces += [text_part(text[at : at + 60]) for at in range(0, len(text), 60)] or [part]
    return pieces
