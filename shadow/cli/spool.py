"""shadow spool."""

import json
import time
from collections.abc import Sequence

import click

from shadow.cli.options import config_option, json_option, opened
from shadow.errors import InputError
from shadow.harness import Harness
from shadow.pair import Loss
from shadow.spool.spool import DeadLetter

DROPPED = "dropped by hand"


@click.group()
def spool() -> None:
    """What the worker gave up (dead letters): list it, try it again, or drop it.

    \b
    Examples:
      shadow spool list
      shadow spool revive --all          after the cause is mended
      shadow spool drop 4711-ab12cd34-9-pro
    """


@spool.command(name="list")
@config_option
@json_option
def list_(config: str | None, as_json: bool) -> None:
    """The dead letters, oldest first, each with the reason it was given up for."""
    letters = opened(config).spool.buried()
    if as_json:
        click.echo(json.dumps([{name: getattr(item, name) for name in DeadLetter.__slots__} for item in letters]))
        return
    for item in letters:
        when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(item.buried_at))
        click.echo(f"{item.capture_id}  {when} UTC  tried {item.attempts} times: {item.reason}")
    if not letters:
        click.echo("No dead letters.")


@spool.command()
@click.argument("capture_ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="Every dead letter.")
@config_option
def revive(capture_ids: Sequence[str], every: bool, config: str | None) -> None:
    """Make dead letters ready again. What was already paid for is not paid for again."""
    harness = opened(config)
    chosen = _chosen(harness, capture_ids, every=every)
    for capture_id in chosen:
        harness.spool.revive(capture_id)
    click.echo(f"{len(chosen)} ready again; `shadow work` takes them.")


@spool.command()
@click.argument("capture_ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="Every dead letter.")
@config_option
def drop(capture_ids: Sequence[str], every: bool, config: str | None) -> None:
    """Forget dead letters for good. Each is counted as not compared."""
    harness = opened(config)
    chosen = _chosen(harness, capture_ids, every=every)
    for capture_id, letter in chosen.items():
        # Counted first, under a name of its own: stopped half-way, doing it again counts it once.
        harness.spool.lose([_loss(letter)])
        harness.spool.drop(capture_id)
    click.echo(f"{len(chosen)} dropped and counted as not compared.")


def _chosen(harness: Harness, capture_ids: Sequence[str], *, every: bool) -> dict[str, DeadLetter]:
    letters = {item.capture_id: item for item in harness.spool.buried()}
    if every:
        return letters
    if not capture_ids:
        msg = "Name the dead letters (`shadow spool list` shows them), or say --all."
        raise click.UsageError(msg)
    for capture_id in capture_ids:
        if capture_id not in letters:
            msg = f"No dead letter named {capture_id!r}; `shadow spool list` shows them."
            raise InputError(msg)
    return {capture_id: letters[capture_id] for capture_id in capture_ids}


def _loss(letter: DeadLetter) -> Loss:
    return Loss(
        loss_id=f"{letter.capture_id}/dropped",
        migration=letter.migration,
        minute=letter.buried_at // 60 * 60,
        process="shadow spool drop",
        reason=DROPPED,
        count=1,
    )
