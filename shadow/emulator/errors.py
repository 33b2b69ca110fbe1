"""Errors as the API words them: one exception that every layer may raise and the server turns into an answer."""

from collections.abc import Mapping, Sequence

Json = Mapping[str, object]


class ApiError(Exception):
    """An answer other than 200: HTTP code, canonical status, message and optional details."""

    def __init__(self, code: int, status: str, message: str, details: Sequence[Json] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = tuple(details)

    def body(self) -> Json:
        """`{"error": {...}}`, the shape of every Gemini error."""
        error: dict[str, object] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


class ConnectionDropped(Exception):  # noqa: N818 - it is an event on the line, no error answer
    """The server hangs up without an answer."""


class Garbled(Exception):  # noqa: N818 - it is an event on the line, no error answer
    """Status 200 and a body that is no JSON, as from a proxy on the way."""


def invalid(*, why: str) -> ApiError:
    """400 INVALID_ARGUMENT."""
    return ApiError(400, "INVALID_ARGUMENT", why)


def not_found(model: str, version: str, method: str) -> ApiError:
    """404 NOT_FOUND for an unknown or retired model, or for a method it does not have."""
    named = "embedContent" if method == "batchEmbedContents" else method
    return ApiError(
        404,
        "NOT_FOUND",
        f"models/{model} is not found for API version {version}, or is not supported for {named}. "
        "Call ListModels to see the list of available models and their supported methods.",
    )


def nothing_here(path: str) -> ApiError:
    """404 for a path that the emulator does not serve."""
    return ApiError(404, "NOT_FOUND", f"The emulator has nothing at {path}. docs/emulator.md lists what it serves.")


def no_key() -> ApiError:
    """403 PERMISSION_DENIED for a request without a key."""
    return ApiError(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def internal() -> ApiError:
    """500 INTERNAL."""
    return ApiError(500, "INTERNAL", "An internal error has occurred. Please retry.")


def late() -> ApiError:
    """504 DEADLINE_EXCEEDED."""
    return ApiError(504, "DEADLINE_EXCEEDED", "The request timed out. Please try again.")


def overloaded() -> ApiError:
    """503 UNAVAILABLE."""
    return ApiError(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")


def quota_exceeded(model: str, seconds: int) -> ApiError:
    """429 RESOURCE_EXHAUSTED with the RetryInfo that says when to come back."""
    violation = {"quotaId": "GenerateRequestsPerMinutePerProjectPerModel", "quotaDimensions": {"model": model}}
    return ApiError(
        429,
        "RESOURCE_EXHAUSTED",
        f"You exceeded your current quota, please check your plan and billing details. Please retry in {seconds}s.",
        [
            {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{seconds}s"},
        ],
    )
