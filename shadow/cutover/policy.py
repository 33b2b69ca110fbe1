"""How traffic may move: the stages in order, when each may be left, and what the deadline does."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from shadow.cutover.window import Window

RAMP = "ramp"
ALARM = "alarm"
DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One share of traffic, and what it takes to go on from it."""

    percent: float
    pairs: int = 0
    """Counted pairs dispatched while it was in force."""
    hours: float = 0.0
    approval: bool = False
    """A person must approve it before it is entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one migration's traffic follows."""

    stages: tuple[Stage, ...]
    """By percentage; the last is 100."""
    window: Window = field(default_factory=Window)
    forced: str = ALARM
    """What happens when the deadline comes before the evidence: "ramp" or "alarm"."""
    before_sunset_days: float = 0.0
    """How long before the sunset that begins."""
    last_day: date | None = None
    """Last day on which the incumbent answers."""

    @property
    def sunset(self) -> float | None:
        """Unix time at which the last day is over, in UTC; None where it is not known."""
        if self.last_day is None:
            return None
        midnight = datetime(self.last_day.year, self.last_day.month, self.last_day.day, tzinfo=UTC)
        return (midnight + timedelta(days=1)).timestamp()

    def at(self, percent: float) -> Stage | None:
        """The stage in force: the highest that is not above this percentage; None below the first."""
        return next((stage for stage in reversed(self.stages) if stage.percent <= percent), None)

    def after(self, percent: float) -> Stage | None:
        """The next stage up; None at the last."""
        return next((stage for stage in self.stages if stage.percent > percent), None)

    def due(self, now: float) -> float | None:
        """The percentage the deadline asks for at this Unix time; None before it presses.

        From `before_sunset_days` before the sunset on, the stages follow each other at equal times, so that the last
        is reached before the incumbent is gone.
        """
        sunset = self.sunset
        if sunset is None or now < (begun := sunset - self.before_sunset_days * DAY):
            return None
        passed = (now - begun) / (sunset - begun) if sunset > begun else 1.0
        return self.stages[min(int(passed * len(self.stages)), len(self.stages) - 1)].percent
