"""Things are said once."""

import logging

import pytest

from shadow.telling import MOST, Once


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
