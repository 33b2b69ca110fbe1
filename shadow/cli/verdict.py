"""shadow verdict."""

import dataclasses
import json
import sys

import click

from analysis.results import Decision, Study
from shadow.cli.evidence import columns_of, remember, study_of
from shadow.cli.options import config_option, json_option, migration_option, opened

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
    remember(harness, result)
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
        "styles": [dataclasses.asdict(shift) for shift in result.styles],
        "doubts": dataclasses.asdict(result.doubts),
        "coverage": dataclasses.asdict(result.coverage),
        "population": result.population,
    }
