"""What may be spent, when, and on which briefs."""

import hashlib
import math
from datetime import UTC, datetime

import pytest

from shadow.assignment import sampled
from shadow.budget import (
    DAY,
    PAUSE_LIMIT,
    Books,
    Caps,
    day_of,
    expected,
    hour_of,
    kept,
    kept_share,
    next_slot,
    pause_until,
)
from shadow.prices import NANO
from shadow.settings import BudgetSettings

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()


def test_caps_count_what_is_promised() -> None:
    """The tighter cap rules; without one everything is left."""
    caps = Caps.of(BudgetSettings(usd_per_day=2.5, usd_total=10.0))
    books = Books(today=NANO, total=9 * NANO, promised=NANO // 2)
    assert caps.left_today(books) == NANO
    assert caps.left(books) == NANO // 2
    assert caps.left(books.certain()) == NANO
    assert Caps.of(BudgetSettings()).left(books) == math.inf


@pytest.mark.parametrize(
    ("left", "need", "share"),
    [(10, 5, 1), (5, 5, 1), (5, 10, 0.5), (0, 10, 0), (-3, 10, 0), (0, 0, 1), (math.inf, 1e12, 1)],
)
def test_the_share_is_what_is_left_over_what_it_takes(left: float, need: float, share: float) -> None:
    """All of it while the money reaches, none where there is none."""
    assert kept_share(left, need) == share


def test_the_share_of_briefs_is_kept_and_grows_with_it() -> None:
    """About the share of all briefs; who is kept at a small share is kept at a larger one."""
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(4000)]
    few, many = ({name for name in digests if kept(name, share)} for share in (0.25, 0.6))
    assert few < many
    assert len(few) == pytest.approx(1000, rel=0.08)
    assert len(many) == pytest.approx(2400, rel=0.05)
    assert not any(kept(name, 0.0) for name in digests)
    assert all(kept(name, 1.0) for name in digests)


def test_what_was_sampled_is_shed_evenly() -> None:
    """Sampling and shedding look at different digits: of a tenth of the briefs, half is a twentieth."""
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(20_000)]
    seen = [name for name in digests if sampled(name, 0.1)]
    assert sum(kept(name, 0.5) for name in seen) == pytest.approx(len(seen) / 2, rel=0.1)


def test_the_rest_of_a_day_takes_its_part_of_a_day() -> None:
    """Half a day's traffic at noon, a day's at midnight."""
    assert expected(100, NOON) == pytest.approx(50)
    assert expected(100, NOON - DAY / 2) == 100
    assert day_of(NOON) == "2026-11-23"
    assert hour_of(NOON + 3599) == hour_of(NOON)


def test_turns_are_spaced_evenly() -> None:
    """Ten a minute: six seconds after the turn before, at once where nobody asked lately."""
    assert next_slot(None, NOON, per_minute=10, patience=10) == NOON
    assert next_slot(NOON - 1, NOON, per_minute=10, patience=10) == NOON + 5
    assert next_slot(NOON - 60, NOON, per_minute=10, patience=10) == NOON
    assert next_slot(NOON + 10, NOON, per_minute=10, patience=10) == NOON + 16
    assert next_slot(NOON + 500, NOON, per_minute=10, patience=10) == NOON


@pytest.mark.parametrize(("asked", "seconds"), [(None, 60), (0.0, 0), (7.0, 7), (1e9, PAUSE_LIMIT), (math.inf, 3600)])
def test_a_pause_is_bounded(asked: float | None, seconds: float) -> None:
    """As long as the API asked, else the default, an hour at most."""
    assert pause_until(NOON, asked, default=60.0) == NOON + seconds
