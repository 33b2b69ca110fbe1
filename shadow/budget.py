"""What may be spent, when, and on which briefs: decisions without IO.

Whether a capture is shed depends on its brief's digest, on the time and on the money that is left; never on what the
live call brought. Money is whole nano-USD, times are Unix seconds, a day is a UTC day.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from shadow.pair import Outcome, OutcomeKind
from shadow.prices import NANO
from shadow.settings import BudgetSettings

OVER_BUDGET = "over budget"
"""Reason of a capture that was shed."""
TOO_MANY = "429"
DAY = 86_400.0
HOUR = 3_600.0
PAUSE_LIMIT = HOUR
"""Seconds that a pause lasts at most, whatever the API asks for: then it is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What was spent and what is promised, nano-USD, at one moment."""

    today: int = 0
    total: int = 0
    promised: int = 0
    """Reserved for captures under way, calls that were not answered yet included."""

    def certain(self) -> "Books":
        """Without the promises: they may turn out not to be needed, so on their account nothing is shed."""
        return Books(today=self.today, total=self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What may be spent, nano-USD; `inf` is no limit."""

    per_day: float = math.inf
    total: float = math.inf

    @classmethod
    def of(cls, settings: BudgetSettings) -> "Caps":
        """The caps that [budget] names."""
        return cls(per_day=_nano(settings.usd_per_day), total=_nano(settings.usd_total))

    def left_today(self, books: Books) -> float:
        """What the day's cap still allows beyond everything promised."""
        return self.per_day - books.today - books.promised

    def left(self, books: Books) -> float:
        """What both caps still allow beyond everything promised."""
        return min(self.left_today(books), self.total - books.total - books.promised)


def _nano(usd: float) -> float:
    return usd if math.isinf(usd) else round(usd * NANO)


def kept_share(left: float, need: float) -> float:
    """The share of briefs that can be afforded to the end of the day, 0 to 1: what is left over what it will take."""
    if need <= max(left, 0.0):
        return 1.0
    return max(0.0, left / need)


def kept(brief_digest: str, share: float) -> bool:
    """Whether a brief is among the `share` that is paid for: by its digest, the same in every process.

    Other digits of the digest than `assignment.sampled` looks at, so that what was sampled is shed evenly.
    """
    return share >= 1 or int(brief_digest[8:16], 16) < share * 2**32


def expected(last_day: float, now: float) -> float:
    """What the rest of this UTC day will take, when it goes on as the last 24 hours did, which took `last_day`."""
    return last_day * (1 - now % DAY / DAY)


def day_of(now: float) -> str:
    """The UTC day, as in "2026-11-23"."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def hour_of(at: float) -> int:
    """The number of the hour since 1970."""
    return int(at // HOUR)


def next_slot(last: float | None, now: float, *, per_minute: float, patience: float) -> float:
    """When the next call may start: calls are spaced evenly, so no minute holds more than `per_minute` of them.

    `last` is the slot given out before. One that lies further ahead than anybody waits was made by a clock that has
    jumped, and is forgotten.
    """
    if last is None or last > now + patience + 1.0:
        return now
    return max(now, last + 60.0 / per_minute)


def pause_until(at: float, asked: float | None, *, default: float) -> float:
    """When a pause ends that began `at`: after the seconds the API asked for, else `default`, at most `PAUSE_LIMIT`."""
    return at + min(PAUSE_LIMIT, default if asked is None else asked)


def pause_after(live: Outcome, *, default: float) -> float | None:
    """When shadow generations may start again after this live call; None where it met no limit.

    Shadowing must not eat the live quota: a 429, or any failure that named a time to wait, pauses all of it.
    """
    if live.kind is not OutcomeKind.INFRASTRUCTURE or not (live.label.startswith(TOO_MANY) or live.retry_after):
        return None
    return pause_until(live.started_at + live.latency, live.retry_after, default=default)
