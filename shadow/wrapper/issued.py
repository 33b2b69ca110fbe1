"""Which model issued a turn of a conversation, as far as this process remembers."""

from collections import deque
from collections.abc import Callable, Iterable

from shadow.providers.turns import Mark

REMEMBERED = 20_000
"""Answers remembered at least; three times as many at most, some 400 bytes each."""
News = tuple[Iterable[Mark], str]
"""The marks of one answer, and the model it came from."""


class Issued:
    """Marks of turns and the model each came from. Bounded; no IO, no lock.

    Remembering is one step, since every call does it; what was remembered is sorted in when somebody asks, since few
    ever do. Two generations: when the young one is full it becomes the old one, and what was old is forgotten.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        """`limit` marks to a generation."""
        self._limit = limit
        self._news: deque[News] = deque(maxlen=limit)
        self._young: dict[Mark, str] = {}
        self._old: dict[Mark, str] = {}
        self.remember: Callable[[News], None] = self._news.append
        """These turns came from this model."""

    def by(self, marks: Iterable[Mark]) -> str | None:
        """The model of the first of these turns that is remembered, or None."""
        self._sort_in()
        for mark in marks:
            model = self._young.get(mark) or self._old.get(mark)
            if model is not None:
                return model
        return None

    def _sort_in(self) -> None:
        for _ in range(len(self._news)):
            try:
                marks, model = self._news.popleft()
            except IndexError:  # another thread asks at the same time, and was faster
                return
            for mark in marks:
                self._young[mark] = model
            if len(self._young) >= self._limit:
                self._old, self._young = self._young, {}
