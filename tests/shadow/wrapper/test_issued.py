"""Whose turn it was, as far as it is remembered."""

import threading

from shadow.wrapper.issued import Issued


def test_a_turn_is_known_by_any_of_its_marks() -> None:
    """The first mark that is remembered tells."""
    issued = Issued()
    issued.remember(("a", "b"), "old")
    issued.remember(("c",), "new")
    assert issued.by(("x", "b")) == "old"
    assert issued.by(("c", "b")) == "new"
    assert issued.by(("x",)) is None
    assert issued.by(()) is None


def test_the_memory_is_bounded_and_forgets_the_oldest() -> None:
    """What came last is always remembered, what came long ago is not."""
    issued = Issued(limit=10)
    for number in range(100):
        issued.remember((number,), "old")
        if number % 7 == 0:
            issued.by(())
    assert issued.by((99,)) == "old"
    assert issued.by((90,)) == "old"
    assert issued.by((5,)) is None
    assert sum(issued.by((number,)) is not None for number in range(100)) <= 30


def test_threads_may_ask_at_the_same_time() -> None:
    """Nothing is lost to whoever asks later."""
    issued = Issued()
    for number in range(2000):
        issued.remember((number,), "old")
    found: list[int] = []

    def ask() -> None:
        issued.by((0,))
        found.append(sum(issued.by((number,)) is not None for number in range(2000)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert issued.by((1999,)) == "old"
    assert max(found) == 2000
