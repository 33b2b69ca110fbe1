"""When traffic may move up."""

from datetime import UTC, datetime

import pytest

from shadow.cutover import Window

OFFICE = Window(weekdays=("mon", "tue", "wed", "thu", "fri"), hours=(9.0, 17.0), timezone="Europe/Berlin")
NIGHT = Window(weekdays=("fri",), hours=(22.0, 4.0))


def at(text: str) -> float:
    """Unix time of a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("window", "moment", "open_then"),
    [
        (OFFICE, "2026-06-01T07:00", True),  # Monday 9:00 in Berlin, in summer
        (OFFICE, "2026-06-01T06:59", False),
        (OFFICE, "2026-06-01T15:00", False),  # until is exclusive
        (OFFICE, "2026-12-01T07:30", False),  # 8:30 in winter
        (OFFICE, "2026-06-06T10:00", False),  # Saturday
        (NIGHT, "2026-06-05T23:00", True),
        (NIGHT, "2026-06-06T03:59", True),  # still the window of Friday
        (NIGHT, "2026-06-05T03:00", False),  # that would be Thursday's
        (NIGHT, "2026-06-06T04:00", False),
        (Window(), "2026-06-06T04:00", True),
    ],
)
def test_it_is_open_in_its_own_hours(window: Window, moment: str, open_then: bool) -> None:
    """Weekdays and hours of its time zone, past midnight too."""
    assert window.open(at(moment)) is open_then


def test_it_says_when_it_opens() -> None:
    """In its own time zone, to the quarter of an hour."""
    opens = OFFICE.opens(at("2026-06-06T10:07"))
    assert opens is not None
    assert opens.isoformat() == "2026-06-08T09:00:00+02:00"
