"""The crew: threads, heartbeat, batches."""

import threading
import time
from collections.abc import Callable

from crew_turns import SETTINGS, Does, Files, Turn

from shadow.crew import Crew, Tally
from shadow.errors import StaleLease
from shadow.pair import Loss
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Lease


def test_everything_is_filed_once_and_settled() -> None:
    """Until empty: every capture becomes one pair and the spool is left with nothing."""
    turn = Turn(25, Does())
    seen: list[Tally] = []
    tally = turn.crew.run(until_empty=True, on_change=seen.append)
    assert sorted(int(pair.capture.capture_id) for pair in turn.ledger.pairs) == list(range(25))
    assert (tally.filed, tally.waiting, tally.buried) == (25, 0, 0)
    assert turn.spool.depth() == {}
    assert seen[-1] == tally


def test_a_busy_ledger_costs_time_and_nothing_else() -> None:
    """A batch that cannot be filed goes back to the spool and is filed later, each pair once."""
    turn = Turn(10, Does(), Files(busy=3))
    turn.crew.run(until_empty=True)
    assert len(turn.ledger.pairs) == 10
    assert turn.spool.depth() == {}


def test_a_stale_lease_is_left_to_its_new_holder() -> None:
    """The pair of a worker that lost its lease is not filed by it."""

    def stale_once(lease: Lease) -> None:
        if lease.attempts == 1:
            message = "gone"
            raise StaleLease(message)

    turn = Turn(1, Does(stale_once), lease_seconds=1.5)
    turn.crew.run(until_empty=True)
    assert [lease.attempts for lease in turn.worker.leases] == [1, 2]
    assert len(turn.ledger.pairs) == 1


def test_stop_finishes_what_is_under_way_and_files_it() -> None:
    """Asked to stop, the crew files what it holds and takes nothing more."""
    started, go_on = threading.Event(), threading.Event()

    def wait(_: Lease) -> None:
        started.set()
        go_on.wait(5)

    turn = Turn(50, Does(wait))
    runner = threading.Thread(target=turn.crew.run, kwargs={"until_empty": False})
    runner.start()
    started.wait(5)
    turn.crew.stop()
    go_on.set()
    runner.join(10)
    assert not runner.is_alive()
    assert 1 <= len(turn.ledger.pairs) <= 3
    assert turn.spool.depth()["pro"]["ready"] == 50 - len(turn.ledger.pairs)
    assert "leased" not in turn.spool.depth()["pro"]


def test_losses_are_carried_to_the_ledger() -> None:
    """What was not captured travels with the next batch and leaves the spool."""
    loss = Loss(loss_id="p-1", migration="pro", minute=60.0, process="p", reason="memory full", count=3)
    turn = Turn(0, Does())
    turn.spool.lose([loss])
    turn.crew.run(until_empty=True)
    assert turn.ledger.losses == [loss]
    assert turn.spool.losses() == []


def test_what_the_budget_does_not_reach_is_counted_and_settled() -> None:
    """A shed capture is filed as a loss with the batch, and leaves the spool."""

    def shed_odd(lease: Lease) -> Loss | None:
        name = lease.capture.capture_id
        loss = Loss(loss_id=name, migration="pro", minute=0.0, process="w", reason="over budget", count=1)
        return loss if int(name) % 2 else None

    turn = Turn(6, Does(shed_odd))
    tally = turn.crew.run(until_empty=True)
    assert (tally.filed, tally.shed, tally.buried) == (3, 3, 0)
    assert sorted(loss.loss_id for loss in turn.ledger.losses) == ["1", "3", "5"]
    assert turn.spool.depth() == {}


def test_what_waited_too_long_is_told_apart_from_what_the_budget_shed() -> None:
    """Both are losses; one is mended by money, the other by a worker that runs."""
    loss = Loss(loss_id="0", migration="pro", minute=0.0, process="w", reason="deadline passed", count=1)
    tally = Turn(1, Does(lambda _: loss)).crew.run(until_empty=True)
    assert (tally.shed, tally.late) == (0, 1)


def test_a_busy_ledger_files_what_was_shed_later() -> None:
    """A batch of losses that cannot be filed goes back like any other."""
    loss = Loss(loss_id="0", migration="pro", minute=0.0, process="w", reason="over budget", count=1)
    turn = Turn(1, Does(lambda _: loss), Files(busy=1))
    assert turn.crew.run(until_empty=True).shed == 1
    assert turn.ledger.losses == [loss]


def test_chores_are_done_beside_the_captures() -> None:
    """Once before an empty spool ends the run, with a way to ask whether to stop; one that fails costs a line."""
    asked: list[bool] = []

    def breaks(stopped: Callable[[], bool]) -> None:
        del stopped
        raise RuntimeError

    spool = MemorySpool(clock=time.monotonic)
    chores = [breaks, lambda stopped: asked.append(stopped())]
    crew = Crew(spool=spool, worker=Does(), ledger=Files(), settings=SETTINGS, chores=chores)
    crew.run(until_empty=True)
    assert asked == [False]
