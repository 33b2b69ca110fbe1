"""The questions of `shadow init`: each has a default, which answers where nobody is asked."""

import math
import re
from datetime import date, datetime

import click

NO_LIMIT = "no limit"
NOT_KNOWN = "not known"
NONE = "none"


class Questions:
    """Questions with their defaults; silent, the defaults answer."""

    def __init__(self, *, silent: bool) -> None:
        """`silent` asks nothing."""
        self._silent = silent

    def text(self, question: str, given: str | None, default: str) -> str:
        """What was given, typed, or is the default."""
        if given is not None or self._silent:
            return default if given is None else given
        answer: str = click.prompt(question, default=default, show_default=bool(default))
        return answer.strip()

    def number(self, question: str, given: int | None, default: int) -> int:
        """A whole number from 1 on."""
        if given is not None or self._silent:
            return given or default
        return int(click.prompt(question, default=default, type=click.IntRange(1)))

    def day(self, given: datetime | None) -> date | None:
        """The last day of the model in production; None where it is not known."""
        if given is not None or self._silent:
            return given.date() if given else None
        question = "Last day of the model in production (YYYY-MM-DD)"
        answer = click.prompt(question, default=NOT_KNOWN, value_proc=_day)
        return answer if isinstance(answer, date) else None

    def money(self, given: float | None) -> float | None:
        """USD that shadowing may cost; None for no limit."""
        if given is not None or self._silent:
            return given
        answer = click.prompt("USD that shadowing may cost", default=NO_LIMIT, value_proc=_money)
        return answer if isinstance(answer, float) else None

    def choice(self, question: str, given: str | None, default: str, names: list[str]) -> str:
        """One of the names."""
        if given is not None or self._silent:
            return given or default
        answer: str = click.prompt(question, default=default, type=click.Choice(names))
        return answer

    def names(self, question: str, given: tuple[str, ...]) -> tuple[str, ...]:
        """Any number of names, typed with commas between them; each once, in the order given."""
        if given or self._silent:
            return named(",".join(given))
        answer = click.prompt(question, default=NONE)
        return () if answer.strip() == NONE else named(answer)


def named(text: str) -> tuple[str, ...]:
    """The names between commas, each once."""
    return tuple(dict.fromkeys(name for name in re.split(r"\s*,\s*", text.strip()) if name))


def _day(text: str) -> date | None:
    if text.strip() in {"", NOT_KNOWN}:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        msg = f"{text!r} is no day; write it like 2026-06-25, or nothing."
        raise click.BadParameter(msg) from error


def _money(text: str) -> float | None:
    if text.strip() in {"", NO_LIMIT}:
        return None
    try:
        amount = float(text.strip().removeprefix("$"))
    except ValueError:
        amount = 0.0
    if not 0 < amount < math.inf:
        msg = f"{text!r} is no amount of USD; write a number, or nothing."
        raise click.BadParameter(msg)
    return amount
