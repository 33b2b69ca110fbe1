"""Which pairs count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from analysis import units
from analysis.question import Question

ASKED = Question(baseline=1)
INFRASTRUCTURE = {"kind": "infrastructure", "label": "503"}


def test_without_an_epoch_every_first_brief_counts(filing: Any) -> None:
    """Before anything is calibrated all pairs are looked at, each brief once."""
    for brief in ("fox", "owl", "fox"):
        filing.pair(brief=brief)
    found = units.counted(filing.read(), ASKED)
    assert found.rows.tolist() == [0, 1]
    assert (found.earlier, found.infrastructure, found.repeats) == (0, 0, 1)


def test_only_pairs_dispatched_in_the_epoch_count(filing: Any) -> None:
    """Pairs before the opening are calibration, the pair dispatched at the very moment is evidence."""
    for minute in (0, 9.99, 10, 11):
        filing.pair(minute=minute)
    filing.epoch(ASKED.digest(), minute=10)
    found = units.counted(filing.read(), ASKED)
    assert found.rows.tolist() == [2, 3]
    assert found.earlier == 2


def test_a_brief_of_the_calibration_may_count_once_later(filing: Any) -> None:
    """Occurrences before the epoch do not use a brief up."""
    for minute in (0, 20, 30):
        filing.pair(brief="fox", minute=minute)
    filing.epoch(ASKED.digest(), minute=10)
    found = units.counted(filing.read(), ASKED)
    assert found.rows.tolist() == [1]
    assert (found.earlier, found.repeats) == (1, 1)


def test_infrastructure_never_counts_and_does_not_use_a_brief_up(filing: Any) -> None:
    """A pair with an arm that could not be asked is set aside; the brief counts when it is asked again."""
    filing.pair({}, INFRASTRUCTURE, brief="fox")
    filing.pair(brief="fox")
    filing.pair(INFRASTRUCTURE, {}, brief="owl")
    found = units.counted(filing.read(), ASKED)
    assert found.rows.tolist() == [1]
    assert (found.infrastructure, found.repeats) == (2, 0)


def test_evidence_of_another_question_does_not_count(filing: Any) -> None:
    """Where the epoch was opened under another question nothing counts until a new one is opened."""
    filing.pair(minute=20)
    filing.epoch("another", minute=10)
    found = units.counted(filing.read(), ASKED)
    assert found.rows.tolist() == []
    assert found.earlier == 1


def test_hours_and_moments(filing: Any) -> None:
    """The span of the counted pairs runs from the earliest to the latest dispatch, whatever the order of filing."""
    for minute in (90, 0, 30):
        filing.pair(minute=minute)
    ledger = filing.read()
    rows = np.arange(3)
    assert units.hours_covered(ledger, rows) == 1.5
    assert units.hours_covered(ledger, rows[:0]) == 0.0
    first, last = units.first_and_last(ledger.dispatched_at[rows])
    assert first == datetime(2026, 6, 1, tzinfo=UTC)
    assert last == datetime(2026, 6, 1, 1, 30, tzinfo=UTC)
    assert units.first_and_last(ledger.dispatched_at[rows[:0]]) == (None, None)


def test_every_pair_is_counted_or_accounted_for(filing: Any) -> None:
    """Counted, earlier, infrastructure and repeated pairs add up, and no brief counts twice."""
    generator = np.random.default_rng(11)
    for brief, broken, minute in zip(*generator.integers(0, [[12], [3], [20]], (3, 60)).tolist(), strict=True):
        filing.pair({}, {} if broken else INFRASTRUCTURE, brief=f"brief-{brief}", minute=minute)
    filing.epoch(ASKED.digest(), minute=5)
    ledger = filing.read()
    found = units.counted(ledger, ASKED)
    assert min(len(found.rows), found.earlier, found.infrastructure, found.repeats) > 0
    assert len(found.rows) + found.earlier + found.infrastructure + found.repeats == 60
    digests = ledger.brief_digests[found.rows].tolist()
    assert len(set(digests)) == len(digests)


START = datetime(2026, 6, 1, tzinfo=UTC)


def waiting(*minutes: float, hours: float = 1.0) -> units.Waiting:
    """Captures dispatched at these minutes that are not pairs yet, so many hours into the window."""
    moments = [np.datetime64((START + timedelta(minutes=minute)).replace(tzinfo=None), "us") for minute in minutes]
    now = START + timedelta(hours=hours)
    return units.Waiting(now=now, dispatched_at=np.array(moments, dtype="datetime64[us]"))


def test_pairs_wait_for_the_captures_before_them(filing: Any) -> None:
    """What was dispatched after a capture that is still waited for does not count yet."""
    for minute in range(5):
        filing.pair(minute=minute)
    found = units.counted(filing.read(), ASKED, waiting(2.5, 4))
    assert found.rows.tolist() == [0, 1, 2]
    assert (found.behind, found.overdue, found.lost_share) == (2, 0, 0.0)


def test_an_overdue_capture_is_lost_and_waited_for_no_more(filing: Any) -> None:
    """After its deadline the watermark passes it, and it counts as lost by the harness."""
    for minute in range(5):
        filing.pair(minute=minute)
    found = units.counted(filing.read(), ASKED, waiting(2.5, hours=30))
    assert found.rows.tolist() == [0, 1, 2, 3, 4]
    assert (found.behind, found.overdue) == (0, 1)
    assert found.lost_share == 1 / 6


def test_what_the_live_path_dropped_is_lost(filing: Any) -> None:
    """Drops since the epoch was opened count into the lost share; sampling, shedding and earlier drops do not."""
    for minute in range(8):
        filing.pair(minute=minute)
    filing.epoch(ASKED.digest(), minute=0)
    drops = (("memory full", 0, 1), ("unknown loss", 5, 1), ("memory full", -5, 7), ("sampled out", 3, 90))
    for number, (reason, minute, count) in enumerate(drops):
        filing.loss(str(number), reason=reason, minute=minute, count=count)
    found = units.counted(filing.read(), ASKED)
    assert (found.dropped, found.lost_share) == (2, 0.2)


def test_a_late_pair_is_shown_and_never_counts(filing: Any) -> None:
    """Finished after its deadline a pair would be evidence chosen by slowness."""
    filing.pair()
    filing.pair(minute=1, filed_at="2026-06-02 00:02:00")
    found = units.counted(filing.read(), ASKED)
    assert found.rows.tolist() == [0]
    assert (found.late, found.lost_share) == (1, 0.5)


def test_captures_before_the_epoch_are_not_waited_for(filing: Any) -> None:
    """They cannot become evidence of it."""
    filing.pair(minute=20)
    filing.epoch(ASKED.digest(), minute=10)
    assert units.counted(filing.read(), ASKED, waiting(5)).rows.tolist() == [0]


def test_of_a_list_every_call_counts(filing: Any) -> None:
    """Repeats are part of what was declared."""
    for brief in ("fox", "owl", "fox"):
        filing.pair(brief=brief)
    found = units.counted(filing.read(), replace(ASKED, population="my list"))
    assert found.rows.tolist() == [0, 1, 2]
    assert found.repeats == 0
