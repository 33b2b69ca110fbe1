"""Reading what a call raised: an exception of google-genai or of its transport becomes a label and an outcome.

By attributes and names, not by class: google-genai loses the subclass when an error is pickled, its interactions have
an error tree of their own, and its transport may be any of three libraries.
"""

import re
from typing import Any, NamedTuple

from shadow.pair import Outcome, OutcomeKind

DETAIL_LENGTH = 500
HELD_LENGTH = 8000
"""Characters of an error's words that are held until they are cleaned."""
BRIEF_REJECTED = frozenset({"400 INVALID_ARGUMENT", "400 OUT_OF_RANGE"})
"""The model cannot serve this very brief (a size it does not offer): the model's outcome, not the network's."""
MALFORMED = "MALFORMED_ANSWER"
KEY_SHAPES = re.compile(r"AIza[0-9A-Za-z_-]{10,}|(?<=[?&]key=)[^&\s]+|ya29\.[0-9A-Za-z_.-]+|sk-[0-9A-Za-z_-]{16,}")
CONNECTION_NAMES = frozenset({"TransportError", "OSError", "ClientError", "NetworkError", "APIConnectionError"})
MALFORMED_NAMES = frozenset(
    {"JSONDecodeError", "ValidationError", "UnknownApiResponseError", "APIResponseValidationError"}
)


class Failure(NamedTuple):
    """What an exception said, without its traceback: that would hold the caller's frames."""

    label: str
    detail: str
    retry_after: float | None


def read_error(error: BaseException) -> Failure:
    """The leaves of an exception."""
    detail = str(getattr(error, "message", None) or error)[:HELD_LENGTH]
    return Failure(label=label_of_error(error), detail=detail, retry_after=retry_after(error))


def outcome_of_failure(failure: Failure, *, model: str, started_at: float, latency: float) -> Outcome:
    """What it means: a brief the model rejected, a malformed answer, or infrastructure."""
    of_the_model = failure.label in BRIEF_REJECTED or failure.label == MALFORMED
    return Outcome(
        kind=OutcomeKind.FAILURE if of_the_model else OutcomeKind.INFRASTRUCTURE,
        model=model,
        label=failure.label,
        detail=without_keys(failure.detail),
        latency=latency,
        started_at=started_at,
        retry_after=failure.retry_after,
    )


def without_keys(text: str) -> str:
    """The text with everything that has the shape of an API key blanked, cut to a bounded length."""
    return KEY_SHAPES.sub("[key removed]", text)[:DETAIL_LENGTH]


def advice(label: str) -> str:
    """What a person may do about a model that could not be asked, in one sentence; "" where nothing is known."""
    if label.startswith("404"):
        return "Check its name in config.toml; a model past its last day answers 404 too."
    if label.startswith(("401", "403")) or "API_KEY" in label:
        return "The key is refused: make a new one, or check which variable holds it."
    if label.startswith("429"):
        return "Its quota is used up for now; [worker] max_per_minute sets a pace, key_env a key of another project."
    if label in {"connection", "timeout"}:
        return "Nobody answers: check network, proxy and GOOGLE_GEMINI_BASE_URL (OPENAI_BASE_URL)."
    return "The service is down or overloaded." if label.startswith("5") else ""


def label_of_error(error: BaseException) -> str:
    """A short countable name: "429 RESOURCE_EXHAUSTED", "timeout", "connection", `MALFORMED_ANSWER`."""
    code = getattr(error, "code", None) or getattr(error, "status_code", None)
    if isinstance(code, int):
        body = _body(error)
        if code == 400 and "API_KEY_INVALID" in str(body):
            return "400 API_KEY_INVALID"
        return f"{code} {getattr(error, 'status', None) or _error(body).get('status') or ''}".strip()
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & MALFORMED_NAMES:
        return MALFORMED
    if any("Timeout" in name for name in names):
        return "timeout"
    if names & CONNECTION_NAMES:
        return "connection"
    return type(error).__name__


def retry_after(error: BaseException) -> float | None:
    """Seconds the API asked us to wait: `RetryInfo.retryDelay` of the error body, else the `Retry-After` header.

    google-genai ignores both in `models.*` calls.
    """
    for item in _error(_body(error)).get("details") or ():
        if isinstance(item, dict) and str(item.get("@type", "")).endswith("RetryInfo"):
            return _seconds(str(item.get("retryDelay", "")).removesuffix("s"))
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    return _seconds(headers.get("retry-after", ""))


def _body(error: BaseException) -> Any:
    """The JSON of an error answer: `details` of an API error, `body` of an interaction's."""
    return getattr(error, "details", None) or getattr(error, "body", None)


def _error(body: Any) -> dict[str, Any]:
    inner = body.get("error", body) if isinstance(body, dict) else {}
    return inner if isinstance(inner, dict) else {}


def _seconds(text: str) -> float | None:
    try:
        return max(0.0, float(text))
    except ValueError:
        return None
