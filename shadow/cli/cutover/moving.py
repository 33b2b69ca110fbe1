"""shadow cutover set, advance, rollback: moves that a person makes."""

from pathlib import Path

import click

from shadow import standing as live_standing
from shadow.cli.cutover.acting import (
    actor,
    carry,
    entry,
    not_latched,
    policy_of,
    reason_option,
    said,
    serving,
    write,
)
from shadow.cli.options import config_option, migration_option, opened
from shadow.cutover import State, percentage, recorded
from shadow.errors import ConfigError
from shadow.harness import Harness
from shadow.store.state import CutoverFile

FOLLOW = "Live processes follow within two seconds."


@click.command(name="set")
@click.argument("to_percent", metavar="PERCENT")
@config_option
@migration_option
@reason_option
def set_percent(to_percent: str, config: str | None, migration: str | None, reason: str) -> None:
    """Set the candidate's share to PERCENT of live traffic, whatever the stages say."""
    harness = opened(config)
    name = serving(harness, migration)
    to = percentage(to_percent)
    _moved(harness, config, name, verb="set", to_percent=to, reason=reason)


@click.command()
@config_option
@migration_option
@reason_option
def advance(config: str | None, migration: str | None, reason: str) -> None:
    """Move up one stage now, on your own word: nothing is waited for."""
    harness = opened(config)
    name = serving(harness, migration)
    stage = policy_of(harness.config, name).after(harness.cutover_file.read().of(name))
    if stage is None:
        click.echo(f"{name}: the candidate has 100 % already.")
        return
    _moved(harness, config, name, verb="advance", to_percent=stage.percent, reason=reason)


def _moved(harness: Harness, config: str | None, name: str, *, verb: str, to_percent: float, reason: str) -> None:
    refuses = not_latched(name) if to_percent > 0 else (lambda state: None)
    new = entry(name, verb=verb, to_percent=to_percent, reason=reason)
    click.echo(f"{said(write(harness, new, refuses=refuses))} {FOLLOW}")
    carry(harness, config)


@click.command()
@config_option
@migration_option
@reason_option
def rollback(config: str | None, migration: str | None, reason: str) -> None:
    """Give all traffic back to the incumbent, and keep it there until `resume`.

    Needs nothing but the small state file: it works with the ledger locked, the worker dead, the disk full and
    config.toml unreadable.
    """
    try:
        harness = opened(config)
        name = harness.config.named(migration)
    except ConfigError as error:
        _without_config(config, migration, reason, error)
        return
    new = entry(name, verb="rollback", to_percent=0.0, reason=reason, latched=f"by {actor()}: {reason}")
    click.echo(f"{said(write(harness, new, broken=State()))} {FOLLOW}")
    carry(harness, config)


def _without_config(config: str | None, migration: str | None, reason: str, error: ConfigError) -> None:
    """A config file with a typo must not keep traffic where it does harm: the state file alone knows enough."""
    home = live_standing.home_of(config)
    if home is None:
        raise error
    for name in _named(home, migration, error):
        new = entry(name, verb="rollback", to_percent=0.0, reason=reason, latched=f"by {actor()}: {reason}")
        CutoverFile(home).change(lambda state, new=new: recorded(state, new), broken=State())  # type: ignore[misc]
        click.echo(f"{name}: 0 %. {FOLLOW} (config.toml cannot be used: {error})")


def _named(home: Path, migration: str | None, error: ConfigError) -> tuple[str, ...]:
    if migration is not None:
        return (migration,)
    file = CutoverFile(home)
    state = file.last_good() if file.damage() else file.read()
    on_candidate = tuple(name for name, percent in (state or State()).percent.items() if percent > 0)
    if not on_candidate:
        raise error
    return on_candidate
