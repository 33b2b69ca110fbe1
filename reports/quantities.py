"""Numbers as a person writes them: signs, units, durations, dates. No locale, so the same study words the same."""

import math
from datetime import UTC, datetime

from reports.text import line

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUS = "\N{MINUS SIGN}"
UNKNOWN = "unknown"
NOTHING = "\N{EN DASH}"
"""Stands in a table where there is no number."""


def number(value: float, digits: int = 1) -> str:
    """A number with a true minus and thousands separated; minus nought is nought, what is not finite is unknown."""
    if not math.isfinite(value):
        return UNKNOWN
    rounded = round(value, digits)
    return f"{rounded if rounded else 0.0:,.{digits}f}".replace("-", MINUS)


def trimmed(value: float, digits: int = 1) -> str:
    """A number without the zeros that say nothing: 2 instead of 2.0."""
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float, digits: int = 1) -> str:
    """A number that shows its sign both ways; nought has none."""
    text = number(value, digits)
    return f"+{text}" if round(value, digits) > 0 and math.isfinite(value) else text


def counted(amount: int, noun: str, plural: str = "") -> str:
    """An amount with its noun: "1 pair", "1,475 pairs"."""
    return f"{amount:,} {noun if amount == 1 else plural or noun + 's'}"


def percent(value: float) -> str:
    """A percentage in [0, 100]."""
    return f"{trimmed(value, 1)}%"


def share(value: float) -> str:
    """A share in [0, 1] as a percentage; a small one is not rounded away."""
    return "under 0.1%" if 0 < value < 0.0005 else percent(100 * value)


def share_of(part: int, whole: int) -> str:
    """A part of a whole as a percentage; of nothing there is no share."""
    return share(part / whole) if whole else NOTHING


def money(usd: float, digits: int = 2) -> str:
    """US dollars."""
    return f"${number(usd, digits)}"


def price(usd: float) -> str:
    """What one picture costs: cents from one dollar on, four digits below."""
    return money(usd, 2 if not usd or abs(usd) >= 1 else 4)


def scaled(value: float, unit: str) -> float:
    """The value in the unit that people read: shares in percentage points."""
    return 100 * value if unit == "share" else value


def unit_name(unit: str, amount: float) -> str:
    """The unit in full beside this amount (already scaled)."""
    one = round(abs(amount), 2) == 1
    if unit == "points":
        return "point" if one else "points"
    if unit == "share":
        return "percentage point" if one else "percentage points"
    if unit == "spreads":
        return "spread" if one else "spreads"
    return line(unit, 20)


def amount(value: float, unit: str) -> str:
    """How much, without a sign: "2 points", "1.5 percentage points"."""
    size = abs(scaled(value, unit))
    return f"{trimmed(size, 2 if size < 1 else 1)} {unit_name(unit, size)}".rstrip()


def allowed(margin: float, unit: str) -> str:
    """A margin, short enough for a table: "2 points", "1.5 pp"."""
    return f"{trimmed(abs(scaled(margin, unit)), 2)} {_short(unit, scaled(margin, unit))}".rstrip()


def difference(value: float, unit: str) -> str:
    """An effect with its sign, short enough for a table: "-0.8 points", "+1.2 pp"."""
    return f"{signed(scaled(value, unit), digits_of(unit))} {_short(unit, scaled(value, unit))}".rstrip()


def span(low: float, high: float, unit: str) -> str:
    """From low to high with one unit: "-1.4 to +0.1 points"."""
    return f"{bounds(low, high, unit)} {_short(unit, 2.0)}".rstrip()


def estimate_words(value: float, low: float, high: float, unit: str) -> str:
    """An estimate and its interval in as few words as possible: "-0.8 (-1.7 to +0.1) points"."""
    estimate = signed(scaled(value, unit), digits_of(unit))
    return f"{estimate} ({bounds(low, high, unit)}) {_short(unit, 2.0)}".rstrip()


def digits_of(unit: str) -> int:
    """Digits after the point: cosines differ in the third, everything else in the first."""
    return 3 if unit == "cosine" else 1


def bounds(low: float, high: float, unit: str) -> str:
    """From low to high without the unit, where it stands nearby."""
    return " to ".join(signed(scaled(bound, unit), digits_of(unit)) for bound in (low, high))


def _short(unit: str, amount: float) -> str:
    return "pp" if unit == "share" else unit_name(unit, amount)


def digits_for(width: float) -> int:
    """Digits after the point that tell apart what lies in a range of this width."""
    if not math.isfinite(width) or width <= 0:
        return 3
    return max(0, min(4, 2 - math.floor(math.log10(width))))


def duration(seconds: float) -> str:
    """A length of time in its two largest units: "0.8 s", "2 min 5 s", "3 h 20 min", "2 days 4 h"."""
    if not math.isfinite(seconds) or seconds < 0:
        return UNKNOWN
    if seconds < 99.95:
        return f"{trimmed(seconds, 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 100:
        return _two(minutes, "min", rest, "s")
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _two(hours, "h", minutes, "min")
    days, hours = divmod(hours, 24)
    return _two(days, "days", hours, "h")


def moment(at: datetime) -> str:
    """A moment in UTC to the minute; one without a zone is UTC already: "23 Nov 2026, 06:45 UTC"."""
    utc = at.astimezone(UTC) if at.tzinfo else at
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc.hour:02}:{utc.minute:02} UTC"


def strength(log_e: float) -> str:
    """The e-value whose logarithm this is, as people read it: "0.4", "34", "over a million"."""
    if math.isnan(log_e):
        return UNKNOWN
    if log_e > math.log(1e6):
        return "over a million"
    value = math.exp(round(log_e, 9))
    return "under 0.01" if value < 0.01 else trimmed(value, 2 if value < 1 else 1 if value < 10 else 0)


def _two(first: int, first_unit: str, second: int, second_unit: str) -> str:
    return f"{first} {first_unit} {second} {second_unit}" if second else f"{first} {first_unit}"
