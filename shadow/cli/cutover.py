"""shadow cutover."""

import getpass
import json
import time
import uuid

import click

from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.resume import resume
from shadow.cutover import Move, State, percentage
from shadow.errors import StoreBroken, StoreBusy
from shadow.harness import Harness

reason_option = click.option("--reason", required=True, help="Why; stands in the audit trail.")


@click.group()
def cutover() -> None:
    """Show or set the candidate's share of live traffic, or roll back.

    Live processes follow within two seconds. A key keeps its arm as the percentage grows. Every move is in the audit
    trail with who, when, from, to and why.

    \b
    Examples:
      shadow cutover set 5 --reason "GO of 1 June, first stage"
      shadow cutover rollback --reason "support tickets about grey skies"
      shadow cutover resume --reason "the vendor fixed the washed out skies"
    """


@cutover.command()
@config_option
@migration_option
@json_option
def show(config: str | None, migration: str | None, as_json: bool) -> None:
    """The percentage in force and the last moves."""
    harness = opened(config)
    name = harness.config.named(migration)
    state = harness.cutover_file.read()
    moves = [*_filed(harness, name), *(move for move in state.pending if move.migration == name)]
    if as_json:
        shown = [{key: getattr(move, key) for key in Move.__slots__} for move in moves]
        click.echo(json.dumps({"migration": name, "percent": state.of(name), "moves": shown}))
        return
    item = harness.config.migration[name]
    click.echo(f"{name}: {state.of(name):g} % on {item.candidate}, the rest on {item.incumbent}.")
    for move in moves[-10:]:
        when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(move.at))
        change = f"{move.from_percent:g} -> {move.to_percent:g} %"
        click.echo(f"  {when} UTC  {change:14} {move.verb:9} {move.actor}: {move.reason}")


@cutover.command()
@config_option
@migration_option
def percent(config: str | None, migration: str | None) -> None:
    """Print the bare number, for other routers."""
    harness = opened(config)
    click.echo(f"{harness.cutover_file.read().of(harness.config.named(migration)):g}")


@cutover.command(name="set")
@click.argument("to_percent", metavar="PERCENT")
@config_option
@migration_option
@reason_option
def set_percent(to_percent: str, config: str | None, migration: str | None, reason: str) -> None:
    """Set the candidate's share to PERCENT of live traffic."""
    harness = opened(config)
    name = harness.config.named(migration)
    if not harness.config.migration[name].serving:
        msg = f"[migration.{name}] has serving = false: it compares and never moves traffic."
        raise click.UsageError(msg)
    _move(harness, name, verb="set", to_percent=percentage(to_percent), reason=reason)


@cutover.command()
@config_option
@migration_option
@reason_option
def rollback(config: str | None, migration: str | None, reason: str) -> None:
    """Give all traffic back to the incumbent. Needs nothing but the small state file."""
    harness = opened(config)
    _move(harness, harness.config.named(migration), verb="rollback", to_percent=0.0, reason=reason, broken=State())


cutover.add_command(resume)


def _move(
    harness: Harness, name: str, *, verb: str, to_percent: float, reason: str, broken: State | None = None
) -> None:
    """Write the state file first: from then on it is in force, and it carries its own line of the trail."""
    before = 0.0

    def change(state: State) -> State:
        nonlocal before
        before = state.of(name)
        move = Move(
            event_id=uuid.uuid4().hex,
            migration=name,
            at=time.time(),
            actor=_actor(),
            verb=verb,
            from_percent=before,
            to_percent=to_percent,
            reason=reason,
        )
        return state.moved(move)

    harness.cutover_file.change(change, broken=broken)
    click.echo(f"{name}: {before:g} % -> {to_percent:g} %. Live processes follow within two seconds.")
    try:
        harness.carry_moves()
    except (StoreBusy, StoreBroken) as error:
        click.echo(f"The move is in force; its line of the trail is carried to the ledger later ({error}).", err=True)


def _actor() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        return "unknown"


def _filed(harness: Harness, name: str) -> list[Move]:
    try:
        return harness.ledger.moves(name)
    except (StoreBusy, StoreBroken):
        return []
