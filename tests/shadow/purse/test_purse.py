"""The purse: promises, caps, turns, pauses, and what the dead leave behind."""

import math
import sqlite3
from pathlib import Path

import pytest
from purse_asks import MIDNIGHT, Clock, Purses, admission, asked, begun, committed

from shadow.budget import DAY, Books
from shadow.errors import Unavailable
from shadow.prices import NANO, Step
from shadow.purse.answers import Go, Refused, Standing, Verdict, Wait
from shadow.purse.purse import EVERY_GENERATION, HOLD_SECONDS


def test_what_is_reserved_counts_as_spent(purse_of: Purses) -> None:
    """Three of one USD under a cap of three; the fourth waits while the others may turn out cheaper."""
    purse = purse_of(total=3)
    assert [purse.admit(admission(str(n))) for n in range(4)] == [Verdict.ADMITTED] * 3 + [Verdict.LATER]
    assert committed(purse) == 3.0


def test_a_call_is_booked_at_what_it_cost(purse_of: Purses) -> None:
    """The estimate was reserved; the difference is free for the next."""
    purse = purse_of(total=3)
    for name in "ab":
        purse.admit(admission(name, 1.5))
    assert purse.admit(admission("c")) is Verdict.LATER
    purse.settle(begun(purse, "a", 1.5), round(0.5 * NANO))
    purse.finish("a")
    assert committed(purse) == 0.5 + 1.5
    assert purse.admit(admission("c")) is Verdict.ADMITTED
    assert purse.spent == round(0.5 * NANO)


def test_looking_makes_no_purse(purse_of: Purses) -> None:
    """Where nothing was spent yet there is nothing to read, and no file is made by asking: the disk may be full."""
    purse = purse_of()
    assert purse.standing() == Standing(books=Books(), today=(), counts={}, pauses=())
    assert not purse.path.exists()


def test_what_is_spent_for_certain_sheds(purse_of: Purses) -> None:
    """No waiting could make room: the capture is shed, stays shed, and is counted once."""
    purse = purse_of(total=1)
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), NANO)
    assert [purse.admit(admission("b")) for _ in range(3)] == [Verdict.SHED] * 3
    assert purse.standing().counts["shed"] == (1, 1)


def test_a_call_beyond_the_reservation_needs_room_of_its_own(purse_of: Purses) -> None:
    """A second judgement is paid from what is left of the budget, or refused."""
    purse = purse_of(total=3)
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), NANO)
    assert isinstance(purse.begin(asked("a", 1.5, step=Step.JUDGEMENT)), Go)
    assert purse.begin(asked("a", 1.0, step=Step.JUDGEMENT)) == Refused()
    assert committed(purse) == 2.5


def test_a_call_that_was_not_billed_costs_nothing(purse_of: Purses) -> None:
    """A 429 is asked and free."""
    purse = purse_of()
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), 0)
    purse.give_back("a")
    assert (committed(purse), purse.standing().today) == (0.0, ())


def test_a_call_whose_end_nobody_knows_is_booked_at_its_estimate(purse_of: Purses) -> None:
    """A lost connection may have been billed; asked again, it is counted as possibly paid twice."""
    purse = purse_of()
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), None)
    assert purse.standing().books.total == NANO
    assert purse.standing().counts == {"booked at its estimate": (1, 1)}
    purse.give_back("a")
    purse.admit(admission("a"))
    assert purse.standing().counts["possibly paid twice"] == (1, 1)
    assert committed(purse) == 2.0


def test_a_dearer_call_than_thought_is_booked_in_full_and_learnt_from(purse_of: Purses) -> None:
    """The next calls of this model and step reserve as much as the dearest did."""
    purse = purse_of(total=100)
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), 3 * NANO)
    assert purse.standing().books.total == 3 * NANO
    purse.finish("a")
    purse.admit(admission("b", 2.0))
    assert purse.standing().books.promised == 6 * NANO
    purse.begin(asked("b", 7.0, model="judge", step=Step.JUDGEMENT))  # another model costs what it was thought to
    assert purse.standing().books.promised == 7 * NANO


def test_a_capture_that_is_finished_holds_nothing(purse_of: Purses) -> None:
    """What it did not need is free, and a call that could not be settled is booked."""
    purse = purse_of()
    purse.admit(admission("a", 5.0))
    begun(purse, "a", 2.0)
    purse.finish("a")
    books = purse.standing().books
    assert (books.total, books.promised) == (2 * NANO, 0)


def test_the_day_ends_at_midnight_utc_and_the_total_does_not(purse_of: Purses, clock: Clock) -> None:
    """What is reserved over midnight counts for the new day."""
    purse = purse_of(per_day=2, total=3)
    clock.now = MIDNIGHT + DAY - 1
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), NANO)
    purse.admit(admission("b"))
    assert purse.admit(admission("c")) is Verdict.LATER
    clock.now += 2
    assert purse.standing().books.today == 0
    assert purse.admit(admission("c")) is Verdict.ADMITTED
    assert purse.admit(admission("d")) is Verdict.LATER
    for name in "bc":
        purse.settle(begun(purse, name), NANO)
    assert (purse.standing().books.today, purse.standing().books.total) == (2 * NANO, 3 * NANO)
    assert purse.admit(admission("e")) is Verdict.SHED


def test_reservations_of_the_dead_expire(purse_of: Purses, clock: Clock) -> None:
    """Without a sign of life for the hold time: the reserved is free, the call under way is booked as spent."""
    purse = purse_of(total=10)
    purse.admit(admission("a", 4.0))
    purse.admit(admission("b", 4.0))
    begun(purse, "b", 3.0)
    assert committed(purse) == 8.0
    clock.now += HOLD_SECONDS + 1
    assert purse.admit(admission("c", 7.0)) is Verdict.ADMITTED
    assert purse.standing().books.total == 3 * NANO
    assert committed(purse) == 10.0
    assert purse.standing().counts == {"booked at its estimate": (1, 1)}


def test_a_late_answer_is_not_booked_twice(purse_of: Purses, clock: Clock) -> None:
    """A call that was given up as lost was booked; its answer changes nothing."""
    purse = purse_of()
    purse.admit(admission("a"))
    call = begun(purse, "a")
    clock.now += HOLD_SECONDS + 1
    purse.admit(admission("b"))
    purse.settle(call, 5 * NANO)
    assert purse.standing().books.total == NANO


def test_taking_over_from_a_dead_worker_counts_what_may_be_paid_twice(purse_of: Purses) -> None:
    """Under way: booked and counted. Answered but not kept: counted. Kept: nothing."""
    purse = purse_of()
    for name in ("under way", "answered", "kept"):
        purse.admit(admission(name))
    begun(purse, "under way")
    for name in ("answered", "kept"):
        purse.settle(begun(purse, name), NANO)
    purse.kept("kept")
    purse.resume("kept")
    assert purse.standing().counts == {}
    purse.resume("answered")
    purse.resume("under way")
    assert purse.standing().counts == {"booked at its estimate": (1, 1), "possibly paid twice": (2, 2)}
    assert purse.standing().books.total == 3 * NANO


def test_an_answer_of_no_use_is_not_possibly_paid_twice(purse_of: Purses) -> None:
    """It arrived, it was billed, it will be asked for again on purpose."""
    purse = purse_of()
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), NANO, usable=False)
    purse.resume("a")
    assert purse.standing().counts == {}


def test_turns_are_given_out_in_order_and_evenly(purse_of: Purses, clock: Clock) -> None:
    """At 30 a minute: every two seconds, over all purses of the home; a turn that was given is kept."""
    one, other = (purse_of(per_minute={"painter": 30.0}) for _ in range(2))
    assert isinstance(one.begin(asked("a", 0.0)), Go)
    second, third = other.begin(asked("b", 0.0)), one.begin(asked("c", 0.0))
    assert isinstance(second, Wait)
    assert isinstance(third, Wait)
    assert (second.seconds, third.seconds) == (2.0, 4.0)
    clock.now += 2
    assert isinstance(one.begin(asked("d", 0.0), slot=None), Wait)
    assert isinstance(other.begin(asked("b", 0.0), slot=second.slot), Go)
    assert isinstance(one.begin(asked("x", 0.0, model="other")), Go)


def test_no_turn_is_taken_that_is_too_far_away(purse_of: Purses) -> None:
    """Who would wait too long goes away without a turn, so the next one finds the same."""
    purse = purse_of(per_minute={"painter": 2.0})
    purse.begin(asked("a", 0.0))
    waits = [purse.begin(asked(name, 0.0)) for name in "bcd"]
    assert [(wait.seconds, wait.slot) for wait in waits if isinstance(wait, Wait)] == [(30.0, None)] * 3


def test_no_minute_holds_more_calls_than_allowed(purse_of: Purses, clock: Clock) -> None:
    """However greedily workers ask, any 60 seconds see at most `max_per_minute` calls, and not many fewer."""
    purse = purse_of(per_minute={"painter": 7.0})
    begins: list[float] = []
    slots: dict[int, float | None] = dict.fromkeys(range(4))
    while clock.now < MIDNIGHT + 300:
        for worker in range(4):
            answer = purse.begin(asked(str(worker), 0.0), slot=slots[worker])
            slots[worker] = answer.slot if isinstance(answer, Wait) else None
            if isinstance(answer, Go):
                begins.append(clock.now)
        clock.now += 0.5
    busiest = max(sum(start <= at < start + 60 for at in begins) for start in begins)
    assert busiest <= 7
    assert len(begins) >= 33


def test_a_clock_that_jumped_back_does_not_stop_the_turns(purse_of: Purses, clock: Clock) -> None:
    """A turn an hour ahead was not given by this clock."""
    purse = purse_of(per_minute={"painter": 6.0})
    clock.now += 3600
    purse.begin(asked("a", 0.0))
    clock.now -= 3600
    assert isinstance(purse.begin(asked("b", 0.0)), Go)


def test_a_pause_holds_for_what_it_names(purse_of: Purses, clock: Clock) -> None:
    """A model's pause holds its calls, the home's every generation; the longer one stays; then it is over."""
    purse = purse_of()
    purse.pause("judge", MIDNIGHT + 5, "429")
    purse.pause(EVERY_GENERATION, MIDNIGHT + 60, "a live 429")
    purse.pause(EVERY_GENERATION, MIDNIGHT + 20, "another")
    painting = purse.begin(asked("a", 0.0))
    assert painting == Wait(seconds=60.0, slot=None, why="a live 429")
    judging = purse.begin(asked("a", 0.0, model="judge", step=Step.JUDGEMENT))
    assert isinstance(judging, Wait)
    assert judging.seconds == 5.0
    assert isinstance(purse.begin(asked("a", 0.0, model="embedder", step=Step.EMBEDDING)), Go)
    assert [pause.scope for pause in purse.standing().pauses] == ["judge", EVERY_GENERATION]
    clock.now += 60
    assert isinstance(purse.begin(asked("a", 0.0)), Go)
    assert purse.standing().pauses == ()


def test_the_file_is_for_its_owner_only(purse_of: Purses, tmp_path: Path) -> None:
    """What a home spends is nobody else's business."""
    purse_of().admit(admission("a"))
    assert (tmp_path / "purse.sqlite").stat().st_mode & 0o077 == 0


def test_a_purse_of_a_newer_version_is_not_written_to(purse_of: Purses, tmp_path: Path) -> None:
    """An older program pays nothing and says why."""
    with sqlite3.connect(tmp_path / "purse.sqlite") as connection:
        connection.execute("pragma user_version=99")
    connection.close()
    with pytest.raises(Unavailable, match="newer version"):
        purse_of().admit(admission("a"))


def test_without_caps_everything_is_admitted_and_counted(purse_of: Purses) -> None:
    """No limit is a limit of infinity."""
    purse = purse_of()
    assert math.isinf(purse.caps.total)
    assert {purse.admit(admission(str(n), 1e6)) for n in range(50)} == {Verdict.ADMITTED}
    assert committed(purse) == 50e6


def test_what_is_reserved_may_be_spent_even_where_a_cap_was_passed(purse_of: Purses) -> None:
    """A call that was dearer than thought takes nothing away from the captures that were admitted before."""
    purse = purse_of(total=2)
    purse.admit(admission("a"))
    purse.admit(admission("b"))
    purse.settle(begun(purse, "a"), 5 * NANO)
    assert isinstance(purse.begin(asked("b", 0.2)), Go)
    assert purse.admit(admission("c", 0.001)) is Verdict.SHED


def test_what_is_free_is_never_shed(purse_of: Purses) -> None:
    """A migration that pays nobody goes on when the money of another is spent."""
    purse = purse_of(per_day=1)
    purse.admit(admission("a"))
    purse.settle(begun(purse, "a"), NANO)
    assert purse.admit(admission("b", digest="f" * 64)) is Verdict.SHED
    assert purse.admit(admission("free", 0.0, digest="f" * 64)) is Verdict.ADMITTED
