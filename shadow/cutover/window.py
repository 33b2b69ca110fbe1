"""When traffic may move up: weekdays and hours in a time zone. Falling back never waits."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STEP = timedelta(minutes=15)
LONGEST = timedelta(days=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The hours of the week in which traffic may move up."""

    weekdays: tuple[str, ...] = WEEKDAYS
    hours: tuple[float, float] = (0.0, 24.0)
    """From, inclusive, until, exclusive; where the first is the larger the window passes midnight."""
    timezone: str = "UTC"

    def open(self, now: float) -> bool:
        """Whether traffic may move up at this Unix time."""
        return self._open(datetime.fromtimestamp(now, UTC))

    def opens(self, now: float) -> datetime | None:
        """When it opens next, in its own time zone, to the quarter of an hour; None: not within a week."""
        moment = datetime.fromtimestamp(now // 900 * 900, UTC)
        last = moment + LONGEST
        while moment < last:
            moment += STEP
            if self._open(moment):
                return moment.astimezone(ZoneInfo(self.timezone))
        return None

    def _open(self, moment: datetime) -> bool:
        local = moment.astimezone(ZoneInfo(self.timezone))
        hour = local.hour + local.minute / 60 + local.second / 3600
        first, last = self.hours
        if first <= last:
            return WEEKDAYS[local.weekday()] in self.weekdays and first <= hour < last
        # Past midnight the window belongs to the day on which it opened.
        day = local - timedelta(days=1) if hour < last else local
        return WEEKDAYS[day.weekday()] in self.weekdays and (hour >= first or hour < last)
