"""Numbers, units, durations and dates in words."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from reports import quantities as say


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (say.number(-1234.56), "\N{MINUS SIGN}1,234.6"),
        (say.number(-0.04), "0.0"),
        (say.number(math.nan), "unknown"),
        (say.number(math.inf), "unknown"),
        (say.trimmed(2.0), "2"),
        (say.trimmed(1500.0, 0), "1,500"),
        (say.signed(0.8), "+0.8"),
        (say.signed(-0.04), "0.0"),
        (say.counted(1, "pair"), "1 pair"),
        (say.counted(1475, "pair"), "1,475 pairs"),
        (say.percent(12.5), "12.5%"),
        (say.share(0.0), "0%"),
        (say.share(0.0002), "under 0.1%"),
        (say.share(0.021), "2.1%"),
        (say.share_of(1, 0), "\N{EN DASH}"),
        (say.share_of(1, 4), "25%"),
    ],
)
def test_plain_numbers(told: str, words: str) -> None:
    """Signs are true minus signs, nought has none, thousands are separated, what is not a number says so."""
    assert told == words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (say.amount(-2.0, "points"), "2 points"),
        (say.amount(1.0, "points"), "1 point"),
        (say.amount(0.015, "share"), "1.5 percentage points"),
        (say.amount(0.01, "share"), "1 percentage point"),
        (say.amount(0.0025, "share"), "0.25 percentage points"),
        (say.allowed(0.015, "share"), "1.5 pp"),
        (say.allowed(2.0, "points"), "2 points"),
        (say.difference(-0.81, "points"), "\N{MINUS SIGN}0.8 points"),
        (say.difference(0.012, "share"), "+1.2 pp"),
        (say.difference(0.0123, "cosine"), "+0.012 cosine"),
        (say.span(-0.012, 0.003, "share"), "\N{MINUS SIGN}1.2 to +0.3 pp"),
        (
            say.estimate_words(-8.1, -9.3, -6.9, "points"),
            "\N{MINUS SIGN}8.1 (\N{MINUS SIGN}9.3 to \N{MINUS SIGN}6.9) points",
        ),
        (say.amount(3.0, "seconds"), "3 seconds"),
    ],
)
def test_effects_carry_their_unit(told: str, words: str) -> None:
    """Points stay points, shares are percentage points, an unknown unit is shown as it is."""
    assert told == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.84, "0.8 s"),
        (99.0, "99 s"),
        (125.0, "2 min 5 s"),
        (7200.0, "2 h"),
        (12_000.0, "3 h 20 min"),
        (360_000.0, "4 days 4 h"),
        (-1.0, "unknown"),
        (math.nan, "unknown"),
    ],
)
def test_durations_show_their_two_largest_units(seconds: float, words: str) -> None:
    """A person reads hours and minutes, never 12,000 seconds."""
    assert say.duration(seconds) == words


def test_moments_are_told_in_utc() -> None:
    """A moment in another zone is converted, and one without a zone is UTC already."""
    eastern = datetime(2026, 11, 23, 1, 5, tzinfo=timezone(timedelta(hours=-5)))
    assert say.moment(eastern) == "23 Nov 2026, 06:05 UTC"
    assert say.moment(eastern.astimezone(UTC).replace(tzinfo=None)) == "23 Nov 2026, 06:05 UTC"


@pytest.mark.parametrize(
    ("log_e", "words"),
    [(math.log(20), "20"), (0.0, "1"), (-9.0, "under 0.01"), (-1.0, "0.37"), (1.5, "4.5"), (2500.0, "over a million")],
)
def test_evidence_is_told_as_a_number_people_can_compare(log_e: float, words: str) -> None:
    """Logarithms become e-values, and one beyond all floats is still told."""
    assert say.strength(log_e) == words


def test_evidence_that_is_no_number_is_unknown() -> None:
    """NaN is not mistaken for a million."""
    assert say.strength(math.nan) == "unknown"


@pytest.mark.parametrize(("width", "digits"), [(100.0, 0), (1.0, 2), (0.6, 3), (0.0, 3), (math.inf, 3), (1e-9, 4)])
def test_digits_follow_the_width_of_the_range(width: float, digits: int) -> None:
    """Points need none, cosines three."""
    assert say.digits_for(width) == digits


def test_money_is_told_in_cents_and_a_cheap_picture_in_more_digits() -> None:
    """Sums line up; four digits tell apart what a picture costs."""
    assert [say.money(value) for value in (0.0, 0.458, 1234.5)] == ["$0.00", "$0.46", "$1,234.50"]
    assert [say.price(value) for value in (0.0, 0.1368, 1.5)] == ["$0.00", "$0.1368", "$1.50"]
