"""The door from the live path to the spool."""

import logging
import multiprocessing
import os
import threading
from pathlib import Path

import pytest
from captured import Kept, Stuck, counted, seen

from shadow.capture import Seen
from shadow.capture.losses import MEMORY_FULL, NOT_DRAINED
from shadow.errors import SpoolBroken
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Spool
from shadow.spool.sqlite import SqliteSpool


def test_every_call_has_its_own_id_and_the_order_is_kept(tmp_path: Path) -> None:
    """A thousand calls from eight threads: a thousand captures, each once, each thread's in its order."""
    kept = Kept(tmp_path, memory_bytes=1e8)

    def offer(thread: int) -> None:
        for number in range(125):
            kept.door.offer(seen(f"{thread} {number}"))

    threads = [threading.Thread(target=offer, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.door.close()
    captures = kept.captures()
    assert len({capture.capture_id for capture in captures}) == len(captures) == 1000
    for thread in range(8):
        mine = [capture.brief.prompt for capture in captures if capture.brief.prompt.startswith(f"{thread} ")]
        assert mine == [f"{thread} {number}" for number in range(125)]


def test_what_does_not_fit_is_dropped_and_counted(tmp_path: Path) -> None:
    """The bound is in bytes, of request and answer together; nothing waits and nothing raises."""
    stuck = Stuck()
    size = seen("x" * 1000).size
    kept = Kept(tmp_path, write=stuck, memory_bytes=2.5 * size)
    for _ in range(5):
        kept.door.offer(seen("x" * 1000))
    assert stuck.entered.wait(5)
    stuck.released.set()
    kept.door.close()
    assert len(kept.captures()) == 2
    assert kept.losses() == {("pro", MEMORY_FULL): 3}


def test_after_a_full_hour_there_is_room_again(tmp_path: Path) -> None:
    """What was put away makes room for what comes."""
    kept = Kept(tmp_path, memory_bytes=1.5 * seen().size)
    for _ in range(20):
        kept.door.offer(seen())
        while kept.door.waiting():
            threading.Event().wait(0.001)
    kept.door.close()
    assert len(kept.captures()) == 20
    assert kept.losses() == {}


def test_requests_under_way_are_kept_by_the_drain(tmp_path: Path) -> None:
    """Within a poll or two; one that cannot be read is left to its caller, and the next is kept."""
    kept = Kept(tmp_path)
    good, bad = under_way("a fox"), under_way(5)
    bad.arguments = ["no arguments"]  # type: ignore[assignment]  # that is the point
    for one in (bad, good):
        kept.door.expect(one)
    while good.asked is None:
        threading.Event().wait(0.001)
    assert good.asked.size == len("a fox")
    assert bad.asked is None
    kept.door.close()


def under_way(contents: object) -> Seen:
    """A call that waits for its answer."""
    made = seen()
    made.asked, made.arguments = None, {"contents": contents}
    return made


def test_what_does_not_fit_is_let_go_of_at_once(tmp_path: Path) -> None:
    """Even where its request still waits to be kept."""
    kept = Kept(tmp_path, memory_bytes=1)
    refused = seen()
    kept.door.offer(refused)
    assert (refused.answers, refused.picture) == ((), None)
    kept.door.close()


def test_losses_of_the_caller_are_counted_by_reason_and_minute(tmp_path: Path) -> None:
    """Exact over threads, and in the minute of the call, not of the count."""
    kept = Kept(tmp_path)
    route = seen().route

    def lose() -> None:
        for number in range(200):
            kept.door.lose(route, "multi-turn", 60.0 * (number % 2))

    threads = [threading.Thread(target=lose) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.door.close()
    by_minute = dict.fromkeys((0.0, 60.0), 0)
    for loss in kept.spool.losses():
        assert (loss.reason, loss.migration) == ("multi-turn", "pro")
        by_minute[loss.minute] += loss.count
    assert by_minute == {0.0: 400, 60.0: 400}


def test_a_failing_spool_keeps_captures_waiting(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A spool that cannot be opened costs a warning; once it can, everything arrives, once."""
    attempts = 0

    def flaky() -> Spool:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            message = "disk full"
            raise SpoolBroken(message)
        return kept.spool

    kept = Kept(tmp_path, flaky)
    with caplog.at_level(logging.WARNING, logger="shadow"):
        kept.door.offer(seen())
        kept.door.offer(seen())
        while not attempts:
            threading.Event().wait(0.001)
        kept.door.close()
    assert "disk full" in caplog.text
    assert len(kept.captures()) == 2
    assert kept.losses() == {}


def test_what_cannot_be_drained_at_the_end_is_counted(tmp_path: Path) -> None:
    """With a spool that never takes anything, every waiting call is a loss with its reason, within the time."""

    class Refusing(MemorySpool):
        def put(self, capture: object) -> None:
            message = "read-only disk"
            raise SpoolBroken(message)

    spool = Refusing()
    kept = Kept(tmp_path, lambda: spool)
    for _ in range(3):
        kept.door.offer(seen())
    kept.door.close(seconds=0.3)
    assert {(loss.reason, loss.count, loss.minute) for loss in spool.losses()} == {(NOT_DRAINED, 3, 60.0)}


def test_closing_a_stuck_door_ends_in_time(tmp_path: Path) -> None:
    """A spool that hangs holds up the end of the process no longer than it may."""
    stuck = Stuck()
    kept = Kept(tmp_path, write=stuck)
    kept.door.offer(seen())
    assert stuck.entered.wait(5)
    kept.door.close(seconds=0.05)
    kept.door.close(seconds=0.05)
    assert kept.door.waiting() == 1
    stuck.released.set()


def test_a_child_after_fork_begins_empty(tmp_path: Path) -> None:
    """What waited belongs to the parent; the child's captures have ids of their own."""
    kept = Kept(tmp_path)
    kept.door.offer(seen())
    kept.door.close()
    (first,) = kept.captures()
    kept.door.restart()
    assert kept.door.waiting() == 0
    kept.door.offer(seen())
    kept.door.close()
    (second,) = kept.captures()
    assert first.capture_id != second.capture_id


def offer_and_return(home: Path) -> None:
    """What a child of multiprocessing does."""
    kept = Kept(home, lambda: SqliteSpool(home / "spool.sqlite", _none))
    kept.door.offer(seen())


def _none(_: str) -> None:
    return None


def test_a_child_of_multiprocessing_drains_at_its_end(tmp_path: Path) -> None:
    """Such a child skips atexit; the door has an end of its own there."""
    child = multiprocessing.get_context("fork").Process(target=offer_and_return, args=(tmp_path,))
    child.start()
    child.join(20)
    assert child.exitcode == 0
    spool = SqliteSpool(tmp_path / "spool.sqlite", _none)
    assert spool.depth() == {"pro": {"ready": 1}}
    spool.close()


def test_an_end_without_a_word_is_counted_by_the_next_process(tmp_path: Path) -> None:
    """A child that is gone at once leaves a record; the next door that opens turns it into an unknown loss."""
    stuck = Stuck()
    child = os.fork()
    if child == 0:
        kept = Kept(tmp_path, write=stuck)
        for _ in range(3):
            kept.door.offer(seen())
        stuck.entered.wait(10)
        os._exit(9)
    assert os.waitpid(child, 0)[1] == 9 << 8
    kept = Kept(tmp_path)
    kept.door.close()
    assert set(counted(kept.spool)) == {("pro", "unknown loss")}
    assert list((tmp_path / "live").iterdir()) == []
