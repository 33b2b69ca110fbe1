"""Answers of an OpenAI-compatible API: what they are to us, and what they cost."""

import base64
from collections.abc import Mapping
from typing import Any

import httpx2

from shadow.pair import Image, Outcome, OutcomeKind
from shadow.prices import Usage
from shadow.providers.answer import EMPTY
from shadow.providers.failure import MALFORMED, without_keys
from shadow.providers.provider import OnUsage

MODERATED = frozenset({"moderation_blocked", "content_policy_violation", "content_filter"})
"""Error codes with which a service declines a brief."""
BRIEF_REJECTED = frozenset({400, 413, 415, 422})
"""The model cannot serve this very brief: the model's outcome, not the network's."""
BROKEN_ANSWERS = (ValueError, KeyError, TypeError, IndexError, AttributeError)
"""What reading an answer raises that is not shaped as the API says; `binascii.Error` is a ValueError."""


def outcome_of(response: httpx2.Response, *, model: str, started_at: float, latency: float) -> Outcome:
    """What an answer to `/images/generations` or `/images/edits` is: a picture, a refusal, a failure or the network."""
    facts: dict[str, Any] = {"model": model, "started_at": started_at, "latency": latency}
    if not response.is_success:
        return Outcome(
            kind=_kind(response),
            label=label_of(response),
            detail=message_of(response),
            retry_after=retry_after_of(response),
            **facts,
        )
    try:
        answer = response.json()
        picture = next((item["b64_json"] for item in answer["data"] if item.get("b64_json")), None)
        usage = answer.get("usage") or {}
        tokens = {
            "prompt_tokens": int(usage.get("input_tokens") or 0),
            "output_tokens": int(usage.get("output_tokens") or 0),
        }
        data = base64.b64decode(picture, validate=True) if picture else b""
    except BROKEN_ANSWERS as error:
        return Outcome(kind=OutcomeKind.FAILURE, label=MALFORMED, detail=without_keys(repr(error)), **facts)
    facts |= tokens | {"response_id": response.headers.get("x-request-id", "")}
    if not data:
        return Outcome(kind=OutcomeKind.FAILURE, label=EMPTY, detail="200 without a picture's bytes", **facts)
    return Outcome(kind=OutcomeKind.IMAGE, image=Image.of(data), **facts)


def tell_tokens(response: httpx2.Response, on_usage: OnUsage, *, images: int = 0) -> None:
    """Tell the tokens of an answer; an error is not billed, and an answer without counts leaves its estimate booked."""
    if not response.is_success:
        on_usage(Usage())
        return
    try:
        usage = response.json()["usage"]
        entering = int(usage.get("input_tokens") or usage.get("prompt_tokens") or 0)
        leaving = int(usage.get("output_tokens") or usage.get("completion_tokens") or 0)
    except BROKEN_ANSWERS:
        return
    painted = leaving if images else 0
    on_usage(Usage(input_tokens=entering, output_tokens=leaving - painted, image_tokens=painted, images=images))


def _kind(response: httpx2.Response) -> OutcomeKind:
    if _error(response).get("code") in MODERATED:
        return OutcomeKind.REFUSAL
    return OutcomeKind.FAILURE if response.status_code in BRIEF_REJECTED else OutcomeKind.INFRASTRUCTURE


def label_of(response: httpx2.Response) -> str:
    """Status and code of an error."""
    said = _error(response)
    return f"{response.status_code} {said.get('code') or said.get('type') or response.reason_phrase}".strip()


def message_of(response: httpx2.Response) -> str:
    """What the service says of an error, keys blanked."""
    return without_keys(str(_error(response).get("message") or response.text))


def _error(response: httpx2.Response) -> Mapping[str, Any]:
    """The error object of a body, or nothing where the body is none."""
    try:
        found = response.json()["error"]
    except BROKEN_ANSWERS:
        return {}
    return found if isinstance(found, dict) else {"message": str(found)}


def retry_after_of(response: httpx2.Response) -> float | None:
    """Seconds that the service asks to wait, where it does."""
    try:
        return max(0.0, float(response.headers.get("retry-after", "")))
    except ValueError:
        return None
