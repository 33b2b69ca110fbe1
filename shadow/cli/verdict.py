"""shadow verdict."""

import dataclasses
import json
import sys
from pathlib import Path

import click

from analysis.results import Decision, Study
from shadow.cli.cutover.telling import tell
from shadow.cli.evidence import columns_of, remember, study_of
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.scores import scores_options, study_of_scores

EXIT_CODES = {Decision.GO: 0, Decision.HOLD: 3, Decision.ROLLBACK: 4}


@click.command()
@config_option
@migration_option
@json_option
@scores_options
def verdict(
    config: str | None,
    migration: str | None,
    as_json: bool,
    scores: Path | None,
    scale: tuple[float, float],
    only: tuple[str, ...],
) -> None:
    """May I cut over, must I wait, or must I go back?

    GO exits with 0, HOLD with 3, ROLLBACK with 4. It may be asked at any time and as often as you like: the chance of
    ever saying GO to an unacceptable candidate stays within [verdict] alpha_go.

    With --scores the same rules decide on a file of paired scores; nothing is read from or written to the ledger.

    \b
    Examples:
      shadow verdict
      shadow verdict --json | jq -r .decision
      shadow verdict --scores ratings.csv --scale 0 1
    """
    result = study_of_scores(scores, scale, only, config) if scores else _asked(config, migration)
    if as_json:
        click.echo(json.dumps(_record(result)))
    else:
        _tell(result)
    sys.exit(EXIT_CODES[result.verdict.decision])


def _tell(result: Study) -> None:
    """A table in a terminal, plain lines elsewhere."""
    from rich.console import Console

    console = Console()
    if console.is_terminal:
        from shadow.cli.board import verdict_board

        console.print(verdict_board(result))
        return
    from reports.summary import summary

    click.echo("\n".join(summary(result)))


def _asked(config: str | None, migration: str | None) -> Study:
    harness = opened(config)
    name = harness.config.named(migration)
    result = study_of(harness, name, columns_of(harness, name))
    tell(harness, config, result, remember(harness, result))
    return result


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
        "source": result.source,
    }
