"""Purses and a clock for the tests of this room."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from purse_asks import Clock, Purses

from shadow.budget import Caps
from shadow.prices import NANO
from shadow.purse.purse import Purse


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def purse_of(tmp_path: Path, clock: Clock) -> Iterator[Purses]:
    """Makes purses of one home, caps in USD."""
    made: list[Purse] = []

    def make(
        *, per_day: float = math.inf, total: float = math.inf, per_minute: Mapping[str, float] | None = None
    ) -> Purse:
        caps = Caps(per_day=per_day * NANO, total=total * NANO)
        made.append(Purse(tmp_path / "purse.sqlite", caps=caps, per_minute=per_minute or {}, clock=clock))
        return made[-1]

    yield make
    for purse in made:
        purse.close()
