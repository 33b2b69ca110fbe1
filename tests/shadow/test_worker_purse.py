"""The worker and a purse that cannot be used: nothing is paid, nothing is lost."""

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from worker_bills import PAIR, TARIFF, Bills, gate, spent
from worker_scene import LIVE, OTHER, Scenes, scenes

from shadow.errors import Unavailable
from shadow.pair import Outcome


@pytest.fixture
def scene_of(tmp_path: Path) -> Iterator[Scenes]:
    """Makes scenes that share a purse."""
    yield from scenes(tmp_path)


def broken(home: Path) -> None:
    """The purse of this home is no database any more."""
    for path in home.glob("purse.sqlite*"):
        path.unlink()
    (home / "purse.sqlite").write_bytes(b"not a database at all" * 100)


def test_a_broken_purse_stops_the_paying_and_nothing_else(
    scene_of: Scenes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is asked, the capture goes back as if it had not been tried, and one warning says why."""
    broken(tmp_path)
    provider = Bills()
    scene = scene_of(provider, gate, tariff=TARIFF)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            with pytest.raises(Unavailable, match="purse unusable") as caught:
                scene.worker.process(scene.lease())
            assert not caught.value.asked
    assert provider.asked == []
    assert [record.message.count("purse.sqlite") for record in caplog.records] == [1]


def test_a_purse_that_somebody_holds_stops_the_paying(scene_of: Scenes, tmp_path: Path) -> None:
    """Locked for longer than anybody waits: nothing is asked, the capture goes back, and goes on when it is free."""
    scene = scene_of(Bills(), gate, tariff=TARIFF)
    scene.purse.standing()
    holder = sqlite3.connect(tmp_path / "purse.sqlite", isolation_level=None)
    holder.execute("begin immediate")
    with pytest.raises(Unavailable, match=r"purse unusable.*locked"):
        scene.pair()
    holder.execute("rollback")
    holder.close()
    scene.pair()
    assert spent(scene) == PAIR


def test_a_purse_that_breaks_after_the_call_costs_no_answer(scene_of: Scenes, tmp_path: Path) -> None:
    """What was paid for is kept in the spool even where it cannot be booked; nothing more is paid for until it can."""

    class Breaks(Bills):
        def generate(self, *arguments: Any, **more: Any) -> Outcome:
            outcome = super().generate(*arguments, **more)
            broken(tmp_path)
            return outcome

    scene = scene_of(Breaks(), gate, tariff=TARIFF)
    with pytest.raises(Unavailable, match="purse unusable"):
        scene.pair()
    assert [item.outcome.image for item in scene.lease().progress] == [LIVE, OTHER]


def test_a_pair_that_is_complete_needs_no_purse(scene_of: Scenes, tmp_path: Path) -> None:
    """A pair that only waits to be filed does not wait for money."""
    scene = scene_of(Bills(), gate, tariff=TARIFF)
    first = scene.pair()
    broken(tmp_path)
    assert scene.pair().examined == first.examined
