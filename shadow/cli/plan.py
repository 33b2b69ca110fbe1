"""shadow plan."""

import dataclasses
import json
from datetime import UTC, date, datetime

import click

from analysis import units
from analysis.columns import Ledger
from analysis.guards import PILOT_PAIRS
from analysis.looking import asked
from analysis.plan import GuardPlan, Means, Plan, pilot_of
from analysis.plan import plan as planned
from shadow.cli.evidence import columns_of, question_of
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.errors import StoreBroken
from shadow.harness import Harness

PICTURES = 2
"""Both arms' pictures are judged and embedded."""


@click.command()
@config_option
@migration_option
@json_option
@click.option("--briefs", type=click.IntRange(1), help="Distinct briefs there will ever be.")
@click.option("--per-day", type=click.FloatRange(min=0, min_open=True), help="New briefs a day; default: as observed.")
@click.option(
    "--days", type=click.FloatRange(min=0), help="Days that are left; default: until the migration's last day."
)
@click.option("--image", type=click.FloatRange(min=0), help="Price of one candidate picture, in any currency.")
@click.option("--judge", type=click.FloatRange(min=0), default=0.0, help="Price of one judgement; two a pair.")
@click.option("--embedding", type=click.FloatRange(min=0), default=0.0, help="Price of one embedding; two a pair.")
@click.option("--money", type=click.FloatRange(min=0), help="What may be spent, in the same currency.")
def plan(
    config: str | None,
    migration: str | None,
    as_json: bool,
    briefs: int | None,
    per_day: float | None,
    days: float | None,
    image: float | None,
    judge: float,
    embedding: float,
    money: float | None,
) -> None:
    """How many pairs, days and how much money until GO or ROLLBACK, guard by guard, and when GO is impossible.

    From 100 counted pairs on the pairs themselves are drawn from; before, an identical candidate of typical spread is
    assumed, and a loss of two margins for ROLLBACK.

    \b
    Example:
      shadow plan --per-day 400 --image 0.134 --judge 0.002 --embedding 0.0001
    """
    harness = opened(config)
    name = harness.config.named(migration)
    question = question_of(harness.config, name)
    columns = _columns(harness, name)
    pilot, observed = {}, None
    if columns is not None:
        in_force = asked(columns, question)
        rows = units.counted(columns, in_force).rows
        pilot = pilot_of(columns, in_force, rows) if rows.size >= PILOT_PAIRS else {}
        hours = units.hours_covered(columns, rows)
        observed = rows.size / hours * 24 if hours >= 1 else None
    left = _days_left(harness.config.migration[name].last_day) if days is None else days
    price = None if image is None else image + PICTURES * (judge + embedding)
    means = Means(briefs=briefs, pairs_per_day=per_day or observed, days=left, price=price, money=money)
    found = planned(question, means, pilot)
    click.echo(json.dumps(dataclasses.asdict(found)) if as_json else "\n".join(_lines(name, found, means)))


def _columns(harness: Harness, name: str) -> Ledger | None:
    try:
        return columns_of(harness, name)
    except StoreBroken:  # nothing filed yet: planned from assumptions
        return None


def _days_left(last_day: date | None) -> float | None:
    return None if last_day is None else float((last_day - datetime.now(UTC).date()).days)


def _lines(name: str, found: Plan, means: Means) -> list[str]:
    source = "from the pairs so far" if any(item.pilot for item in found.guards) else "assumed: an identical candidate"
    lines = [f"{name}: {source}.", f"  {'guard':24} {'GO':>8} {'GO, 9 in 10':>12} {'ROLLBACK':>9}  pairs"]
    lines += [_guard_line(item, found.binding) for item in found.guards]
    lines.append(f"GO: {_count(found.pairs)} pairs, 9 in 10 within {_count(found.pairs_likely)}.{_days(found)}")
    if means.pairs_per_day is None:
        lines.append("Days are not known: no rate was observed yet (--per-day).")
    if found.cost is not None:
        likely = f", 9 in 10 within {found.cost_likely:,.2f}" if found.cost_likely is not None else ""
        lines.append(f"Cost: {found.cost:,.2f}{likely}.")
    return lines + [f"Impossible: {reason}" for reason in found.impossible]


def _guard_line(item: GuardPlan, binding: str) -> str:
    mark = "  <- binds" if item.name == binding else ""
    return f"  {item.name:24} {_count(item.go):>8} {_count(item.go_likely):>12} {_count(item.rollback):>9}{mark}"


def _days(found: Plan) -> str:
    if found.days is None:
        return ""
    likely = f", 9 in 10 within {found.days_likely:.1f}" if found.days_likely is not None else ""
    return f" {found.days:.1f} days{likely}."


def _count(pairs: int | None) -> str:
    return "-" if pairs is None else f"{pairs:,}"
