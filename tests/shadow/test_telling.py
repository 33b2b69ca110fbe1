"""Things are said once."""

import logging

import pytest

from shadow.telling import AGAIN_SECONDS, MOST, Once, Rarely


def test_each_thing_is_said_once_for_each_kind_of_error(caplog: pytest.LogCaptureFixture) -> None:
    """A failing collaborator fills nobody's log."""
    say = Once()
    for _ in range(3):
        say.error("broken", ValueError("a"))
        say.error("broken", KeyError("b"))
        say.warning("odd")
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.ERROR, logging.WARNING]
    assert caplog.text.count("broken (said once)") == 2


def test_there_is_an_end_to_different_things_too(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the words."""
    say = Once()
    for number in range(MOST + 50):
        say.warning(f"odd {number}")
    assert len(caplog.records) == MOST


def test_what_goes_on_is_said_again_after_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """At once, then every ten minutes, with how often it happened; another thing is not held up by it."""
    now = [0.0]
    say = Rarely(monotonic=lambda: now[0])
    for _ in range(50):
        say.warning("disk", "the disk is full")
    say.warning("model", "not found")
    now[0] = AGAIN_SECONDS
    say.warning("disk", "the disk is full")
    assert [record.getMessage() for record in caplog.records] == [
        "the disk is full",
        "not found",
        "the disk is full (49 times more since this was last said)",
    ]
    for number in range(MOST + 50):
        say.warning(f"odd {number}", "odd")
    assert len(caplog.records) == MOST + 1
