"""A way of calling google-genai: how its requests and answers are taken apart, on the caller's time and later."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from shadow.brief import Brief
from shadow.pair import Image
from shadow.providers.answer import Answer
from shadow.providers.turns import Mark

MULTI_TURN = "multi-turn"
NO_IMAGE_ASKED = "no image asked"
TOOLS = "tools that cannot be replayed"
UNREADABLE = "unreadable request"
CACHED = "cached content of one model"
RAW = "raw response asked"

Arguments = Mapping[str, Any]
"""The keyword arguments of a call."""


class NotComparedError(Exception):
    """The request cannot be asked again of another model; `reason` is a countable label."""

    def __init__(self, reason: str) -> None:
        """`reason` is one of this room's labels."""
        super().__init__(reason)
        self.reason = reason


class Asked(NamedTuple):
    """A request out of the caller's reach, and what one look at it tells."""

    what: Any = None
    """The request as it was; nothing where it cannot be compared anyway."""
    size: int = 0
    """Bytes held, about."""
    copied: int = 0
    """Mutable leaves that had to be copied."""
    reason: str = ""
    """Why it cannot be compared, where that is plain to see."""
    marks: tuple[Mark, ...] | None = None
    """The marks of the model turns it carries, the latest first; None where it carries none."""
    bound: bool = False
    """Whether it holds something that only the model named in it has."""
    readable: bool = True
    """Whether what comes back is an answer that `Way.weigh` and `Way.read` can read."""
    opening: Any = None
    """What its first turn says, where it is known; decides the arm where nobody named a key."""


Weight = tuple[int, bytes | str | None]
"""Bytes held, about, and the final picture."""


class Asks(Protocol):
    """Takes a request apart."""

    def __call__(self, arguments: Arguments, *, owner: bool = True) -> Asked:
        """The request out of the caller's reach.

        `owner` says whether this is the caller's thread; another one raises `MutableLeafError` for what it must not
        touch.
        """
        ...


class Way(NamedTuple):
    """One way of calling. The first four run on the caller: few steps, no disk, no clock, no pixels."""

    ask: Asks
    weigh: Callable[[Any], Weight]
    """What an answer, or a chunk of one, weighs."""
    marks: Callable[[Any], list[Mark]]
    """The marks by which a later request may show the turn that is in an answer, or in a chunk of one."""
    words: Callable[[Any], str]
    """The words of an opening."""
    read: Callable[[Any], Answer]
    """An answer, or a chunk of one."""
    brief: Callable[[Any], tuple[Brief, dict[str, Image]]]
    """The brief in `Asked.what` and its reference pictures by digest. Raises `NotComparedError`."""
