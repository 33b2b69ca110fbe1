"""shadow import."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from shadow.cli import money
from shadow.cli.archive import MANIFEST, PREFIX, Archive, Brought
from shadow.cli.briefs import SHOWN_BAD, BriefFile, read
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.progress import bar
from shadow.cli.room import need_room
from shadow.errors import InputError
from shadow.gates.properties import PropertiesLayer
from shadow.harness import Harness
from shadow.pair import Arm
from shadow.prices import Tariff
from shadow.providers.nobody import NobodyProvider

BATCH = 100
"""Rows between two looks at what is in the ledger."""
FILED = "select capture_id from pairs where migration = $migration and starts_with(capture_id, $prefix)"


@click.command("import")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@config_option
@migration_option
@click.option("--ask-candidate", is_flag=True, help="Let the worker ask the candidate where the row has no picture.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, say what it may cost, and bring in nothing.")
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of bringing in nothing.")
@json_option
def import_(
    manifest: Path,
    config: str | None,
    migration: str | None,
    ask_candidate: bool,
    dry_run: bool,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Bring in pictures that were made earlier: the rows of a MANIFEST (*.csv, *.tsv, *.jsonl).

    Columns are those of `shadow run`, "prompt" (or "brief") among them, and "incumbent" and "candidate": the pictures,
    by file name beside the manifest. Without a candidate's picture the row is material for a baseline, made without
    asking either model: `shadow work` gates and files it. Imported pairs never count as evidence unless
    [verdict] imported = "evidence".

    Stopped, call it again: what was brought in is not brought in, nor paid for, twice.

    \b
    Examples:
      shadow import archive.csv --dry-run
      shadow import archive.csv && shadow work --until-empty && shadow baseline freeze
    """
    harness = opened(config)
    name = harness.config.named(migration)
    file = read(manifest, MANIFEST)
    need_room(harness.config.home)
    archive = _archive(harness, name, manifest.parent, ask_candidate=ask_candidate)
    checked = _checked(archive, file, _filed(harness, name), harness.bench(name, NobodyProvider()).tariff)
    if checked.bad_count and not skip_bad and not dry_run:
        advice = "Nothing was brought in. Mend the file, or leave these rows out with --skip-bad."
        msg = f"{checked.complaint}\n{advice}"
        raise InputError(msg)
    if checked.bad_count:
        click.echo(f"{checked.complaint}\n{checked.bad_count} bad rows are left out.", err=True)
    if not dry_run:
        _bring(harness, archive, file, checked.rows)
    _told(name, checked, dry_run=dry_run, as_json=as_json)
    sys.exit(0 if checked.rows or checked.known else 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a manifest holds."""

    rows: Sequence[int]
    """Lines that are to be brought in."""
    known: int
    """Rows that are in the ledger."""
    asked: int
    """Rows whose candidate the worker is to ask for."""
    nano: int
    """Nano-USD that gating and asking may cost at most."""
    bad_count: int
    complaint: str
    """What is wrong with the first bad rows, by line and column."""


def _archive(harness: Harness, name: str, folder: Path, *, ask_candidate: bool) -> Archive:
    settings = harness.config.migration[name]
    return Archive(
        migration=name,
        models={Arm.INCUMBENT: settings.incumbent, Arm.CANDIDATE: settings.candidate},
        folder=folder,
        layer=PropertiesLayer(harness.config.gate.properties),
        ask_candidate=ask_candidate,
        at=time.time(),
    )


def _checked(archive: Archive, file: BriefFile, filed: frozenset[str], tariff: Tariff) -> Checked:
    """Look at every row before one is kept: half an archive is no baseline."""
    rows: list[int] = []
    bad, known, asked, nano = dict(file.bad), 0, 0, 0
    bad_count = file.bad_count
    with bar("rows checked", total=len(file.numbers)) as progress:
        for done, (number, line) in enumerate(file.rows(), start=1):
            try:
                item = archive.brought(line)
                if item.capture.capture_id in filed:
                    known += 1
                    continue
                archive.check(item)
            except InputError as error:
                bad_count += 1
                bad[number] = str(error)
                continue
            rows.append(number)
            asked += not item.progress
            nano += _price(tariff, item, archive.models[Arm.CANDIDATE])
            progress.reach(done)
    first = dict(sorted(bad.items())[:SHOWN_BAD])
    complaint = replace(file, bad=first, bad_count=bad_count).complaint()
    return Checked(rows=rows, known=known, asked=asked, nano=nano, bad_count=bad_count, complaint=complaint)


def _price(tariff: Tariff, item: Brought, candidate: str) -> int:
    brief = item.capture.brief
    pictures = 1 + sum(other.outcome.image is not None for other in item.progress) + (not item.progress)
    gated = sum(tariff.layer(layer, brief) for layer in tariff.gate.layers)
    return pictures * gated + (0 if item.progress else tariff.generation(brief, candidate))


def _bring(harness: Harness, archive: Archive, file: BriefFile, rows: Sequence[int]) -> None:
    wanted = frozenset(rows)
    filed: frozenset[str] = frozenset()
    with bar("rows", total=len(rows)) as progress:
        lines = (line for number, line in file.rows() if number in wanted)
        for done, line in enumerate(lines):
            if done % BATCH == 0:
                filed = _filed(harness, archive.migration)  # what a worker filed meanwhile it must not be given again
            item = archive.brought(line)
            if item.capture.capture_id not in filed:
                for image in item.images:
                    harness.images.write(image)
                harness.spool.put(item.capture, item.progress)
            progress.reach(done + 1)


def _filed(harness: Harness, name: str) -> frozenset[str]:
    """The imported captures of a migration that are in the ledger."""
    if not harness.ledger.path.exists():
        return frozenset()
    with harness.ledger.reading() as connection:
        rows = connection.execute(FILED, {"migration": name, "prefix": PREFIX}).fetchall()
    return frozenset(row[0] for row in rows)


def _told(name: str, checked: Checked, *, dry_run: bool, as_json: bool) -> None:
    usd = money.usd(checked.nano)
    if as_json:
        told = {
            "rows": len(checked.rows),
            "known": checked.known,
            "bad": checked.bad_count,
            "ask_candidate": checked.asked,
            "usd_at_most": usd,
            "dry_run": dry_run,
        }
        click.echo(json.dumps(told))
        return
    done = "would be brought in" if dry_run else "brought in"
    known = f", {checked.known} were in the ledger already" if checked.known else ""
    asked = f"; for {checked.asked} of them the candidate is asked" if checked.asked else "; nothing is generated"
    click.echo(f"{name}: {len(checked.rows)} rows {done}{known}{asked}. Gating them costs at most {usd:.4f} USD.")
    if not dry_run:
        click.echo("`shadow work` gates and files them. They make the baseline; the verdict does not count them.")
