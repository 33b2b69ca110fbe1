"""Whatever breaks on our side, a wrapped call returns what the bare call returns: every way, every mood."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from captured import Stuck
from live_ways import ROUTES, WAYS, client_on, observed

from shadow.capture import Door
from shadow.errors import SpoolBroken, StoreBroken
from shadow.pair import Image
from shadow.percentages import Percentages
from shadow.providers.request import GENERATE
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Spool
from shadow.store.state import CutoverFile
from shadow.wrapper import LivePath, WrappedClient, wrapped

IN_TIME = 5.0
"""Seconds a call on canned answers may take at most while something hangs beside it; it takes a few milliseconds."""


class Scene:
    """A folder, things that are stuck until the test ends, and doors that are closed then."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.stuck = Stuck()
        self.doors: list[Door] = []

    def door(
        self,
        *,
        home: Path | None = None,
        open_spool: Callable[[], Spool] = MemorySpool,
        write: Callable[[Image], object] = lambda _: None,
        memory_bytes: float = 1e8,
    ) -> Door:
        """A door in this mood."""
        made = Door(
            home=home or self.home,
            open_spool=open_spool,
            write=write,
            memory_bytes=memory_bytes,
            poll_seconds=0.001,
        )
        self.doors.append(made)
        return made

    def end(self) -> None:
        """Let go of what is stuck."""
        self.stuck.released.set()
        for door in self.doors:
            door.close(0.05)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A scene of its own for each test."""
    made = Scene(tmp_path)
    yield made
    made.end()


def raising(error: Exception) -> Callable[..., Any]:
    """A collaborator that raises this at whatever it is asked."""

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


class Broken(MemorySpool):
    """A spool that does to every capture and every loss what it was told to."""

    def __init__(self, mood: Callable[..., Any]) -> None:
        super().__init__()
        self._mood = mood

    def put(self, capture: object) -> None:
        self._mood(capture)

    def lose(self, losses: object) -> None:
        self._mood(losses)


def percentages_of_a_damaged_file(home: Path) -> Callable[[str], float]:
    """The percentages where the state file holds something else."""
    (home / "cutover.json").write_text("{half")
    return Percentages(CutoverFile(home), poll_seconds=0.01).of


class Nothing:
    """A door of another kind: everything about it is missing."""


BUG, FULL, GONE = ZeroDivisionError("a bug"), SpoolBroken("disk full"), StoreBroken("read-only disk")

MOODS: dict[str, Callable[[Any, Scene], WrappedClient]] = {
    "well": lambda client, scene: observed(client, scene.door()),
    "spool does not open": lambda client, scene: observed(client, scene.door(open_spool=raising(FULL))),
    "opening the spool is a bug": lambda client, scene: observed(client, scene.door(open_spool=raising(BUG))),
    "opening the spool hangs": lambda client, scene: observed(client, scene.door(open_spool=scene.stuck)),
    "spool is full": lambda client, scene: observed(client, scene.door(open_spool=lambda: Broken(raising(FULL)))),
    "spool is a bug": lambda client, scene: observed(client, scene.door(open_spool=lambda: Broken(raising(BUG)))),
    "spool hangs": lambda client, scene: observed(client, scene.door(open_spool=lambda: Broken(scene.stuck))),
    "pictures cannot be written": lambda client, scene: observed(client, scene.door(write=raising(GONE))),
    "writing a picture fails": lambda client, scene: observed(client, scene.door(write=raising(OSError(28, "full")))),
    "writing a picture is a bug": lambda client, scene: observed(client, scene.door(write=raising(BUG))),
    "writing a picture hangs": lambda client, scene: observed(client, scene.door(write=scene.stuck)),
    "no room for one call": lambda client, scene: observed(client, scene.door(memory_bytes=1)),
    "the home is a file": lambda client, scene: observed(client, scene.door(home=Path(__file__))),
    "the home is missing": lambda client, scene: observed(client, scene.door(home=scene.home / "a" / "b")),
    "percentages are a bug": lambda client, scene: observed(client, scene.door(), raising(BUG)),
    "percentages are damaged": lambda client, scene: observed(
        client, scene.door(), percentages_of_a_damaged_file(scene.home)
    ),
    "the door is a bug": lambda client, scene: observed(client, Nothing()),
    "clocks are a bug": lambda client, scene: observed(client, scene.door(), clock=raising(BUG)),
    "routes are a bug": lambda client, scene: wrapped(
        client, LivePath(routes=Nothing(), percent=raising(BUG), door=scene.door())
    ),
    "deaf": lambda client, scene: observed(client, scene.door(), deaf="config unusable"),
    "the drain is over": lambda client, scene: _closed(client, scene),
}


def _closed(client: Any, scene: Scene) -> WrappedClient:
    door = scene.door()
    door.close()
    return observed(client, door)


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("mood", list(MOODS))
def test_a_wrapped_call_returns_what_the_bare_call_returns(mood: str, way: str, scene: Scene) -> None:
    """Twice, so that what the first call did to us does nothing to the second; and at once."""
    client = client_on()
    bare = WAYS[way](client)
    ours = MOODS[mood](client, scene)
    began = time.monotonic()
    assert [WAYS[way](ours), WAYS[way](ours)] == [bare, bare]
    assert time.monotonic() - began < IN_TIME


@pytest.mark.parametrize("name", ["ask", "weigh", "read", "words", "brief"])
@pytest.mark.parametrize("way", ["plain", "stream", "async_plain", "async_stream"])
def test_a_reading_that_is_a_bug_costs_nothing(
    name: str, way: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever we fail to understand of a request or an answer, the caller gets it."""
    monkeypatch.setattr("shadow.wrapper.client.GENERATE", GENERATE)
    client = client_on()
    bare = WAYS[way](client)
    broken = GENERATE._replace(**{name: raising(BUG)})
    for table in ("MODELS", "ASYNC_MODELS"):
        shapes = {key: (shape, broken) for key, (shape, _) in getattr(_client_room(), table).items()}
        monkeypatch.setattr(f"shadow.wrapper.client.{table}", shapes)
    ours = observed(client, scene.door(), lambda _: 50.0)
    assert len(WAYS[way](ours)) == len(bare)


def _client_room() -> Any:
    from shadow.wrapper import client

    return client


def test_a_stuck_spool_does_not_hold_up_a_move_of_traffic(scene: Scene) -> None:
    """The percentages have a thread of their own: going back works while everything else hangs."""
    from shadow.cutover import State

    file = CutoverFile(scene.home)
    file.change(lambda _: State(percent={"pro": 100.0}))
    percentages = Percentages(file, poll_seconds=0.005)
    percentages.follow()
    door = scene.door(open_spool=scene.stuck)
    client = client_on()
    ours = wrapped(client, LivePath(routes=ROUTES, percent=percentages.of, door=door))
    WAYS["plain"](ours)
    assert scene.stuck.entered.wait(5)
    file.change(lambda _: State(percent={"pro": 0.0}))
    deadline = time.monotonic() + 5
    while percentages.of("pro") and time.monotonic() < deadline:
        threading.Event().wait(0.001)
    assert percentages.of("pro") == 0.0
    percentages.stop()
