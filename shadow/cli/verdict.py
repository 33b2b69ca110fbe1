"""shadow verdict."""

import dataclasses
import json
import sys
import uuid

import click

from analysis.results import Decision, Study
from shadow.cli.evidence import columns_of, study_of
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.errors import StoreBroken, StoreBusy
from shadow.harness import Harness
from shadow.store.entries import Said

EXIT_CODES = {Decision.GO: 0, Decision.HOLD: 3, Decision.ROLLBACK: 4}


@click.command()
@config_option
@migration_option
@json_option
def verdict(config: str | None, migration: str | None, as_json: bool) -> None:
    """May I cut over, must I wait, or must I go back?

    GO exits with 0, HOLD with 3, ROLLBACK with 4. It may be asked at any time and as often as you like: the chance of
    ever saying GO to an unacceptable candidate stays within [verdict] alpha_go.

    \b
    Examples:
      shadow verdict
      shadow verdict --json | jq -r .decision
    """
    harness = opened(config)
    name = harness.config.named(migration)
    columns = columns_of(harness, name)
    result = study_of(harness, name, columns)
    _remember(harness, name, result)
    if as_json:
        click.echo(json.dumps(_record(result)))
    else:
        from reports.summary import summary

        click.echo("\n".join(summary(result)))
    sys.exit(EXIT_CODES[result.verdict.decision])


def _record(result: Study) -> dict[str, object]:
    return {
        "migration": result.migration,
        "epoch": result.epoch,
        "question": result.question,
        **dataclasses.asdict(result.verdict),
        "guards": [dataclasses.asdict(guard) for guard in result.guards],
        "coverage": dataclasses.asdict(result.coverage),
    }


def _remember(harness: Harness, name: str, result: Study) -> None:
    """Every verdict stands in the ledger with its question; a busy ledger does not keep it from being said."""
    said = Said(
        verdict_id=uuid.uuid4().hex,
        migration=name,
        epoch=result.epoch,
        decision=result.verdict.decision.value,
        pairs=result.verdict.pairs,
        question=result.question,
        reasons=[json.dumps(dataclasses.asdict(reason)) for reason in result.verdict.reasons],
    )
    try:
        harness.ledger.add_verdict(said)
    except (StoreBusy, StoreBroken) as error:
        click.echo(f"This verdict is not in the ledger: {error}", err=True)
