"""shadow accept."""

import getpass
import uuid

import click

from shadow.cli.evidence import columns_of, question_of
from shadow.cli.options import config_option, migration_option, opened
from shadow.settings import legal
from shadow.store.entries import Acceptance


@click.command()
@click.argument("feature")
@config_option
@migration_option
@click.option("--reason", required=True, help="Why the new look is fine; stands in the ledger and in the report.")
def accept(feature: str, config: str | None, migration: str | None, reason: str) -> None:
    """Accept that FEATURE of the pictures has shifted, so that it holds no GO back.

    A verdict HOLDs where the look has surely shifted (style not accepted), because a judge may be blind to it. Look at
    the report first. The acceptance ends with the question: other margins, another candidate or another baseline.

    \b
    Example:
      shadow accept saturation --reason "the design team prefers the softer colours"
    """
    from analysis.looking import asked
    from analysis.style import STYLE_RANGES

    if feature not in STYLE_RANGES:
        raise click.BadParameter(legal(feature, list(STYLE_RANGES)), param_hint="FEATURE")
    harness = opened(config)
    name = harness.config.named(migration)
    question = asked(columns_of(harness, name), question_of(harness.config, name))
    harness.ledger.accept(
        Acceptance(
            acceptance_id=uuid.uuid4().hex,
            migration=name,
            actor=_actor(),
            question=question.digest(),
            feature=feature,
            reason=reason,
        )
    )
    click.echo(f"{name}: a shift of {feature} is accepted.")


def _actor() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        return "unknown"
