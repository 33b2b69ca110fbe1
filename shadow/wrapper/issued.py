"""Which model issued a turn of a conversation, as far as this process remembers."""

from collections.abc import Iterable

from shadow.providers.turns import Mark

REMEMBERED = 20_000
"""Marks kept at least; twice as many at most, some 200 bytes each."""


class Issued:
    """Marks of turns and the model each came from. Bounded; no IO, no lock.

    Two generations: when the young one is full it becomes the old one, and what was old is forgotten.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        """`limit` marks to a generation."""
        self._limit = limit
        self._young: dict[Mark, str] = {}
        self._old: dict[Mark, str] = {}

    def remember(self, marks: Iterable[Mark], model: str) -> None:
        """These turns came from `model`."""
        for mark in marks:
            self._young[mark] = model
        if len(self._young) >= self._limit:
            self._old, self._young = self._young, {}

    def by(self, marks: Iterable[Mark]) -> str | None:
        """The model of the first of these turns that is remembered, or None."""
        for mark in marks:
            model = self._young.get(mark) or self._old.get(mark)
            if model is not None:
                return model
        return None
