"""The contract of a spool, held against every spool there is."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shadow.errors import StaleLease
from shadow.pair import IMPORTED, Capture, Examined, Loss
from shadow.spool.spool import DeadLetter, Lease, Spool

MakesCapture = Callable[..., Capture]
MakesExamined = Callable[..., Examined]

HOSTILE = "'; drop table captures; --\x00\ud800 \u202e💥\n\"{}"

CHANGES: dict[str, Callable[[Spool, Lease], None]] = {
    "renew": lambda spool, lease: spool.renew(lease, 60),
    "keep": lambda spool, lease: spool.keep(lease, []),
    "settle": lambda spool, lease: spool.settle(lease),
    "release": lambda spool, lease: spool.release(lease, seconds=0, counted=True),
    "bury": lambda spool, lease: spool.bury(lease, "given up"),
}


def lost(name: str, count: int = 1) -> Loss:
    """A counted loss."""
    return Loss(
        loss_id=name, migration="main", minute=1_789_999_980.0, process="7-ab", reason="memory full", count=count
    )


def test_gives_back_what_was_put(spool: Spool, capture: MakesCapture) -> None:
    """A leased capture equals the one that was put, its picture, settings and tags included."""
    put = capture("one", words="an old pier, fog 🌫")
    spool.put(put)
    (lease,) = spool.lease(limit=5, seconds=60)
    assert lease.capture == put
    assert lease.capture.outcome.image is not None
    assert lease.attempts == 1
    assert lease.progress == ()


def test_outcomes_that_are_there_already_come_with_it(
    spool: Spool, capture: MakesCapture, examined: MakesExamined
) -> None:
    """A capture may be put with what needs no asking; putting it again changes nothing."""
    put, there = capture("one"), examined("one")
    spool.put(put, [there])
    spool.put(put)
    (lease,) = spool.lease(limit=5, seconds=60)
    assert lease.progress == (there,)


def test_nothing_waits_for_imported_captures(spool: Spool, capture: MakesCapture) -> None:
    """They were not dispatched by anybody, so no evidence of live traffic is held up by them."""
    spool.put(replace(capture("one"), source=IMPORTED))
    assert not any(spool.unsettled().values())
    spool.put(capture("two"))
    assert [len(moments) for moments in spool.unsettled().values()] == [1]


def test_hostile_words_come_back_unchanged(spool: Spool, capture: MakesCapture) -> None:
    """Quotes, NUL, lone surrogates and direction marks in a brief are kept as they are."""
    put = replace(capture("one", words=HOSTILE), segment=HOSTILE, tags={HOSTILE: HOSTILE})
    spool.put(put)
    (lease,) = spool.lease(limit=1, seconds=60)
    assert lease.capture == put
    spool.bury(lease, HOSTILE)
    assert spool.buried()[0].reason.startswith("'; drop table captures; --")


def test_the_same_capture_is_accepted_once(spool: Spool, capture: MakesCapture) -> None:
    """Putting a capture again changes nothing, whether it is ready, leased or buried."""
    spool.put(capture("one"))
    spool.put(capture("one"))
    (lease,) = spool.lease(limit=5, seconds=60)
    spool.put(capture("one"))
    assert spool.lease(limit=5, seconds=60) == []
    spool.bury(lease, "given up")
    spool.put(capture("one"))
    assert spool.depth() == {"main": {"buried": 1}}


def test_oldest_first_up_to_the_limit(spool: Spool, capture: MakesCapture) -> None:
    """Captures are leased in order of acceptance, and sequences only grow, also past what was settled."""
    for number in range(4):
        spool.put(capture(f"c{number}"))
    first = spool.lease(limit=3, seconds=60)
    assert [lease.capture.capture_id for lease in first] == ["c0", "c1", "c2"]
    for lease in (*first, *spool.lease(limit=3, seconds=60)):
        spool.settle(lease)
    spool.put(capture("later"))
    (last,) = spool.lease(limit=3, seconds=60)
    sequences = [lease.sequence for lease in (*first, last)]
    assert sequences == sorted(set(sequences))


def test_a_hold_that_ran_out_comes_back(spool: Spool, capture: MakesCapture, clock: Any) -> None:
    """A leased capture is nobody else's until its hold runs out; then it is leased again under another token."""
    spool.put(capture("one"))
    (first,) = spool.lease(limit=1, seconds=60)
    clock.now += 59.9
    assert spool.lease(limit=1, seconds=60) == []
    assert spool.depth() == {"main": {"leased": 1}}
    clock.now += 0.2
    assert spool.depth() == {"main": {"ready": 1}}
    (second,) = spool.lease(limit=1, seconds=60)
    assert second.attempts == 2
    assert second.sequence == first.sequence
    assert second.token != first.token


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_stale_token_is_refused(spool: Spool, capture: MakesCapture, clock: Any, name: str) -> None:
    """Once somebody else took over, the former holder changes nothing, and the new holder still can."""
    spool.put(capture("one"))
    (slow,) = spool.lease(limit=1, seconds=60)
    clock.now += 61
    (fast,) = spool.lease(limit=1, seconds=60)
    with pytest.raises(StaleLease):
        CHANGES[name](spool, slow)
    assert spool.depth() == {"main": {"leased": 1}}
    CHANGES[name](spool, fast)


@pytest.mark.parametrize("name", sorted(CHANGES))
@pytest.mark.parametrize("end", ["settle", "release", "bury"])
def test_a_lease_that_ended_is_refused(spool: Spool, capture: MakesCapture, name: str, end: str) -> None:
    """A lease is used up by settling, releasing or burying it."""
    spool.put(capture("one"))
    (lease,) = spool.lease(limit=1, seconds=60)
    CHANGES[end](spool, lease)
    with pytest.raises(StaleLease):
        CHANGES[name](spool, lease)


def test_a_late_holder_may_finish_while_nobody_took_over(spool: Spool, capture: MakesCapture, clock: Any) -> None:
    """A hold that ran out still settles as long as the capture is nobody else's: what was paid is not wasted."""
    spool.put(capture("one"))
    (lease,) = spool.lease(limit=1, seconds=60)
    clock.now += 600
    spool.settle(lease)
    assert spool.lease(limit=1, seconds=60) == []
    assert spool.depth() == {}


def test_renewing_keeps_the_hold(spool: Spool, capture: MakesCapture, clock: Any) -> None:
    """A renewed capture is held from the moment of renewing on."""
    spool.put(capture("one"))
    (lease,) = spool.lease(limit=1, seconds=60)
    clock.now += 50
    spool.renew(lease, 60)
    clock.now += 59
    assert spool.lease(limit=1, seconds=60) == []
    clock.now += 2
    assert len(spool.lease(limit=1, seconds=60)) == 1


def test_kept_steps_come_back(spool: Spool, capture: MakesCapture, examined: MakesExamined, clock: Any) -> None:
    """What was obtained and kept is there for whoever leases the capture next."""
    spool.put(capture("one"))
    (lease,) = spool.lease(limit=1, seconds=60)
    spool.keep(lease, [examined("a")])
    spool.keep(lease, [examined("a"), examined("b")])
    clock.now += 61
    (again,) = spool.lease(limit=1, seconds=60)
    assert again.progress == (examined("a"), examined("b"))


@pytest.mark.parametrize(("counted", "attempts"), [(True, 2), (False, 1)])
def test_released_captures_wait(
    spool: Spool, capture: MakesCapture, clock: Any, *, counted: bool, attempts: int
) -> None:
    """A released capture is ready after the delay; the attempt counts where it should."""
    spool.put(capture("one"))
    (lease,) = spool.lease(limit=1, seconds=60)
    spool.release(lease, seconds=30, counted=counted)
    assert spool.depth() == {"main": {"ready": 1}}
    clock.now += 29
    assert spool.lease(limit=1, seconds=60) == []
    clock.now += 1
    (again,) = spool.lease(limit=1, seconds=60)
    assert again.attempts == attempts


def test_dead_letters_are_listed_and_revived(
    spool: Spool, capture: MakesCapture, examined: MakesExamined, clock: Any
) -> None:
    """A buried capture is listed with its reason, leased by nobody, and revived with its attempts forgotten."""
    for name in ("one", "two"):
        spool.put(capture(name))
    one, two = spool.lease(limit=2, seconds=60)
    spool.keep(one, [examined("a")])
    spool.bury(two, "no such model")
    clock.now += 5
    spool.bury(one, "too many attempts")
    assert spool.buried() == [
        DeadLetter(capture_id="two", migration="main", buried_at=clock.now - 5, attempts=1, reason="no such model"),
        DeadLetter(capture_id="one", migration="main", buried_at=clock.now, attempts=1, reason="too many attempts"),
    ]
    clock.now += 600
    assert spool.lease(limit=2, seconds=60) == []
    assert spool.revive("one")
    (revived,) = spool.lease(limit=2, seconds=60)
    assert revived.attempts == 1
    assert revived.progress == (examined("a"),)


def test_only_dead_letters_are_revived(spool: Spool, capture: MakesCapture) -> None:
    """Reviving an unknown capture, or one that is alive, says so and changes nothing."""
    spool.put(capture("one"))
    assert not spool.revive("nobody")
    assert not spool.revive("one")
    assert spool.depth() == {"main": {"ready": 1}}


def test_only_dead_letters_are_dropped(spool: Spool, capture: MakesCapture) -> None:
    """Dropping forgets a dead letter for good, and leaves what is alive or unknown as it is."""
    for name in ("one", "two"):
        spool.put(capture(name))
    (one,) = spool.lease(limit=1, seconds=60)
    spool.bury(one, "given up")
    assert not spool.drop("two")
    assert not spool.drop("nobody")
    assert spool.drop("one")
    assert not spool.drop("one")
    assert spool.depth() == {"main": {"ready": 1}}


def test_depth_counts_by_migration_and_state(spool: Spool, capture: MakesCapture) -> None:
    """Every migration is counted by state; states with none are left out."""
    assert spool.depth() == {}
    for name in ("a", "b", "c"):
        spool.put(capture(name))
    spool.put(capture("d", migration="other"))
    first, _ = spool.lease(limit=2, seconds=60)
    spool.bury(first, "given up")
    assert spool.depth() == {"main": {"buried": 1, "leased": 1, "ready": 1}, "other": {"ready": 1}}


def test_losses_wait_until_they_are_carried(spool: Spool) -> None:
    """A loss is remembered once by its id, and forgotten when it was carried on."""
    spool.lose([lost("a", 3), lost("b", 4)])
    spool.lose([lost("a", 3)])
    assert spool.losses() == [lost("a", 3), lost("b", 4)]
    spool.carried([lost("a", 3), lost("unknown")])
    assert spool.losses() == [lost("b", 4)]
    spool.lose([])
    spool.carried([])


def test_closing_loses_nothing(spool: Spool, capture: MakesCapture) -> None:
    """What was accepted is still there after letting go of the medium, and closing twice is harmless."""
    spool.put(capture("one"))
    spool.close()
    spool.close()
    assert len(spool.lease(limit=1, seconds=60)) == 1


def test_threads_share_the_work(spool: Spool, capture: MakesCapture) -> None:
    """While threads put, others lease and settle: every capture is settled exactly once."""
    names = [f"{thread}-{number}" for thread in range(4) for number in range(25)]
    captures = {name: capture(name) for name in names}
    settled: list[str] = []

    def put(thread: int) -> None:
        for name in names[thread::4]:
            spool.put(captures[name])

    def work() -> None:
        while len(settled) < len(names):
            for lease in spool.lease(limit=3, seconds=60):
                spool.settle(lease)
                settled.append(lease.capture.capture_id)

    threads = [threading.Thread(target=put, args=(number,), daemon=True) for number in range(4)]
    threads += [threading.Thread(target=work, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(settled) == sorted(names)
    assert spool.depth() == {}


def test_unsettled_captures_tell_when_they_were_dispatched(spool: Spool, capture: MakesCapture) -> None:
    """Ready, leased and given up for now count; settled do not."""
    for place, name in enumerate(("ready", "leased", "buried", "settled")):
        spool.put(replace(capture(name), dispatched_at=100.5 + place))
    leases = {lease.capture.capture_id: lease for lease in spool.lease(limit=4, seconds=60)}
    spool.release(leases["ready"], seconds=0, counted=False)
    spool.bury(leases["buried"], "given up")
    spool.settle(leases["settled"])
    migration = leases["ready"].capture.migration
    assert {name: sorted(times) for name, times in spool.unsettled().items()} == {migration: [100.5, 101.5, 102.5]}
