"""Reading what Gemini answered: a response or an exception of google-genai becomes an outcome.

A response without a picture is usually HTTP 200, so it is classified here and never expected as an exception
(https://ai.google.dev/api/generate-content, `finishReason`, `promptFeedback`). Reads attributes only, so that the live
process may call it on an answer it already holds; google-genai itself is not imported.
"""

import re
from collections.abc import Iterator
from typing import Any

from shadow.pair import Image, Outcome, OutcomeKind

DETAIL_LENGTH = 500
REFUSALS = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "LANGUAGE",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "MODEL_ARMOR",
        "JAILBREAK",
    }
)
"""Finish reasons with which a model declines. Every block reason of a prompt is a refusal too."""
BRIEF_REJECTED = frozenset({"400 INVALID_ARGUMENT", "400 OUT_OF_RANGE"})
"""The model cannot serve this very brief (a size it does not offer): the model's outcome, not the network's."""
TEXT_ONLY = "TEXT_ONLY"
EMPTY = "EMPTY"
MALFORMED = "MALFORMED_ANSWER"
KEY_SHAPES = re.compile(r"AIza[0-9A-Za-z_-]{10,}|(?<=[?&]key=)[^&\s]+|ya29\.[0-9A-Za-z_.-]+|sk-[0-9A-Za-z_-]{16,}")


def without_keys(text: str) -> str:
    """The text with everything that has the shape of an API key blanked, cut to a bounded length."""
    return KEY_SHAPES.sub("[key removed]", text)[:DETAIL_LENGTH]


def outcome_of_response(response: Any, *, model: str, started_at: float, latency: float) -> Outcome:
    """What a `GenerateContentResponse` is: an image, a refusal or a failure."""
    usage = response.usage_metadata
    facts: dict[str, Any] = {
        "model": model,
        "model_version": response.model_version or "",
        "response_id": response.response_id or "",
        "latency": latency,
        "started_at": started_at,
        "prompt_tokens": (usage and usage.prompt_token_count) or 0,
        "output_tokens": (usage and usage.candidates_token_count) or 0,
        "thought_tokens": (usage and usage.thoughts_token_count) or 0,
    }
    picture = picture_of(response)
    if picture is not None:
        return Outcome(kind=OutcomeKind.IMAGE, image=Image.of(picture), **facts)
    kind, label, detail = _why_no_picture(response)
    return Outcome(kind=kind, label=label, detail=without_keys(detail), **facts)


def picture_of(response: Any) -> bytes | None:
    """The final picture's bytes, or None.

    The last picture that is not a thought: thinking models send interim pictures first. Where every picture is marked
    as a thought, the last one: the final picture has been seen flagged so.
    """
    pictures = [(bool(part.thought), part.inline_data.data) for part in _parts(response) if _is_picture(part)]
    final = [data for thought, data in pictures if not thought] or [data for _, data in pictures]
    return final[-1] if final else None


def _is_picture(part: Any) -> bool:
    blob = part.inline_data
    return bool(blob and blob.data and (blob.mime_type or "image/").startswith("image/"))


def _parts(response: Any) -> Iterator[Any]:
    for candidate in response.candidates or ():
        yield from (candidate.content and candidate.content.parts) or ()


def _why_no_picture(response: Any) -> tuple[OutcomeKind, str, str]:
    feedback = response.prompt_feedback
    if feedback and feedback.block_reason:
        label = _name(feedback.block_reason)
        return OutcomeKind.REFUSAL, label, feedback.block_reason_message or ""
    reason = next((_name(item.finish_reason) for item in response.candidates or () if item.finish_reason), "")
    message = next((item.finish_message for item in response.candidates or () if item.finish_message), "")
    words = " ".join(part.text for part in _parts(response) if part.text and not part.thought).strip()
    if reason in REFUSALS:
        return OutcomeKind.REFUSAL, reason, message or words
    if words and reason in {"", "STOP"}:
        return OutcomeKind.REFUSAL, TEXT_ONLY, words
    if reason in {"", "STOP"}:
        return OutcomeKind.FAILURE, EMPTY, message
    return OutcomeKind.FAILURE, reason, message or words


def _name(value: Any) -> str:
    return str(getattr(value, "value", value))


def outcome_of_error(error: BaseException, *, model: str, started_at: float, latency: float) -> Outcome:
    """What an exception of a generate call is: a brief the model rejected, a malformed answer, or infrastructure."""
    label = label_of_error(error)
    kind = OutcomeKind.FAILURE if label in BRIEF_REJECTED or label == MALFORMED else OutcomeKind.INFRASTRUCTURE
    return Outcome(
        kind=kind,
        model=model,
        label=label,
        detail=without_keys(str(getattr(error, "message", None) or error)),
        latency=latency,
        started_at=started_at,
        retry_after=retry_after(error),
    )


def label_of_error(error: BaseException) -> str:
    """A short countable name: "429 RESOURCE_EXHAUSTED", "timeout", "connection", `MALFORMED_ANSWER`.

    By attributes and names, not by class: google-genai loses the subclass when an error is pickled, and its transport
    may be httpx2, httpx or aiohttp.
    """
    code = getattr(error, "code", None) or getattr(error, "status_code", None)
    if isinstance(code, int):
        if code == 400 and "API_KEY_INVALID" in str(getattr(error, "details", "")):
            return "400 API_KEY_INVALID"
        return f"{code} {getattr(error, 'status', None) or ''}".strip()
    names = {kind.__name__ for kind in type(error).__mro__}
    if any("Timeout" in name for name in names):
        return "timeout"
    if names & {"TransportError", "OSError", "ClientError", "NetworkError"}:
        return "connection"
    if names & {"JSONDecodeError", "ValidationError", "UnknownApiResponseError"}:
        return MALFORMED
    return type(error).__name__


def retry_after(error: BaseException) -> float | None:
    """Seconds the API asked us to wait: `RetryInfo.retryDelay` of the error body, else the `Retry-After` header.

    google-genai ignores both in `models.*` calls.
    """
    details = getattr(error, "details", None)
    body = details.get("error", details) if isinstance(details, dict) else {}
    for item in (body.get("details") if isinstance(body, dict) else None) or ():
        if isinstance(item, dict) and str(item.get("@type", "")).endswith("RetryInfo"):
            return _seconds(str(item.get("retryDelay", "")).removesuffix("s"))
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    return _seconds(headers.get("retry-after", ""))


def _seconds(text: str) -> float | None:
    try:
        return max(0.0, float(text))
    except ValueError:
        return None
