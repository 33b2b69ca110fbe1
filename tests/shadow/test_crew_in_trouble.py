"""What a crew does where something cannot be asked, found or written."""

import errno
import math
import threading
import time

import pytest
from crew_turns import Does, Turn

from shadow.errors import StoreBroken, Unavailable
from shadow.spool.spool import Lease


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
