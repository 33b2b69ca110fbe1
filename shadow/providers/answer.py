"""Reading what Gemini answered: a response or an exception of google-genai becomes an outcome.

In two steps: `read_response` and `read_error` collect immutable leaves by reference and look at attributes only;
`outcome_of` hashes, decodes and cleans.
google-genai itself is not imported. A response without a picture is usually HTTP 200, so it is classified here and
never expected as an exception (https://ai.google.dev/api/generate-content, `finishReason`, `promptFeedback`).
"""

from typing import Any, NamedTuple

from shadow.pair import Image, Outcome, OutcomeKind
from shadow.providers.encoded import decoded
from shadow.providers.failure import Failure, label_of_error, outcome_of_failure, read_error, retry_after, without_keys

__all__ = [
    "Answer",
    "Failure",
    "joined",
    "label_of_error",
    "outcome_of",
    "outcome_of_error",
    "outcome_of_response",
    "picture_of",
    "read_error",
    "read_response",
    "retry_after",
    "without_keys",
]

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
TEXT_ONLY = "TEXT_ONLY"
EMPTY = "EMPTY"


class Answer(NamedTuple):
    """What an answer held, by reference; nothing in it can change any more."""

    final: bytes | str | None = None
    """The last picture that is not a thought; a string is base64."""
    interim: bytes | str | None = None
    """The last picture that is marked as a thought."""
    texts: tuple[str, ...] = ()
    """Words that are not thoughts."""
    finish: str = ""
    finish_message: str = ""
    block: str = ""
    block_message: str = ""
    version: str = ""
    response_id: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0
    thought_tokens: int = 0
    not_compared: str = ""
    """Why this answer cannot be compared, where it cannot."""

    @property
    def picture(self) -> bytes | str | None:
        """The final picture. Where every picture is marked as a thought, the last: it has been seen flagged so."""
        return self.final or self.interim


def read_response(response: Any) -> Answer:
    """The leaves of a `GenerateContentResponse`. Attribute look-ups only."""
    final = interim = None
    texts: list[str] = []
    finish: Any = None
    finish_message = ""
    for candidate in response.candidates or ():
        finish, finish_message = finish or candidate.finish_reason, finish_message or candidate.finish_message or ""
        for part in (candidate.content and candidate.content.parts) or ():
            blob = part.inline_data
            if blob and blob.data and (blob.mime_type or "image/").startswith("image/"):
                final, interim = (final, blob.data) if part.thought else (blob.data, interim)
            if part.text and not part.thought:
                texts.append(part.text)
    feedback, usage = response.prompt_feedback, response.usage_metadata
    return Answer(
        final=final,
        interim=interim,
        texts=tuple(texts),
        finish=name_of(finish),
        finish_message=finish_message,
        block=name_of(feedback and feedback.block_reason),
        block_message=(feedback and feedback.block_reason_message) or "",
        version=response.model_version or "",
        response_id=response.response_id or "",
        prompt_tokens=(usage and usage.prompt_token_count) or 0,
        output_tokens=(usage and usage.candidates_token_count) or 0,
        thought_tokens=(usage and usage.thoughts_token_count) or 0,
    )


def joined(chunks: list[Answer]) -> Answer:
    """The one answer that the chunks of a stream are: pictures and reasons the last that came, tokens the largest."""
    if not chunks:
        return Answer()
    last = Answer()
    for chunk in chunks:
        last = Answer._make(new or old for new, old in zip(chunk, last, strict=True))
    return last._replace(texts=tuple(text for chunk in chunks for text in chunk.texts))


def outcome_of(answer: Answer | Failure, *, model: str, started_at: float, latency: float) -> Outcome:
    """What an answer is: an image, a refusal, a failure of the model, or infrastructure.

    Raises `ValueError` for a picture whose base64 is broken.
    """
    if isinstance(answer, Failure):
        return outcome_of_failure(answer, model=model, started_at=started_at, latency=latency)
    facts: dict[str, Any] = {
        "model": model,
        "model_version": answer.version,
        "response_id": answer.response_id,
        "latency": latency,
        "started_at": started_at,
        "prompt_tokens": answer.prompt_tokens,
        "output_tokens": answer.output_tokens,
        "thought_tokens": answer.thought_tokens,
    }
    picture = answer.picture
    if picture is not None:
        data = decoded(picture) if isinstance(picture, str) else picture
        return Outcome(kind=OutcomeKind.IMAGE, image=Image.of(data), **facts)
    kind, label, detail = _why_no_picture(answer)
    return Outcome(kind=kind, label=label, detail=without_keys(detail), **facts)


def _why_no_picture(answer: Answer) -> tuple[OutcomeKind, str, str]:
    if answer.block:
        return OutcomeKind.REFUSAL, answer.block, answer.block_message
    words = " ".join(answer.texts).strip()
    if answer.finish in REFUSALS:
        return OutcomeKind.REFUSAL, answer.finish, answer.finish_message or words
    if words and answer.finish in {"", "STOP"}:
        return OutcomeKind.REFUSAL, TEXT_ONLY, words
    if answer.finish in {"", "STOP"}:
        return OutcomeKind.FAILURE, EMPTY, answer.finish_message
    return OutcomeKind.FAILURE, answer.finish, answer.finish_message or words


def name_of(value: Any) -> str:
    """The name of an enum value of the SDK, known or not; empty for none."""
    return "" if value is None else str(getattr(value, "value", value))


def outcome_of_response(response: Any, *, model: str, started_at: float, latency: float) -> Outcome:
    """What a `GenerateContentResponse` is, in one step."""
    return outcome_of(read_response(response), model=model, started_at=started_at, latency=latency)


def outcome_of_error(error: BaseException, *, model: str, started_at: float, latency: float) -> Outcome:
    """What an exception of a generate call is, in one step."""
    return outcome_of(read_error(error), model=model, started_at=started_at, latency=latency)


def picture_of(response: Any) -> bytes | str | None:
    """The final picture of a `GenerateContentResponse`, or None."""
    return read_response(response).picture
