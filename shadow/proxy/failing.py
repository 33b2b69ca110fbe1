"""What an answer that is no 200 says, and what a lost connection is called: as the wrapper says it of exceptions."""

from types import SimpleNamespace
from typing import Any

from shadow.providers.failure import Failure, read_error
from shadow.providers.way import NotComparedError
from shadow.proxy.wire import Body, parsed

ERROR_BYTES = 65_536
"""Bytes of an error's body that are looked at."""
LOST = Failure(label="connection", detail="the upstream closed the connection", retry_after=None)
UNREACHED = Failure(label="connection", detail="the upstream could not be reached", retry_after=None)
LATE = Failure(label="timeout", detail="the upstream took too long", retry_after=None)


class AnsweredError(Exception):
    """An answer that is no 200, in the shape in which errors are read."""

    def __init__(self, code: int, body: Any, retry_after: str) -> None:
        """`body` is the JSON of the answer, or None."""
        inner = body.get("error") if isinstance(body, dict) else None
        error = inner if isinstance(inner, dict) else {}
        self.message = str(error.get("message", ""))
        super().__init__(self.message)
        self.code = code
        self.status = error.get("status")
        self.details = body
        self.response = SimpleNamespace(headers={"retry-after": retry_after})


def failure_of(code: int, answer: Body, retry_after: str) -> Failure:
    """What an answer that is no 200 says."""
    body: Any = None
    if sum(map(len, answer.pieces)) <= ERROR_BYTES:
        try:
            body = parsed(answer.plain())
        except (NotComparedError, ValueError, RecursionError):
            body = None
    return read_error(AnsweredError(code, body[0] if isinstance(body, list) and body else body, retry_after))
