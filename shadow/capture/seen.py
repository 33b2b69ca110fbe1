"""What the live path hands over: one live call, its request out of the caller's reach, its answer by reference."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from shadow.pair import Arm
from shadow.providers.failure import Failure
from shadow.providers.leaves import MutableLeafError
from shadow.providers.way import Arguments, Asked, Way

MEMORY_OF_CALL = 2048
"""Bytes that a waiting call is taken to need beside what it holds; a rough figure for the bound in bytes."""


class Labels(NamedTuple):
    """What the caller says of a brief beside the brief: who is sticky, and how to group it."""

    key: str = ""
    segment: str = ""
    cluster: str = ""
    tags: Mapping[str, str] = {}


class Route(NamedTuple):
    """The migrations that a model's briefs are compared in."""

    incumbent: str
    serving: str | None
    """The migration that may move this model's live traffic."""
    candidate: str | None
    """The candidate of the serving migration."""
    samples: tuple[tuple[str, float], ...]
    """Every migration of this incumbent with its share of briefs to shadow."""


class Seen:
    """One live call. The live path fills it in as the call goes on and hands it over; after that it is the drain's."""

    arm: Arm = Arm.INCUMBENT
    asked: Asked | None = None
    """The request, once it is out of the caller's reach."""
    arguments: Arguments | None = None
    """What it is to be kept from, while that may still be done."""
    answers: tuple[Any, ...] = ()
    """The response, or the chunks of a stream, as google-genai made them."""
    failure: Failure | None = None
    picture: bytes | str | None = None
    """The final picture: what the caller may do to the response afterwards must not change it."""
    size: int = MEMORY_OF_CALL
    """Bytes it holds in memory, about."""
    started_at: float = 0.0
    """Unix time, seconds."""
    began: float = 0.0
    ended: float = 0.0
    """Monotonic clock, seconds."""

    def __init__(self, route: Route, way: Way, labels: Labels) -> None:
        """A call that is about to be made, of the incumbent unless somebody says otherwise."""
        self.route = route
        self.way = way
        self.labels = labels
        self.model = route.incumbent

    def keep_meanwhile(self) -> None:
        """Keep the request while its caller waits for the answer, unless the call is over. Runs on the drain.

        A call to an image model takes seconds, so nearly always the drain is first, and the caller's time is spared.
        What only the caller's thread may touch is left to it. Raises what reading the request raises.
        """
        arguments = self.arguments
        if arguments is not None:
            try:
                asked = self.way.ask(arguments, owner=False)
            except MutableLeafError:
                return
            if self.arguments is arguments:  # else the call is over, and its caller keeps the request
                self.asked = asked
