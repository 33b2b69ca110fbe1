"""Counting without a lock."""

import threading

from shadow.capture.tally import Tallies, Tally


def test_reading_changes_nothing() -> None:
    """The value is how often it was raised, however often it is read."""
    tally = Tally()
    assert [tally.value(), tally.value()] == [0, 0]
    tally.raise_by_one()
    tally.raise_by_one()
    assert [tally.value(), tally.value()] == [2, 2]


def test_no_count_is_missed_over_many_threads() -> None:
    """Eight threads and a reader: every one is counted, each once."""
    tallies: Tallies[str] = Tallies()
    total = {"a": 0, "b": 0}

    def count() -> None:
        for number in range(4000):
            tallies.count("ab"[number % 2])

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for key, number in tallies.taken():
            total[key] += number
    for key, number in tallies.taken():
        total[key] += number
    assert total == {"a": 16_000, "b": 16_000}
