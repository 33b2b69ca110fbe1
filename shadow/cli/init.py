"""shadow init."""

import json
import math
import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import click

from shadow.cli.prices import AS_OF, price_of_pair
from shadow.cli.proposal import WIDTHS, Plan, Traffic, days_until, plans, recommended
from shadow.config import FILE_NAME, parse
from shadow.errors import InputError
from shadow.prices import FREE_PROVIDERS, PRICES
from shadow.providers import PROVIDERS
from shadow.settings import GateSettings

INCUMBENT, CANDIDATE = "gemini-3-pro-image-preview", "gemini-3-pro-image"
"""The pair that is proposed where none is named."""
NAME = re.compile(r"[A-Za-z0-9_-]+")
NO_LIMIT = "no limit"
NOT_KNOWN = "not known"
TEMPLATE = """\
# Written by `shadow init` on {today}. Unknown keys stop every verb: a typo never loosens a gate.
# Every other setting has a default: see docs/configuration.md, and copy here only what you change.

# One block for each migration; several may run side by side, then verbs take --migration NAME.
[migration.{name}]
incumbent = {incumbent}  # model id in production
candidate = {candidate}  # model id that may replace it
serving = true  # may move live traffic; false: compare only
sample = {sample}  # share of briefs to shadow: about {shadowed} of your {per_day} a day
provider = {provider}  # where both models are asked
{last_day}

[verdict]
# With these margins and an equal candidate GO takes about {days} (nine times in ten at most {days_at_most}){money}.
# Wider ones decide sooner and let more slip; a change starts the evidence anew.
quality_margin = {quality}  # points of quality (0-100) the candidate may lose on average
gate_failures_margin = {gate_failures}  # share of briefs by which it may fail the gate more often: {in_words}
min_hours = 24.0  # hours of traffic the counted pairs must span before a GO

[worker]
# Best the key of a project of its own: quota is counted per project, and shadow calls must not eat the live one's.
key_env = {key_env}  # environment variable with the key of the shadow calls; empty: the live key

[paths]
home = ".shadow"  # ledger, spool, pictures and cutover state; relative to this file
"""
UNPRICED = """
# No price is known of this model: at 0 its pictures cost nothing in any count and no budget stops them. Put it right.
[prices.{model}]
as_of = {today}
source = "not known; written by shadow init"
per_image = {{ 1K = 0.0 }}  # USD for one picture, by image size
"""


@click.command()
@click.option("--incumbent", help=f"Model id in production. Default: {INCUMBENT}.")
@click.option("--candidate", help=f"Model id that may replace it. Default: {CANDIDATE}.")
@click.option("--name", help="Name of the migration. Default: after the candidate.")
@click.option("--provider", type=click.Choice(list(PROVIDERS)), default="gemini", show_default=True)
@click.option("--per-day", type=click.IntRange(1), help="Distinct pictures a day. Default: 100.")
@click.option(
    "--last-day", type=click.DateTime(["%Y-%m-%d"]), help="Last day the incumbent answers. Default: not known."
)
@click.option(
    "--money", type=click.FloatRange(0, min_open=True), help="USD that shadowing may cost. Default: no limit."
)
@click.option("--margins", type=click.Choice(list(WIDTHS)), help="How much the candidate may lose. Default: what fits.")
@click.option(
    "--sample", type=click.FloatRange(0, 1, min_open=True), help="Share of briefs to shadow. Default: by plan."
)
@click.option("--key-env", help="Environment variable with the key of the shadow calls. Default: the live key.")
@click.option(
    "--config", "target", type=click.Path(dir_okay=False, path_type=Path), default=Path(FILE_NAME), help="File."
)
@click.option("--yes", is_flag=True, help="Ask nothing: take the default of whatever is not given.")
@click.option("--force", is_flag=True, help="Overwrite the file where it exists.")
def init(
    incumbent: str | None,
    candidate: str | None,
    name: str | None,
    provider: str,
    per_day: int | None,
    last_day: datetime | None,
    money: float | None,
    margins: str | None,
    sample: float | None,
    key_env: str | None,
    target: Path,
    yes: bool,
    force: bool,
) -> None:
    """Write a commented config.toml: asks for the pair, the traffic, the last day and the money, and proposes the rest.

    \b
    Examples:
      shadow init
      shadow init --yes --per-day 400 --last-day 2026-06-25 --money 150
    """
    if name is not None and not NAME.fullmatch(name):
        msg = f"{name!r} is no name of a migration: letters, digits, - and _ only."
        raise InputError(msg)
    if target.exists() and not force:
        msg = f"{target} exists. Edit it, name another with --config FILE, or overwrite it with --force."
        raise InputError(msg)
    asks = _Asks(silent=yes)
    incumbent = asks.text("Model in production", incumbent, INCUMBENT)
    candidate = asks.text("Model that may replace it", candidate, CANDIDATE)
    gate = GateSettings()
    traffic = Traffic(
        per_day=asks.number("Distinct pictures a day", per_day, 100),
        pair_price=price_of_pair(candidate=candidate, judge=gate.judge.model, embedder=gate.similarity.model),
        days_left=days_until(day := asks.day(last_day), _today()),
        money=asks.money(money),
    )
    choices = plans(traffic, sample=sample)
    _show(choices, traffic)
    best = recommended(choices, traffic)
    wanted = asks.choice("Margins", margins, best.name)
    plan = next(choice for choice in choices if choice.name == wanted)
    _warn(plan, traffic)
    text = _written(
        plan,
        per_day=traffic.per_day,
        last_day=day,
        incumbent=incumbent,
        candidate=candidate,
        name=name or _name_after(candidate),
        provider=provider,
        key_env=asks.text(
            "Environment variable with the key of the shadow calls (best a project of its own)", key_env, ""
        ),
    )
    parse(tomllib.loads(text), target)  # what is written can be read
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"{target}: cannot be written: {error.strerror}."
        raise InputError(msg) from error
    _next_steps(target, incumbent)


class _Asks:
    """Questions with their defaults; silent, the defaults answer."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent

    def text(self, question: str, given: str | None, default: str) -> str:
        if given is not None or self._silent:
            return default if given is None else given
        answer: str = click.prompt(question, default=default, show_default=bool(default))
        return answer.strip()

    def number(self, question: str, given: int | None, default: int) -> int:
        if given is not None or self._silent:
            return given or default
        return int(click.prompt(question, default=default, type=click.IntRange(1)))

    def day(self, given: datetime | None) -> date | None:
        if given is not None or self._silent:
            return given.date() if given else None
        question = "Last day of the model in production (YYYY-MM-DD)"
        answer = click.prompt(question, default=NOT_KNOWN, value_proc=_day)
        return answer if isinstance(answer, date) else None

    def money(self, given: float | None) -> float | None:
        if given is not None or self._silent:
            return given
        answer = click.prompt("USD that shadowing may cost", default=NO_LIMIT, value_proc=_money)
        return answer if isinstance(answer, float) else None

    def choice(self, question: str, given: str | None, default: str) -> str:
        if given is not None or self._silent:
            return given or default
        answer: str = click.prompt(question, default=default, type=click.Choice(list(WIDTHS)))
        return answer


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


def _today() -> date:
    return datetime.now(UTC).date()


def _name_after(candidate: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", candidate.rpartition("/")[2]).strip("-") or "main"


def _show(choices: list[Plan], traffic: Traffic) -> None:
    click.echo(f"\nWith {traffic.per_day:,} distinct pictures a day and a candidate that is as good, GO takes:")
    for plan in choices:
        dollars = f" and ${plan.money:,.0f}" if plan.money is not None else ""
        fails, share = f"{100 * plan.gate_failures_margin:g} %", f"{100 * plan.sample:.0f} %"
        click.echo(
            f"  {plan.name:7} {_days(plan.days)}{dollars}, if it may lose {plan.quality_margin:g} points of quality "
            f"and fail {fails} more briefs\n"
            f"          ({plan.pairs:,} pairs from {share} of the briefs; "
            f"nine times in ten {_days(plan.days_at_most)} at most)"
        )
    if traffic.pair_price is None:
        click.echo("  The candidate's price is not known here, so no money is said.")
    else:
        click.echo(
            f"  Money by list prices of {AS_OF} at 1K (${traffic.pair_price:.3f} a pair); check before you rely on it."
        )


def _warn(plan: Plan, traffic: Traffic) -> None:
    left = traffic.days_left
    if left is not None and left <= 0:
        click.echo("Attention: that last day is over. The model may no longer answer, and cannot be compared then.")
    elif left is not None and plan.days > left:
        click.echo(
            f"Attention: {_days(plan.days)} are needed and {_days(left)} left. "
            "Send more pictures, or take wider margins."
        )
    if traffic.money is not None and plan.money is not None and plan.money > traffic.money:
        click.echo(
            f"Attention: about ${plan.money:,.0f} are needed and ${traffic.money:,.0f} given. Take wider margins."
        )


def _written(plan: Plan, *, per_day: int, last_day: date | None, **words: str) -> str:
    quoted = {key: json.dumps(words[key]) for key in ("incumbent", "candidate", "provider", "key_env")}
    text = TEMPLATE.format(
        **{**words, **quoted},
        today=_today(),
        sample=float(plan.sample),
        shadowed=f"{round(per_day * plan.sample):,}",
        per_day=f"{per_day:,}",
        last_day=f"last_day = {last_day}  # last day the incumbent answers"
        if last_day
        else "# last_day = 2026-06-25  # last day the incumbent answers; not known yet",
        days=_days(plan.days),
        days_at_most=_days(plan.days_at_most),
        money=f" and ${plan.money:,.0f}" if plan.money is not None else "",
        quality=float(plan.quality_margin),
        gate_failures=float(plan.gate_failures_margin),
        in_words=f"{100 * plan.gate_failures_margin:g} %",
    )
    models = () if words["provider"] in FREE_PROVIDERS else (words["incumbent"], words["candidate"])
    unpriced = [model for model in dict.fromkeys(models) if model not in PRICES]
    return text + "".join(UNPRICED.format(model=json.dumps(model), today=_today()) for model in unpriced)


def _days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"


def _next_steps(target: Path, incumbent: str) -> None:
    elsewhere = "" if target == Path(FILE_NAME) else f"export SHADOW_CONFIG={target}\n  "
    click.echo(
        f"\n{target} is written. Next:\n"
        f"  {elsewhere}export GEMINI_API_KEY=...          the key of the live calls\n"
        f"  shadow doctor                      looks whether everything is there\n"
        f"  client = shadow.wrap(genai.Client())   in your code; calls of {incumbent} are compared\n"
        f"  shadow run briefs.txt              or send a file of briefs\n"
        f"  shadow work                        asks the other model and scores both\n"
        f"  shadow baseline freeze             after 150 briefs; then `shadow verdict` and `shadow report`"
    )
