"""What a call of google-genai was billed for, read from the answer or from how it failed.

https://ai.google.dev/api/generate-content (`UsageMetadata`), https://ai.google.dev/gemini-api/docs/billing.
"""

from collections.abc import Iterable
from typing import Any

from shadow.prices import Usage
from shadow.providers.provider import OnUsage

PICTURES = "IMAGE"
NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})
"""What the transport raises before a request has left (httpx2)."""


def tell_usage(usage: Any, on_usage: OnUsage, *, images: int = 0) -> None:
    """Tell the tokens of an answer. An answer without counts tells nothing, so that its estimate is booked.

    Where the tokens that came out are not broken down, those of a picture are taken for the picture's, the dearer kind.
    """
    if usage is None or not (usage.prompt_token_count or images):
        return
    entering = (usage.prompt_token_count or 0) + (getattr(usage, "tool_use_prompt_token_count", None) or 0)
    leaving = getattr(usage, "candidates_token_count", None) or 0
    shown = min(entering, _pictures(usage.prompt_tokens_details))
    details = getattr(usage, "candidates_tokens_details", None)
    painted = min(leaving, _pictures(details)) if details else leaving * min(1, images)
    on_usage(
        Usage(
            input_tokens=entering - shown,
            picture_tokens=shown,
            output_tokens=leaving - painted + (getattr(usage, "thoughts_token_count", None) or 0),
            image_tokens=painted,
            images=images,
        )
    )


def tell_failure(error: BaseException, on_usage: OnUsage) -> None:
    """Tell that a failed call was not billed, where that is sure: the API said no, or nothing was ever sent.

    "If your request fails with a 400 or 500 error, you won't be charged" (the billing page). After a timeout or a lost
    connection nobody here can know.
    """
    answered = isinstance(getattr(error, "code", None), int)
    if answered or {kind.__name__ for kind in type(error).__mro__} & NEVER_SENT:
        on_usage(Usage())


def _pictures(details: Iterable[Any] | None) -> int:
    """Tokens of pictures in a break-down by modality."""
    return sum(
        item.token_count or 0
        for item in details or ()
        if str(getattr(item.modality, "value", item.modality)) == PICTURES
    )
