"""Losses are counted once, whatever the spool does."""

import pytest
from captured import PRO, counted

from shadow.capture.losses import Losses
from shadow.errors import SpoolBroken
from shadow.pair import Loss
from shadow.spool.memory import MemorySpool


class Forgetful(MemorySpool):
    """Takes losses and says that it failed."""

    failing = True

    def lose(self, losses: object) -> None:
        super().lose(losses)  # type: ignore[arg-type]  # as it comes
        if self.failing:
            message = "said to have failed"
            raise SpoolBroken(message)


def test_a_second_try_counts_nothing_twice() -> None:
    """A carry that failed after all went in has the same ids the next time."""
    spool, losses = Forgetful(), Losses("7-ab")
    losses.count_all(PRO._replace(samples=(("pro", 1.0), ("next", 1.0))), "memory full", 61.0, 2)
    with pytest.raises(SpoolBroken):
        losses.carry(spool)
    spool.failing = False
    losses.carry(spool)
    losses.carry(spool)
    losses.count("pro", "memory full", 61.0)
    losses.carry(spool)
    assert counted(spool) == {("pro", "memory full"): 3, ("next", "memory full"): 2}
    assert losses.total() == 0
    assert {(loss.minute, loss.process) for loss in spool.losses()} == {(60.0, "7-ab")}


def test_ids_are_unique_over_many_carries() -> None:
    """Every count has an id of its own."""
    spool, losses = MemorySpool(), Losses("7-ab")
    for minute in range(5):
        losses.count("pro", "sampled out", minute * 60.0)
        losses.carry(spool)
    found: list[Loss] = spool.losses()
    assert len({loss.loss_id for loss in found}) == len(found) == 5
