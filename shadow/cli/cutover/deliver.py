"""shadow cutover deliver."""

import sys

import click

from shadow.cli.options import config_option, opened

FAILED = 1


@click.command()
@config_option
def deliver(config: str | None) -> None:
    """Tell the hooks what they have not heard yet. Other verbs start it by themselves.

    What failed is tried again later, each time after a longer pause; `show` counts what waits and what was given up.
    """
    harness = opened(config)
    sent = harness.courier.deliver()
    waiting = list(harness.outbox.letters())
    click.echo(f"{sent} sent, {len(waiting)} waiting.")
    for letter in waiting:
        click.echo(f"  {letter.event_id}: {letter.trouble} (attempt {letter.attempts})", err=True)
    sys.exit(FAILED if waiting else 0)
