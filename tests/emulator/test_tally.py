"""Draws and counts."""

from threading import Thread

from shadow.emulator.scenarios import Fault
from shadow.emulator.tally import Draws, Tally


def test_each_answered_request_gets_the_next_draw() -> None:
    """Draws count up per brief and model."""
    draws = Draws()
    assert [draws.enter("b", "m", lambda *_: None).draw for _ in range(3)] == [0, 1, 2]
    assert draws.enter("b", "other", lambda *_: None).draw == 0


def test_the_line_never_fails_a_brief_twice_in_a_row() -> None:
    """A retry gets through, and gets the draw that the failed request did not."""
    draws = Draws()
    visits = [draws.enter("b", "m", lambda *_: Fault.QUOTA) for _ in range(4)]
    assert [visit.fault for visit in visits] == [Fault.QUOTA, None, Fault.QUOTA, None]
    assert [visit.draw for visit in visits if visit.fault is None] == [0, 1]


def test_what_a_model_served_counts_over_all_briefs() -> None:
    """Answered requests of every brief count for their model; failed ones and other models do not."""
    draws = Draws()
    entries = [draws.enter(brief, "m", lambda number, _: Fault.QUOTA if number == 1 else None) for brief in "aabba"]
    assert [(visit.served, visit.fault) for visit in entries] == [
        (0, None), (1, Fault.QUOTA), (1, None), (2, Fault.QUOTA), (2, None)
    ]  # fmt: skip
    assert draws.enter("a", "other", lambda *_: None).served == 0


def test_what_was_asked_longest_ago_is_forgotten() -> None:
    """Ten thousand briefs leave no more than the bound; one that is asked again and again is not forgotten."""
    draws, tally = Draws(remembered=100), Tally(remembered=100)
    for number in range(10_000):
        assert draws.enter("kept", "m", lambda *_: None).draw == number
        draws.enter(f"brief {number}", "m", lambda *_: None)
        tally.pay("m", "embedContent", b"%d" % number)
    assert draws.remembered_now == tally.remembered_now == 100
    assert draws.enter("brief 0", "m", lambda *_: None).draw == 0
    assert draws.enter("brief 9999", "m", lambda *_: None).draw == 1
    assert tally.counts()["paid"] == {"m": {"embedContent": 10_000}}


def test_no_count_is_lost_between_threads() -> None:
    """Eight threads that pay 200 times each are counted 1600 times."""
    tally = Tally()
    threads = [Thread(target=lambda: [tally.pay("m", "embedContent", b"x") for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.counts()["paid"] == {"m": {"embedContent": 1600}}
    assert tally.counts()["repeated"] == {"m": {"embedContent": 1599}}
