"""The door from the live path to the spool."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from google.genai import types

from shadow.brief import Text
from shadow.capture import MEMORY_FULL, NOT_DRAINED, OTHER_CANDIDATE, SAMPLED_OUT, Door, Labels, Route, Seen
from shadow.errors import SpoolBroken
from shadow.pair import Arm, Image, OutcomeKind
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Spool

PRO = Route(incumbent="old", serving="pro", candidate="new", samples=(("pro", 1.0),))
ANSWER = types.GenerateContentResponse.model_validate(
    {
        "candidates": [
            {"content": {"parts": [{"inline_data": {"mime_type": "image/png", "data": b"\x89PNG\r\n\x1a\n1"}}]}}
        ]
    }
)


def seen(contents: Any = "a fox", *, route: Route = PRO, arm: Arm = Arm.INCUMBENT, size: int = 10, **more: Any) -> Seen:
    """A live call as the wrapper hands it over."""
    values = {"config": None, "labels": Labels(), "response": ANSWER, "error": None, "started_at": 60.0, "latency": 1.0}
    return Seen(route=route, arm=arm, model="old", contents=contents, size=size, **{**values, **more})


class Kept:
    """A door over a memory spool, and the pictures that were written."""

    def __init__(self, open_spool: Callable[[], Spool] | None = None, memory_bytes: float = 1e6) -> None:
        self.pictures: dict[str, Image] = {}
        self.spool = MemorySpool()
        self.polls = 0
        self.door = Door(
            open_spool=open_spool or (lambda: self.spool),
            write=self.write,
            on_poll=self.poll,
            memory_bytes=memory_bytes,
            poll_seconds=0.002,
        )

    def write(self, image: Image) -> None:
        self.pictures[image.digest] = image

    def poll(self) -> None:
        self.polls += 1

    def losses(self) -> Counter[tuple[str, str]]:
        counted: Counter[tuple[str, str]] = Counter()
        for loss in self.spool.losses():
            counted[loss.migration, loss.reason] += loss.count
        return counted


def test_what_is_offered_lies_in_the_spool_after_the_drain() -> None:
    """Brief, outcome, labels and pictures arrive; the key only as a hash."""
    kept = Kept()
    labels = Labels(key="user-1", segment="animals", cluster="spring", tags={"a": "b"})
    kept.door.offer(seen(labels=labels))
    kept.door.close()
    capture = kept.spool.lease(limit=10, seconds=60)[0].capture
    assert capture.brief.parts == (Text(text="a fox"),)
    assert capture.outcome.kind is OutcomeKind.IMAGE
    assert capture.outcome.image in kept.pictures.values()
    assert (capture.migration, capture.arm, capture.dispatched_at) == ("pro", Arm.INCUMBENT, 60.0)
    assert (capture.segment, capture.cluster, capture.tags) == ("animals", "spring", {"a": "b"})
    assert capture.key_hash
    assert "user-1" not in repr(capture)


def test_every_call_has_its_own_id_and_the_order_is_kept() -> None:
    """A thousand calls from eight threads: a thousand captures, each once."""
    kept = Kept()
    threads = [threading.Thread(target=lambda: [kept.door.offer(seen()) for _ in range(125)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.door.close()
    leases = kept.spool.lease(limit=2000, seconds=60)
    assert len({lease.capture.capture_id for lease in leases}) == len(leases) == 1000


def test_what_does_not_fit_is_dropped_and_counted() -> None:
    """The bound is in bytes; nothing waits and nothing raises."""
    blocked = threading.Event()

    def slow() -> Spool:
        blocked.wait(5)
        return kept.spool

    kept = Kept(slow, memory_bytes=25)
    for _ in range(5):
        kept.door.offer(seen())
    blocked.set()
    kept.door.close()
    assert len(kept.spool.lease(limit=10, seconds=60)) == 2
    assert kept.losses() == {("pro", MEMORY_FULL): 3}


def test_each_migration_of_a_model_takes_its_own_sample() -> None:
    """One live call becomes a capture in every migration that samples it, and a counted loss in the others."""
    kept = Kept()
    route = Route(incumbent="old", serving="pro", candidate="new", samples=(("pro", 1.0), ("next", 1.0), ("no", 0.0)))
    kept.door.offer(seen(route=route))
    kept.door.close()
    assert {lease.capture.migration for lease in kept.spool.lease(limit=10, seconds=60)} == {"pro", "next"}
    assert kept.losses() == {("no", SAMPLED_OUT): 1}


def test_a_call_the_candidate_served_belongs_to_its_own_migration_only() -> None:
    """To another migration the picture of a foreign candidate says nothing."""
    kept = Kept()
    route = Route(incumbent="old", serving="pro", candidate="new", samples=(("pro", 1.0), ("next", 1.0)))
    kept.door.offer(seen(route=route, arm=Arm.CANDIDATE))
    kept.door.close()
    assert [lease.capture.arm for lease in kept.spool.lease(limit=10, seconds=60)] == [Arm.CANDIDATE]
    assert kept.losses() == {("next", OTHER_CANDIDATE): 1}


@pytest.mark.parametrize(
    ("contents", "config", "reason"),
    [
        ([types.Content(role="model", parts=[types.Part(text="x")])], None, "multi-turn"),
        ("a joke", {"response_modalities": ["TEXT"]}, "no image asked"),
        (object(), None, "unreadable request"),
        ("a fox", {"no_such_key": 1}, "unreadable request"),
    ],
)
def test_what_cannot_be_compared_is_counted_by_reason(contents: Any, config: Any, reason: str) -> None:
    """A request nobody can ask again is a counted loss, and the next one is captured as ever."""
    kept = Kept()
    kept.door.offer(seen(contents, config=config))
    kept.door.offer(seen())
    kept.door.close()
    assert kept.losses() == {("pro", reason): 1}
    assert len(kept.spool.lease(limit=10, seconds=60)) == 1


def test_a_failing_spool_keeps_captures_waiting(caplog: pytest.LogCaptureFixture) -> None:
    """A spool that cannot be opened costs a warning; once it can, everything arrives."""
    attempts = 0

    def flaky() -> Spool:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            message = "disk full"
            raise SpoolBroken(message)
        return kept.spool

    kept = Kept(flaky)
    with caplog.at_level(logging.WARNING, logger="shadow"):
        kept.door.offer(seen())
        while attempts < 1:
            time.sleep(0.001)
        kept.door.close()
    assert "disk full" in caplog.text
    assert len(kept.spool.lease(limit=10, seconds=60)) == 1


def test_what_cannot_be_drained_at_the_end_is_counted() -> None:
    """With a spool that never takes anything, every waiting call is a loss with its reason."""

    class Refusing(MemorySpool):
        def put(self, capture: object) -> None:
            message = "read-only disk"
            raise SpoolBroken(message)

    spool = Refusing()
    kept = Kept(lambda: spool)
    for _ in range(3):
        kept.door.offer(seen())
    kept.door.close(seconds=10)
    assert {(loss.reason, loss.count, loss.minute) for loss in spool.losses()} == {(NOT_DRAINED, 3, 60.0)}


def test_a_child_after_fork_begins_empty() -> None:
    """What waited belongs to the parent; the child's captures have ids of their own."""
    kept = Kept()
    kept.door.offer(seen())
    kept.door.close()
    first = kept.spool.lease(limit=10, seconds=60)[0]
    kept.door.restart()
    kept.door.offer(seen())
    kept.door.close()
    second = kept.spool.lease(limit=10, seconds=60)[0]
    assert first.capture.capture_id != second.capture.capture_id
