"""The crew: threads, heartbeat, batches."""

import errno
import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from shadow.brief import Brief, Text
from shadow.crew import Crew, Tally
from shadow.errors import StaleLease, StoreBroken, StoreBusy, Unavailable
from shadow.pair import Arm, Capture, Loss, Outcome, OutcomeKind, Pair
from shadow.settings import WorkerSettings
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Lease

SETTINGS = WorkerSettings(threads=3, attempts=3, lease_seconds=600.0, batch_pairs=4, batch_seconds=0.05)


class Files:
    """A ledger in a list, busy for the first `busy` times."""

    def __init__(self, busy: int = 0) -> None:
        self.busy = busy
        self.pairs: list[Pair] = []
        self.losses: list[Loss] = []

    def file(self, pairs: Sequence[Pair], losses: Sequence[Loss]) -> int:
        if self.busy:
            self.busy -= 1
            message = "held by another process"
            raise StoreBusy(message)
        known = {pair.capture.capture_id for pair in self.pairs}
        new = [pair for pair in pairs if pair.capture.capture_id not in known]
        self.pairs += new
        self.losses += losses
        return len(new)


class Does:
    """A worker that runs a function for each lease."""

    def __init__(self, step: Callable[[Lease], object] = lambda _: None) -> None:
        self.step = step
        self.leases: list[Lease] = []

    def process(self, lease: Lease) -> Pair | Loss:
        self.leases.append(lease)
        if isinstance(loss := self.step(lease), Loss):
            return loss
        return Pair(capture=lease.capture, sequence=lease.sequence, examined=(), filed_at=0.0)


class Turn:
    """A crew over a spool with `count` captures, whose clock runs fifty times as fast as ours: nobody waits."""

    def __init__(
        self,
        count: int,
        worker: Does,
        ledger: Files | None = None,
        hindered: Callable[[], str] = lambda: "",
        **settings: Any,
    ) -> None:
        self.spool = MemorySpool(clock=lambda: 50 * time.monotonic())
        for number in range(count):
            self.spool.put(capture(str(number)))
        self.worker, self.ledger = worker, ledger or Files()
        self.crew = Crew(
            spool=self.spool,
            worker=worker,
            ledger=self.ledger,
            settings=SETTINGS.model_copy(update=settings),
            hindered=hindered,
            nap_seconds=0.02,
            jitter=lambda: 0.5,
        )


def capture(name: str) -> Capture:
    """A capture of this id."""
    outcome = Outcome(kind=OutcomeKind.IMAGE, model="old")
    brief = Brief(parts=(Text(text=name),))
    return Capture(capture_id=name, migration="pro", brief=brief, arm=Arm.INCUMBENT, outcome=outcome, dispatched_at=0.0)


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


def test_a_provider_that_cannot_be_asked_is_asked_later() -> None:
    """The capture waits, and at last becomes a pair."""

    def busy_once(lease: Lease) -> None:
        if lease.attempts == 1:
            label = "429 RESOURCE_EXHAUSTED"
            raise Unavailable(label, "", retry_after=7.0)

    turn = Turn(5, Does(busy_once))
    tally = turn.crew.run(until_empty=True)
    assert (tally.filed, tally.waiting) == (5, 5)


def test_what_always_fails_becomes_a_dead_letter_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    """One poisonous capture does not hold up the others and is not lost."""

    def poison(lease: Lease) -> None:
        if lease.capture.capture_id == "1":
            message = "odd"
            raise ZeroDivisionError(message)

    turn = Turn(3, Does(poison))
    tally = turn.crew.run(until_empty=True)
    assert (tally.filed, tally.buried) == (2, 1)
    letter = turn.spool.buried()[0]
    assert (letter.capture_id, letter.reason, letter.attempts) == ("1", "ZeroDivisionError: odd", 3)
    assert "1 failed" in caplog.text


def test_a_wait_is_explained_once(caplog: pytest.LogCaptureFixture) -> None:
    """A candidate that is not found: model, label and what to do in one line, however many captures wait for it."""

    def not_found(_: Lease) -> None:
        label = "404 NOT_FOUND"
        raise Unavailable(label, "no such model", model="modell-x")

    turn = Turn(20, Does(not_found))
    tally = turn.crew.run(until_empty=True)
    assert (tally.waiting, tally.buried) == (40, 20)
    (said,) = [record.getMessage() for record in caplog.records]
    assert "modell-x: 404 NOT_FOUND. Check its name in config.toml" in said
    assert "3 times in all" in said


def test_a_full_disk_is_one_sentence_and_no_attempt(caplog: pytest.LogCaptureFixture) -> None:
    """What the disk refuses is tried until there is room again: no traceback, no dead letter, nothing lost."""

    def full_at_first(_: Lease) -> None:
        if len(turn.worker.leases) < 8:
            message = "x.png: the picture cannot be written: No space left on device."
            raise StoreBroken(message) from OSError(errno.ENOSPC, "No space left on device")

    turn = Turn(4, Does(full_at_first), attempts=1)
    tally = turn.crew.run(until_empty=True)
    assert (tally.filed, tally.buried) == (4, 0)
    assert [record.exc_info for record in caplog.records] == [None]
    assert "No space left" in caplog.text


def test_a_picture_that_is_gone_is_a_dead_letter_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """What is wrong with one capture costs its attempts, and is said in words."""

    def gone(_: Lease) -> None:
        message = "the picture abc is gone."
        raise StoreBroken(message)

    turn = Turn(1, Does(gone), attempts=2)
    assert turn.crew.run(until_empty=True).buried == 1
    assert turn.spool.buried()[0].reason == "the picture abc is gone."
    assert "Traceback" not in caplog.text


def test_nothing_is_begun_while_something_hinders(caplog: pytest.LogCaptureFixture) -> None:
    """Until empty it ends at once, with everything still waiting; else it goes on when the way is clear."""
    turn = Turn(3, Does(), hindered=lambda: "The disk is full.")
    assert turn.crew.run(until_empty=True).filed == 0
    assert turn.spool.depth()["pro"] == {"ready": 3}
    assert not turn.worker.leases
    looks = iter(["The disk is full."] * 5)
    turn = Turn(3, Does(), hindered=lambda: next(looks, ""))
    runner = threading.Thread(target=turn.crew.run, kwargs={"until_empty": False})
    runner.start()
    while len(turn.ledger.pairs) < 3:
        time.sleep(0.01)
    turn.crew.stop()
    runner.join(10)
    assert caplog.text.count("The disk is full. Nothing is begun until then") == 2


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


def test_a_wait_of_our_own_is_no_attempt() -> None:
    """A pause or a limit costs time only: however often a capture waits for it, it is never given up."""

    def not_now(lease: Lease) -> None:
        if sum(lease.capture.capture_id == other.capture.capture_id for other in turn.worker.leases) < 6:
            why = "paused"
            raise Unavailable(why, "", retry_after=0.05, asked=False)

    turn = Turn(2, Does(not_now), attempts=2)
    tally = turn.crew.run(until_empty=True)
    assert (tally.filed, tally.waiting, tally.buried) == (2, 10, 0)
    assert {lease.attempts for lease in turn.worker.leases} == {1}


def test_a_silly_retry_time_does_not_park_a_capture_for_ever() -> None:
    """Whatever an API asks for, the capture comes back within an hour."""

    def busy_once(lease: Lease) -> None:
        if lease.attempts == 1:
            label = "429 RESOURCE_EXHAUSTED"
            raise Unavailable(label, "", retry_after=math.inf)

    turn = Turn(1, Does(busy_once))
    released: list[float] = []
    release = turn.spool.release

    def noted(lease: Lease, *, seconds: float, counted: bool) -> None:
        released.append(seconds)
        release(lease, seconds=0.1, counted=counted)

    turn.spool.release = noted  # type: ignore[method-assign]  # a spool that notes and hurries
    turn.crew.run(until_empty=True)
    assert released == [3600.0]
