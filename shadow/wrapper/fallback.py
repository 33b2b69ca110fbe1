"""The other arm, asked once where the one that served raised an error. Off the way of every call that succeeds.

The error stays what it is for the evidence: the capture holds it as the failure of the arm that served, with the tag
`fallback`. What the other arm then answers goes to the caller and is not captured.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shadow.capture import Seen
from shadow.pair import Arm
from shadow.providers.failure import label_of_error
from shadow.telling import Once
from shadow.wrapper.issued import Issued

TAG = "fallback"
NOT_FOUND = "404"


def _never(migration: str) -> bool:
    del migration
    return False


class Fallback:
    """Whom to ask where an arm fails. None of its methods raises."""

    def __init__(self, *, allowed: bool = False, gone: Callable[[str], bool] = _never) -> None:
        """`allowed` as config.toml says; `gone` tells whether a migration's incumbent answers no more."""
        self._allowed = allowed
        self._gone = gone
        self._say = Once()

    def second(self, seen: Seen, arguments: Mapping[str, Any], error: BaseException) -> dict[str, Any] | None:
        """The arguments of the one further call, or None where the error is the answer.

        The candidate's error goes to the incumbent as long as that answers; the incumbent's 404 after its end goes to
        the candidate. A conversation stays with the arm that issued its turns.
        """
        if not self._allowed or not isinstance(error, Exception):
            return None
        try:
            return self._second(seen, arguments, error)
        except Exception as defect:
            self._say.error("the other arm could not be asked", defect)
            return None

    def _second(self, seen: Seen, arguments: Mapping[str, Any], error: Exception) -> dict[str, Any] | None:
        route = seen.route
        if route.serving is None or route.candidate is None or (seen.asked is not None and seen.asked.marks):
            return None
        gone = self._gone(route.serving)
        if seen.arm is Arm.CANDIDATE and not gone:
            model = route.incumbent
        elif seen.arm is Arm.INCUMBENT and gone and label_of_error(error).startswith(NOT_FOUND):
            model = route.candidate
        else:
            return None
        self._say.warning(f"{seen.model} failed; {model} is asked in its place")
        seen.labels = seen.labels._replace(tags={**seen.labels.tags, TAG: model})
        given: str = arguments["model"]
        return {**arguments, "model": given.removesuffix(seen.model) + model}

    def served(self, issued: Issued, seen: Seen, answer: Any) -> None:
        """The other arm answered: what it issued in a conversation stays with it."""
        try:
            issued.remember(seen.way.marks(answer), seen.labels.tags[TAG])
        except Exception as error:
            self._say.error("the turn in an answer could not be read", error)
