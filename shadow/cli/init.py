"""shadow init."""

import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import click

from shadow.cli.first_config import Answers, in_days, percent, written
from shadow.cli.proposal import (
    WIDTHS,
    Plan,
    Traffic,
    climb,
    days_until,
    plans,
    price_of_pair,
    recommended,
    segments_for_nothing,
)
from shadow.cli.questions import Questions
from shadow.config import FILE_NAME, parse
from shadow.errors import InputError
from shadow.prices import FREE_PROVIDERS, PRICES
from shadow.providers import PROVIDERS
from shadow.settings import CutoverSettings, GateSettings

INCUMBENT, CANDIDATE = "gemini-3-pro-image-preview", "gemini-3-pro-image"
"""The pair that is proposed where none is named."""
NAME = re.compile(r"[A-Za-z0-9_-]+")


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
@click.option(
    "--segment",
    "segments",
    multiple=True,
    metavar="NAME",
    help="Group of briefs that must hold by itself; may be given again. Default: none.",
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
    segments: tuple[str, ...],
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
      shadow init --yes --segment portrait --segment landscape --margins narrow
    """
    if name is not None and not NAME.fullmatch(name):
        msg = f"{name!r} is no name of a migration: letters, digits, - and _ only."
        raise InputError(msg)
    if target.exists() and not force:
        msg = f"{target} exists. Edit it, name another with --config FILE, or overwrite it with --force."
        raise InputError(msg)
    asks = Questions(silent=yes)
    incumbent = asks.text("Model in production", incumbent, INCUMBENT)
    candidate = asks.text("Model that may replace it", candidate, CANDIDATE)
    rate = asks.number("Distinct pictures a day", per_day, 100)
    day = asks.day(last_day)
    money = asks.money(money)
    groups = asks.names("Segments that must hold each by itself, with commas between", segments)
    price = None if provider in FREE_PROVIDERS else _price(candidate)
    traffic = Traffic(per_day=rate, pair_price=price and price[0], days_left=days_until(day, _today()), money=money)
    choices = plans(traffic, sample=sample, segments=groups)
    _show(choices, traffic, price and price[1])
    wanted = asks.choice("Margins", margins, recommended(choices, traffic).name, list(WIDTHS))
    plan = next(choice for choice in choices if choice.name == wanted)
    _advise(plan, traffic, groups)
    _warn(plan, traffic)
    key_env = asks.text(
        "Environment variable with the key of the shadow calls (best a project of its own)", key_env, ""
    )
    answers = Answers(
        name=name or _name_after(candidate),
        incumbent=incumbent,
        candidate=candidate,
        provider=provider,
        key_env=key_env,
        per_day=rate,
        last_day=day,
        money=money,
        segments=groups,
    )
    text = written(plan, answers, today=_today())
    parse(tomllib.loads(text), target)  # what is written can be read
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"{target}: cannot be written: {error.strerror}."
        raise InputError(msg) from error
    _next_steps(target, answers)


def _price(candidate: str) -> tuple[float, date] | None:
    gate = GateSettings()
    return price_of_pair(PRICES, candidate=candidate, judge=gate.judge.model, embedder=gate.similarity.model)


def _today() -> date:
    return datetime.now(UTC).date()


def _name_after(candidate: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", candidate.rpartition("/")[2]).strip("-") or "main"


def _show(choices: list[Plan], traffic: Traffic, as_of: date | None) -> None:
    click.echo(f"\nWith {traffic.per_day:,} distinct pictures a day and a candidate that is as good, GO takes:")
    for plan in choices:
        dollars = f" and ${plan.money:,.0f}" if plan.money is not None else ""
        quality, fails = plan.margins["quality_margin"], percent(plan.margins["gate_failures_margin"])
        click.echo(
            f"  {plan.name:7} {in_days(plan.days)}{dollars}, if it may lose {quality:g} points of quality "
            f"and fail {fails} more briefs\n"
            f"          ({plan.pairs:,} pairs from {100 * plan.sample:.0f} % of the briefs; "
            f"nine times in ten {in_days(plan.days_at_most)} at most)"
        )
    if as_of is not None:
        click.echo(
            f"  Money by list prices at 1K, the oldest read on {as_of} (${traffic.pair_price:.3f} a pair); "
            "check before you rely on it."
        )
    elif traffic.pair_price is None:
        click.echo("  The candidate's price is not known here, so no money is said.")


def _advise(plan: Plan, traffic: Traffic, segments: tuple[str, ...]) -> None:
    """What segments and stages mean under this plan."""
    lost = f"{plan.margins['segment_margin']:g} points"
    if segments:
        slowest = f"; {plan.binding} decides last" if plan.binding.startswith("quality in") else ""
        click.echo(
            f"Segments: {', '.join(segments)} and the rest may lose {lost} each, taken as equally large{slowest}."
        )
    else:
        free = segments_for_nothing(plan, traffic)
        click.echo(
            f"Segments: none, so a loss in one group of briefs may hide in the average. Up to {free} of equal size "
            f"cost no day more;\n          name them with --segment, and your briefs with shadow.labels(segment=...); "
            f"each may then lose {lost}."
        )
    steps = ", ".join(f"{step:g}" for step in CutoverSettings().stages)
    days = climb(plan, traffic)
    click.echo(
        f"Stages: after GO {steps} % of live traffic, step by step with `shadow cutover auto`: "
        f"{in_days(days)} more, {in_days(plan.days + days)} in all."
    )


def _warn(plan: Plan, traffic: Traffic) -> None:
    left = traffic.days_left
    if left is not None and left <= 0:
        click.echo("Attention: that last day is over. The model may no longer answer, and cannot be compared then.")
    elif left is not None and plan.days > left:
        click.echo(
            f"Attention: {in_days(plan.days)} are needed and {in_days(left)} left. "
            "Send more pictures, or take wider margins."
        )
    elif left is not None and plan.days + climb(plan, traffic) > left:
        click.echo("Attention: GO comes before that last day, but not all of the stages after it.")
    if traffic.money is not None and plan.money is not None and plan.money > traffic.money:
        click.echo(
            f"Attention: about ${plan.money:,.0f} are needed and ${traffic.money:,.0f} given. Take wider margins."
        )


def _next_steps(target: Path, answers: Answers) -> None:
    elsewhere = "" if target == Path(FILE_NAME) else f"export SHADOW_CONFIG={target}\n  "
    click.echo(
        f"\n{target} is written. Next:\n"
        f"  {elsewhere}export GEMINI_API_KEY=...          the key of the live calls\n"
        f"  shadow doctor                      looks whether everything is there\n"
        f"  client = shadow.wrap(genai.Client())   in your code; calls of {answers.incumbent} are compared\n"
        f"  shadow run briefs.txt              or send a file of briefs\n"
        f"  shadow work                        asks the other model and scores both\n"
        f"  shadow baseline freeze             after 150 briefs; then `shadow verdict` and `shadow report`"
    )
    unpriced = [model for model in (answers.incumbent, answers.candidate) if model not in PRICES]
    if unpriced and answers.provider not in FREE_PROVIDERS:
        click.echo(f"No price is known of {' and '.join(unpriced)}: put it into [prices] at the end of {target}.")
