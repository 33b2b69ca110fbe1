"""What the live path hands over: one live call, by reference, out of the caller's reach."""

from collections.abc import Mapping
from typing import NamedTuple

from shadow.pair import Arm
from shadow.providers.answer import Answer, Failure
from shadow.providers.way import Asked, Way

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


class Seen(NamedTuple):
    """One live call: what was asked, who served, what came back. Nothing in it can change any more."""

    route: Route
    arm: Arm
    model: str
    way: Way
    asked: Asked
    answer: Answer | Failure
    labels: Labels
    started_at: float
    """Unix time, seconds."""
    latency: float
    """Seconds, monotonic clock."""

    @property
    def size(self) -> int:
        """Bytes it holds in memory, about."""
        return MEMORY_OF_CALL + self.asked.size + self.answer.size
