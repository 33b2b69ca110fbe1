"""What was spent, in words and as JSON: shared by `shadow status` and `shadow work`."""

import math
from datetime import UTC, datetime
from typing import Any

from shadow.budget import Caps
from shadow.prices import NANO, price_list, priced_models
from shadow.purse.answers import Pause, Standing
from shadow.purse.purse import EVERY_GENERATION
from shadow.settings import Config, PriceSettings


def facts(config: Config, standing: Standing) -> dict[str, Any]:
    """The money of a home as JSON; a cap that is not set is null. USD, rounded to a millionth."""
    caps = Caps.of(config.budget)
    return {
        "usd_today": usd(standing.books.today),
        "usd_total": usd(standing.books.total),
        "usd_reserved": usd(standing.books.promised),
        "usd_per_day_cap": _cap(caps.per_day),
        "usd_total_cap": _cap(caps.total),
        "today": [
            {"model": model, "step": step, "calls": calls, "usd": usd(nano)}
            for model, step, calls, nano in standing.today
        ],
        "counts": {name: {"today": today, "total": total} for name, (today, total) in sorted(standing.counts.items())},
        "pauses": [{"scope": pause.scope, "until": _moment(pause), "why": pause.reason} for pause in standing.pauses],
        "prices": {
            model: {"as_of": price.as_of.isoformat(), "source": price.source, "uncertain": price.uncertain}
            for model, price in _prices(config).items()
        },
    }


def lines(config: Config, standing: Standing) -> list[str]:
    """The same for a person, one fact a line."""
    books, caps = standing.books, Caps.of(config.budget)
    today = f"{usd(books.today):.4f} USD today ({_of(caps.per_day, 'a day')})"
    total = f"{usd(books.total):.4f} in total ({_of(caps.total, 'in total')})"
    said = [f"spent: {today}, {total}, {usd(books.promised):.4f} reserved"]
    said += [f"  {calls} x {step} of {model}: {usd(nano):.4f} USD today" for model, step, calls, nano in standing.today]
    said += [f"  {name}: {new} today, {ever} in total" for name, (new, ever) in sorted(standing.counts.items())]
    for pause in standing.pauses:
        what = "every generation" if pause.scope == EVERY_GENERATION else pause.scope
        said.append(f"paused: {what} until {_moment(pause)}: {pause.reason}")
    prices = _prices(config)
    if prices:
        uncertain = [model for model, price in prices.items() if price.uncertain]
        said.append(
            f"prices: read {min(price.as_of for price in prices.values())} or later"
            + (f"; uncertain: {', '.join(uncertain)}" if uncertain else "")
        )
    return said


def _prices(config: Config) -> dict[str, PriceSettings]:
    """The prices that this config's calls are booked at."""
    known = price_list(config.prices)
    return {model: known[model] for model in sorted({model for _, model in priced_models(config)})}


def usd(nano: float) -> float:
    """USD of nano-USD, to a millionth."""
    return round(nano / NANO, 6)


def _cap(nano: float) -> float | None:
    return None if math.isinf(nano) else usd(nano)


def _of(nano: float, what: str) -> str:
    return f"no limit {what}" if math.isinf(nano) else f"of {usd(nano):g} {what}"


def _moment(pause: Pause) -> str:
    return datetime.fromtimestamp(pause.until, UTC).isoformat(timespec="seconds")
