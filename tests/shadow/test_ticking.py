"""One thing done again and again."""

import threading

import pytest

from shadow.ticking import Ticker


def test_it_ticks_until_it_is_closed_and_once_more() -> None:
    """The last step comes after every tick, once; closing twice is closing once."""
    steps: list[str] = []
    enough = threading.Event()

    def tick() -> None:
        steps.append("tick")
        if len(steps) == 3:
            enough.set()

    ticker = Ticker("t", tick, seconds=0.001, first=0.0, last=lambda: steps.append("last"))
    assert ticker.close(0.0)
    ticker.start()
    assert enough.wait(10)
    assert ticker.close(10)
    assert ticker.close(10)
    assert steps.count("last") == 1
    assert steps[-1] == "last"


def test_a_tick_that_raises_is_said_once_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    """No error ends the thread."""
    enough = threading.Event()
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 5:
            enough.set()
        message = "broken"
        raise ValueError(message)

    ticker = Ticker("t", tick, seconds=0.001)
    ticker.start()
    assert enough.wait(10)
    ticker.close(10)
    assert caplog.text.count("t failed, and goes on") == 1


def test_a_stuck_tick_is_not_waited_for() -> None:
    """Closing is bounded."""
    stuck, entered = threading.Event(), threading.Event()

    def tick() -> None:
        entered.set()
        stuck.wait(10)

    ticker = Ticker("t", tick, seconds=0.001)
    ticker.start()
    assert entered.wait(10)
    assert not ticker.close(0.01)
    stuck.set()
    assert ticker.close(10)
