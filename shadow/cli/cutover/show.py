"""shadow cutover show, history, percent."""

import json
import time

import click

from shadow.cli.cutover.acting import record_of
from shadow.cli.cutover.facts import facts, in_force, lines
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cutover import Move
from shadow.errors import StoreBroken, StoreBusy
from shadow.harness import Harness

SHOWN = 10


@click.command()
@config_option
@migration_option
@json_option
def show(config: str | None, migration: str | None, as_json: bool) -> None:
    """Where traffic goes, what it waits for, and the last changes."""
    harness = opened(config)
    name = harness.config.named(migration)
    moves = trail(harness, name)
    known = facts(harness, name)
    if as_json:
        record = {"migration": name, **known, "moves": [record_of(move) for move in moves]}
        click.echo(json.dumps(record))
        return
    item = harness.config.migration[name]
    click.echo(f"{name}: {known['percent']:g} % on {item.candidate}, the rest on {item.incumbent}.")
    for text in (*lines(known), *(f"  {line(move)}" for move in moves[-SHOWN:])):
        click.echo(text)


@click.command()
@config_option
@migration_option
@json_option
def history(config: str | None, migration: str | None, as_json: bool) -> None:
    """Every change with who, when, from, to, why, its verdict and the evidence."""
    harness = opened(config)
    name = harness.config.named(migration)
    moves = trail(harness, name)
    if as_json:
        click.echo(json.dumps([record_of(move) for move in moves]))
        return
    for move in moves:
        click.echo(line(move))
        if move.verdict_id:
            click.echo(f"    verdict {move.verdict_id}  {move.evidence}".rstrip())


@click.command()
@config_option
@migration_option
def percent(config: str | None, migration: str | None) -> None:
    """Print the bare number, for other routers."""
    harness = opened(config)
    click.echo(f"{in_force(harness, harness.config.named(migration))[0]:g}")


def trail(harness: Harness, name: str) -> list[Move]:
    """Every line of the trail, oldest first: what the ledger has and what waits for it in the state file."""
    moves = {move.event_id: move for move in (*_filed(harness, name), *harness.cutover_file.read().pending)}
    return sorted((move for move in moves.values() if move.migration == name), key=lambda move: move.at)


def line(move: Move) -> str:
    """One line of the trail."""
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(move.at))
    change = f"{move.from_percent:g} -> {move.to_percent:g} %"
    return f"{when} UTC  {change:14} {move.verb:9} {move.actor}: {move.reason}"


def _filed(harness: Harness, name: str) -> list[Move]:
    try:
        return harness.ledger.moves(name)
    except (StoreBusy, StoreBroken):
        return []
