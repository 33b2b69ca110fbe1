"""shadow cutover resume."""

import click

from shadow.cli.evidence import columns_of, question_of
from shadow.cli.options import config_option, migration_option, opened

RESUMED = "resumed"


@click.command()
@config_option
@migration_option
@click.option("--reason", required=True, help="What has changed; stands in the ledger.")
def resume(config: str | None, migration: str | None, reason: str) -> None:
    """Ask again after a ROLLBACK: opens a new epoch, in which only pairs dispatched from now on count.

    No traffic moves. Every epoch has its own 5 % chance of a wrong GO, so k epochs have k times that; the report says
    how many there were.
    """
    from analysis.looking import asked

    harness = opened(config)
    name = harness.config.named(migration)
    question = asked(columns_of(harness, name), question_of(harness.config, name))
    number = harness.ledger.open_epoch(
        name, question=question.digest(), reason=f"{RESUMED}: {reason}", baseline=question.baseline
    )
    click.echo(f"{name}: epoch {number} is open. Earlier pairs and the ROLLBACK stay in the ledger and do not count.")
