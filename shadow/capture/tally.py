"""Counting on the caller's time: exact over many threads, without a lock."""

import itertools
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Tally:
    """A number that many threads may raise and one thread reads.

    `next` of an `itertools.count` is one step that no other thread can interrupt; `x += 1` is three. Reading takes a
    number too, so the reads are counted and taken off again.
    """

    __slots__ = ("_numbers", "_reads")

    def __init__(self) -> None:
        """Zero."""
        self._numbers = itertools.count()
        self._reads = 0

    def raise_by_one(self) -> None:
        """One more. Any thread."""
        next(self._numbers)

    def value(self) -> int:
        """How often it was raised. One thread only."""
        self._reads += 1
        return next(self._numbers) - self._reads + 1


class Tallies(Generic[Key]):
    """A tally for each key, made at its first use; `taken` gives what came since the last look."""

    def __init__(self) -> None:
        """None yet."""
        self._tallies: dict[Key, Tally] = {}
        self._read: dict[Key, int] = {}

    def count(self, key: Key) -> None:
        """One more of `key`. Any thread."""
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies.setdefault(key, Tally())
        tally.raise_by_one()

    def taken(self) -> Iterator[tuple[Key, int]]:
        """What was counted since the last look. One thread only."""
        for key, tally in list(self._tallies.items()):
            value = tally.value()
            new, self._read[key] = value - self._read.get(key, 0), value
            if new:
                yield key, new
