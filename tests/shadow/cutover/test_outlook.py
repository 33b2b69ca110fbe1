"""Whether there is time."""

from datetime import UTC, date, datetime
from typing import Any

from shadow.cutover import Outlook, Policy, Stage, outlook

STAGES = tuple(Stage(percent=percent, pairs=100, hours=24) for percent in (1, 5, 25, 50, 100))
NOW = datetime(2026, 6, 1, tzinfo=UTC).timestamp()


def seen(last_day: date | None, **facts: Any) -> Outlook:
    """The outlook on the first of June."""
    known = {"percent": 0.0, "pairs_needed": 1000, "pairs_per_day": 100.0, "sample": 1.0, **facts}
    return outlook(now=NOW, policy=Policy(stages=STAGES, last_day=last_day), **known)


def test_the_days_there_are_against_the_days_it_takes() -> None:
    """Ten days of evidence and four stages of a day fit into 24 days and not into 13."""
    fits = seen(date(2026, 6, 24))
    assert (fits.days_left, fits.evidence_days, fits.stage_days, fits.in_time) == (24.0, 10.0, 4.0, True)
    assert "in time" in fits.words()
    late = seen(date(2026, 6, 13))
    assert (late.in_time, late.advice != ()) == (False, True)
    assert "NOT in time" in late.words()


def test_without_a_last_day_there_is_no_deadline() -> None:
    """Nothing is claimed, nor where nobody can tell yet."""
    assert seen(None).in_time is None
    early = seen(date(2026, 6, 20), pairs_needed=None)
    assert (early.in_time, "cannot be told yet" in early.words()) == (None, True)


def test_the_advice_names_what_can_be_changed() -> None:
    """Share, budget, margins, stages: whatever stands in the way."""
    words = seen(date(2026, 6, 20), sample=0.2, pairs_per_day=20.0, shed=12).words()
    assert "sample from 0.2 to" in words
    assert "raise [budget]: it did not reach 12 briefs" in words
    assert "margin" in seen(date(2026, 6, 20), pairs_needed=None, never=True).words()
    assert "stage_hours" in seen(date(2026, 6, 3), pairs_needed=0).words()


def test_stages_that_are_over_take_no_time() -> None:
    """At 50 % one stage remains to be sat out, and none at 100 %."""
    assert seen(date(2026, 6, 24), percent=50.0, pairs_needed=0).stage_days == 1.0
    assert seen(date(2026, 6, 24), percent=100.0, pairs_needed=0).stage_days == 0.0
    assert seen(date(2026, 6, 24), pairs_per_day=50.0, pairs_needed=0).stage_days == 8.0
