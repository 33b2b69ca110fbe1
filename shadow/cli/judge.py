"""shadow judge."""

import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np

from analysis.agreement import CORRELATION, ENOUGH, KAPPA, SURE_CORRELATION, agreement
from analysis.results import Agreement, Bias, Interval
from shadow.brief import Brief, Text
from shadow.cli.labels import Label, read_labels, refuse
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.progress import bar
from shadow.errors import ConfigError, Unavailable
from shadow.harness import Harness
from shadow.pair import Image
from shadow.worker.alone import judged_alone

HOLD = 3
STORED = """
    select findings.capture_id, pairs.brief_digest, coalesce(briefs.prompt, ''), findings.arm, findings.score
    from findings join pairs using (capture_id) left join briefs using (brief_digest)
    where pairs.migration = $migration and findings.draw = 1 and findings.layer = 'judge' and score is not null
    order by pairs.sequence desc"""
DOUBTS: Mapping[str, str] = {
    "too few pictures": f"fewer than {ENOUGH} pictures were labelled",
    "ranks differently": (
        f"it ranks pictures otherwise than people (rank correlation below {CORRELATION:g}, or not surely above "
        f"{SURE_CORRELATION:g})"
    ),
    "bands differ": f"it puts pictures into other bands than people (weighted kappa below {KAPPA:g})",
    "arms not told apart": "the labels do not tell the arms apart, so nobody knows whether it favours one",
    "favours an arm": "it surely favours one arm by more than the quality margin, which goes straight into the verdict",
    "may favour an arm": "it may favour one arm by more than the quality margin: more labels would tell",
}


@click.group()
def judge() -> None:
    """Hold the judge against people.

    \b
    Example:
      shadow judge calibrate labels.csv
    """


@judge.command()
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--scale", type=float, nargs=2, default=(0.0, 100.0), metavar="LO HI", help="Scale of the scores. Default 0 100."
)
@config_option
@migration_option
@json_option
def calibrate(
    labels: Path, scale: tuple[float, float], config: str | None, migration: str | None, as_json: bool
) -> None:
    """May the judge be trusted? Compare it with what people think of the same pictures.

    LABELS is a CSV with a column score. A row with picture (a path beside the file) and brief (its words) is judged
    now, paid within [budget]; a row with arm and brief (words or digest) or capture is looked up among the pairs on
    file.
    Exit code 0: it may be trusted. 3: not, or not yet.

    \b
    Examples:
      shadow judge calibrate labels.csv                 columns: brief, arm, score
      shadow judge calibrate stars.csv --scale 1 5      columns: picture, brief, arm, score
    """
    rows = read_labels(labels, scale)
    harness = opened(config)
    name = harness.config.named(migration)
    scores = [*_scores(harness, name, labels, rows)]
    found = agreement(
        np.array([row.score for row in rows]),
        np.array(scores),
        [row.arm for row in rows],
        margin=harness.config.verdict.quality_margin,
    )
    if as_json:
        click.echo(json.dumps({"trusted": not found.doubts, **dataclasses.asdict(found)}))
    else:
        click.echo("\n".join(_told(found, harness.config.gate.judge.model)))
    sys.exit(HOLD if found.doubts else 0)


def _scores(harness: Harness, name: str, path: Path, rows: Sequence[Label]) -> list[float]:
    """The judge's points of every row. Raises `InputError` naming the rows that have none."""
    stored = _stored(harness, name) if any(row.picture is None for row in rows) else {}
    pictures = [row for row in rows if row.picture is not None]
    mistakes, found = [], []
    with bar("judgements", total=len(pictures) or None) as progress:
        for row in rows:
            score, why = _now(harness, name, row) if row.picture else _then(stored, row)
            if score is None:
                mistakes.append(f"line {row.line}: {why}")
            found.append(0.0 if score is None else score)
            progress.reach(sum(item.line <= row.line for item in pictures))
    refuse(path, mistakes)
    return found


def _now(harness: Harness, name: str, row: Label) -> tuple[float | None, str]:
    if row.picture is None:
        return None, "no picture"
    image = Image.of(row.picture.read_bytes())
    brief = Brief(parts=(Text(text=row.brief),))
    try:
        paid_as = f"calibrate {brief.digest()[:16]} {image.digest[:16]}"
        finding = judged_alone(harness.benches[name], harness.purse, brief, image, name=paid_as)
    except Unavailable as error:
        return None, f"the judge could not be asked: {error}"
    if finding is None:
        msg = "[gate] layers names no judge, so there is nothing to calibrate."
        raise ConfigError(msg)
    return finding.score, f"{row.picture.name}: {finding.missing or finding.hard_failure}: {finding.reason}"


def _then(stored: Mapping[tuple[str, str], float], row: Label) -> tuple[float | None, str]:
    key = row.capture or row.brief
    return stored.get((key, row.arm)), f"no judgement of the {row.arm}'s picture for {key[:60]!r} is on file"


def _stored(harness: Harness, name: str) -> dict[tuple[str, str], float]:
    """By capture, brief digest and brief words, each with the arm; of a brief that came again the first pair."""
    with harness.ledger.reading() as connection:
        rows = connection.execute(STORED, {"migration": name}).fetchall()
    return {(key, arm): score for *keys, arm, score in rows for key in keys if key}


def _told(found: Agreement, model: str) -> list[str]:
    ranks = f"Spearman {_number(found.spearman)}{_between(found.spearman_interval)}, Kendall {_number(found.kendall)}"
    lines = [
        f"{model} against people on {found.pictures:,} pictures",
        f"  rank correlation  {ranks}",
        f"  bands             weighted kappa {_number(found.kappa)}; the same band for {found.same_band:.0%}",
        f"  points            {found.distance:.1f} apart on average; judge minus people {_bias(found.bias)}",
    ]
    for arm, bias in found.arms.items():
        lines.append(f"  {arm:17} judge minus people {_bias(bias)}, {bias.pictures} pictures")
    if found.favour is not None:
        lines.append(f"  favour            for the candidate beyond that for the incumbent {_bias(found.favour)}")
    if not found.doubts:
        return [*lines, "The judge may be trusted: it ranks and grades as people do, and favours neither arm."]
    return [*lines, f"The judge may not be trusted yet: {'; '.join(DOUBTS[doubt] for doubt in found.doubts)}."]


def _number(value: float | None) -> str:
    return "unknown (no variation)" if value is None else f"{value:.2f}"


def _bias(bias: Bias) -> str:
    return f"{bias.mean:+.1f}{_between(bias.interval, signed=True)}"


def _between(interval: Interval | None, *, signed: bool = False) -> str:
    if interval is None:
        return ""
    low, high = (f"{end:+.1f}" if signed else f"{end:.2f}" for end in (interval.low, interval.high))
    return f" ({interval.level:.0%} interval {low} to {high})"
