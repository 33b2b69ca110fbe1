"""shadow cutover approve, hold, resume: what may move, said by a person."""

import click

from shadow.cli.cutover.acting import carry, entry, policy_of, reason_option, serving, write
from shadow.cli.options import config_option, migration_option, opened
from shadow.errors import StoreBroken
from shadow.harness import Harness

RESUMED = "resumed"


@click.command()
@click.argument("percent", type=float, required=False)
@config_option
@migration_option
@reason_option
def approve(percent: float | None, config: str | None, migration: str | None, reason: str) -> None:
    """Approve the next stage, or all up to PERCENT; the next `auto` at GO then enters it."""
    harness = opened(config)
    name = serving(harness, migration)
    now = harness.cutover_file.read().of(name)
    policy = policy_of(harness.config, name)
    stage = policy.after(now) if percent is None else policy.at(percent)
    if stage is None or stage.percent <= now:
        legal = ", ".join(f"{item.percent:g}" for item in policy.stages if item.percent > now) or "none"
        msg = f"{name} has {now:g} %; stages that can be approved: {legal}."
        raise click.UsageError(msg)
    write(harness, entry(name, verb="approve", reason=f"{stage.percent:g} %: {reason}", approved=stage.percent))
    click.echo(f"{name}: {stage.percent:g} % is approved; `shadow cutover auto` enters it at GO.")
    carry(harness, config)


@click.command()
@config_option
@migration_option
@reason_option
def hold(config: str | None, migration: str | None, reason: str) -> None:
    """Let nothing move up until `resume`. ROLLBACK still gives everything back."""
    harness = opened(config)
    name = serving(harness, migration)
    write(harness, entry(name, verb="hold", reason=reason, held=reason))
    click.echo(f"{name}: held at {harness.cutover_file.read().of(name):g} %.")
    carry(harness, config)


@click.command()
@config_option
@migration_option
@click.option("--reason", required=True, help="What has changed; stands in the ledger and the trail.")
def resume(config: str | None, migration: str | None, reason: str) -> None:
    """Go on after `hold`; after a ROLLBACK ask again.

    After a ROLLBACK it opens a new epoch, in which only pairs dispatched from now on count. Every epoch has its own 5 %
    chance of a wrong GO, so k epochs have k times that; the report says how many there were. No traffic moves.
    """
    harness = opened(config)
    name = harness.config.named(migration)
    standing = harness.cutover_file.read().standing(name)
    if standing.held and not standing.latched and not _rolled_back(harness, name):
        write(harness, entry(name, verb="resume", reason=reason, held=""))
        click.echo(f"{name}: no longer held.")
    else:
        number = _asked_anew(harness, name, reason)
        write(harness, entry(name, verb="resume", reason=reason, held="", latched="", decision="", gone_at=0.0))
        click.echo(
            f"{name}: epoch {number} is open. Earlier pairs and the ROLLBACK stay in the ledger and do not count."
        )
    carry(harness, config)


def _rolled_back(harness: Harness, name: str) -> bool:
    from shadow.cli.evidence import columns_of

    try:
        return columns_of(harness, name).latch is not None
    except StoreBroken:  # nothing filed yet
        return False


def _asked_anew(harness: Harness, name: str, reason: str) -> int:
    from analysis.looking import asked
    from shadow.cli.evidence import columns_of, question_of

    question = asked(columns_of(harness, name), question_of(harness.config, name))
    return harness.ledger.open_epoch(
        name, question=question.digest(), reason=f"{RESUMED}: {reason}", baseline=question.baseline
    )
