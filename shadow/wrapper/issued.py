"""Which model issued a turn of a conversation, as far as this process remembers."""

from collections import deque
from collections.abc import Callable, Iterable

from shadow.capture import Seen
from shadow.providers.turns import Mark
from shadow.telling import Once

REMEMBERED = 20_000
"""Marks remembered at least; three times as many at most, some 400 bytes each."""


class Issued:
    """Marks of turns and the model each came from. Bounded; no IO, no lock.

    Two generations: when the young one is full it becomes the old one, and what was old is forgotten.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        """`limit` marks to a generation."""
        self._limit = limit
        self._young: dict[Mark, str] = {}
        self._old: dict[Mark, str] = {}
        self._say = Once()
        self._later: deque[Seen] = deque()
        self.later: Callable[[Seen], None] = self._later.append
        """The answers of this call are remembered by the next `sort_in`: one step, where every call pays for it."""

    def remember(self, marks: Iterable[Mark], model: str) -> None:
        """These turns came from this model."""
        young = self._young
        for mark in marks:
            young[mark] = model
        if len(young) >= self._limit:  # two threads may find that of the same one, and agree
            self._old, self._young = young, {}

    def sort_in(self) -> None:
        """Remember what waits. Only one thread may do this: a call is let go after it was read, never before."""
        while self._later:
            self._read(self._later[0])
            self._later.popleft()

    def by(self, marks: Iterable[Mark]) -> str | None:
        """The model of the first of these turns that is remembered, or None."""
        for seen in tuple(self._later):  # whoever sorts them in meanwhile does no harm: twice is as once
            self._read(seen)
        for mark in marks:
            model = self._young.get(mark) or self._old.get(mark)
            if model is not None:
                return model
        return None

    def _read(self, seen: Seen) -> None:
        try:
            for answer in seen.answers:
                self.remember(seen.way.marks(answer), seen.model)
        except Exception as error:
            self._say.error("the turn in an answer could not be read", error)
