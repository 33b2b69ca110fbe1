"""SIGTERM and the host."""

import atexit
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from shadow import host


@pytest.fixture(autouse=True)
def handler() -> Iterator[Any]:
    """The handler of the test run, put back at the end."""
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("theirs", [signal.SIG_IGN, lambda number, frame: None], ids=["ignored", "handled"])
def test_a_handler_of_the_host_stays(theirs: Any) -> None:
    """Whether it ignores the signal or does something of its own."""
    signal.signal(signal.SIGTERM, theirs)
    host.follow(restart=lambda: None, close=lambda: None)
    assert signal.getsignal(signal.SIGTERM) is theirs


def test_outside_the_main_thread_no_handler_is_installed() -> None:
    """Python would refuse it."""
    thread = threading.Thread(target=lambda: host.follow(restart=lambda: None, close=lambda: None))
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_two_live_paths_both_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The later handler knows the earlier one; a drain that fails does not keep the other from draining."""
    closed: list[str] = []

    def fails() -> None:
        closed.append("second")
        message = "broken"
        raise ValueError(message)

    host.follow(restart=lambda: None, close=lambda: closed.append("first"))
    host.follow(restart=lambda: None, close=fails)
    sent: list[Any] = []
    monkeypatch.setattr("os.kill", lambda pid, number: sent.append(number))
    handle = signal.getsignal(signal.SIGTERM)
    assert callable(handle)
    handle(signal.SIGTERM, None)
    assert closed == ["second", "first"]
    assert sent == [signal.SIGTERM]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    atexit.unregister(fails)
