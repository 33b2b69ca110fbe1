"""shadow baseline."""

import json

import click

from analysis import thresholds
from analysis.metrics import TAIL_CUT
from shadow.cli.evidence import columns_of, question_of
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.errors import InputError
from shadow.store.entries import Cuts

FROZEN = "baseline frozen"


@click.group()
def baseline() -> None:
    """Freeze the incumbent's scores into cuts, or show the cuts in force.

    The pairs filed so far are the calibration; they never enter the verdict. Freezing opens a new epoch: only pairs
    dispatched from then on count.

    \b
    Example:
      shadow run briefs.txt --limit 300 && shadow work --until-empty && shadow baseline freeze
    """


@baseline.command()
@config_option
@migration_option
@click.option("--again", is_flag=True, help="Freeze anew although a baseline is in force: the evidence starts anew.")
def freeze(config: str | None, migration: str | None, again: bool) -> None:
    """Turn the incumbent's scores so far into cuts."""
    harness = opened(config)
    name = harness.config.named(migration)
    columns = columns_of(harness, name)
    if columns.baseline and not again:
        msg = (
            f"{name}: a baseline is in force (`shadow baseline show`). A new one opens a new epoch, and no pair sent "
            "before it counts any more. If that is meant, say --again."
        )
        raise InputError(msg)
    try:
        made = thresholds.calibrate(columns, budget=harness.config.gate.failure_budget)
    except ValueError as error:
        msg = f"{name}: {error}. Send briefs (`shadow run`), then `shadow work --until-empty`, and freeze again."
        raise InputError(msg) from error
    needed = harness.config.verdict.min_calibration
    if made.outcomes < needed:
        msg = (
            f"{name}: {made.outcomes} outcomes of the incumbent are filed, {needed} are needed to freeze a baseline "
            "([verdict] min_calibration). Send more briefs and run `shadow work --until-empty`."
        )
        raise InputError(msg)
    question = question_of(harness.config, name)
    cuts, below = made.frozen
    version, _ = harness.ledger.freeze(
        Cuts(migration=name, cuts=cuts, failing=below, outcomes=made.outcomes, budget=made.budget),
        question=lambda version: question.under(version).digest(),
        reason=FROZEN,
    )
    click.echo(f"{name}: baseline {version} frozen from {made.outcomes} outcomes of the incumbent.")
    for layer, cut in cuts.items():
        click.echo(_cut_line(layer, cut))
    click.echo(
        f"Together with hard failures they fail {made.failing:.1%} of those outcomes (budget {made.budget:.1%}).\n"
        "Evidence counts from now on: send more briefs, let `shadow work` compare them, and ask `shadow verdict`."
    )


@baseline.command()
@config_option
@migration_option
@json_option
def show(config: str | None, migration: str | None, as_json: bool) -> None:
    """The cuts in force."""
    harness = opened(config)
    name = harness.config.named(migration)
    columns = columns_of(harness, name)
    frozen = thresholds.in_force(columns, columns.baseline) if columns.baseline else None
    if as_json:
        record = {"version": frozen.version, "cuts": dict(frozen.cuts), "outcomes": frozen.outcomes} if frozen else None
        click.echo(json.dumps(record))
    elif frozen is None:
        click.echo(f"{name}: uncalibrated. `shadow baseline freeze` makes the first baseline.")
    else:
        when = f"{frozen.frozen_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{name}: baseline {frozen.version}, frozen {when} from {frozen.outcomes} outcomes.")
        for layer, cut in frozen.cuts.items():
            click.echo(_cut_line(layer, cut))


def _cut_line(layer: str, cut: float) -> str:
    if layer == TAIL_CUT:
        return f"  {layer}: below {cut:g} begins the incumbent's tail"
    return f"  {layer}: a score below {cut:g} fails"
