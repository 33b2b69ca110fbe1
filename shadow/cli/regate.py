"""shadow regate."""

import dataclasses
import json
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime

import click

from shadow.cli import money
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.progress import bar
from shadow.errors import InputError
from shadow.gates.scoring import scorings_of
from shadow.harness import Harness
from shadow.providers.nobody import NobodyProvider
from shadow.regating.journal import FILE_NAME, Journal
from shadow.regating.plan import Planner, Task, calls, price
from shadow.regating.round import Done, Round, alone
from shadow.regating.walk import Walk
from shadow.settings import legal
from shadow.store import versions
from shadow.store.versions import Version

STAY = (
    "The verdict does not count older pairs by this: a changed rubric, floor or model asks another question, and only "
    "pairs dispatched after that count. The new scores are for `shadow baseline freeze` and for comparing."
)


@click.command()
@config_option
@migration_option
@click.option("--layer", "only", metavar="NAME", multiple=True, help="Only this layer; may be said several times.")
@click.option("--since", type=click.DateTime(), help="Only pairs dispatched since then (UTC).")
@click.option("--limit", type=click.IntRange(1), help="At most so many pictures now.")
@click.option("--threads", type=click.IntRange(1, 64), help="Pictures scored at once. Default: [worker] threads.")
@click.option("--dry-run", is_flag=True, help="Say what there is to do and what it may cost, and do nothing.")
@json_option
def regate(
    config: str | None,
    migration: str | None,
    only: tuple[str, ...],
    since: datetime | None,
    limit: int | None,
    threads: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Score stored pictures again under the present rubric, floor or models. Nothing is generated.

    Every new score stands in the ledger as a version beside the old ones, which stay. Whatever was scored under the
    present settings already is left alone, so a second call does nothing. Paid within [budget]; stopped or killed,
    call it again: what arrived is not paid for twice.

    \b
    Examples:
      shadow regate --dry-run             what a new rubric would cost on the pictures there are
      shadow regate --layer judge
      shadow regate --since 2026-06-01 --limit 200
    """
    harness = opened(config)
    name = harness.config.named(migration)
    for layer in only:
        if layer not in harness.config.gate.layers:
            msg = f"--layer {layer!r} is not among [gate] layers. {legal(layer, list(harness.config.gate.layers))}"
            raise InputError(msg)
    with alone(harness.config.home):
        journal = Journal(harness.config.home / FILE_NAME)
        if not dry_run and (waiting := journal.waiting()):  # what a killed round left behind
            harness.ledger.rescore(waiting)
            journal.forget(waiting)
        tasks = due(harness, name, only, since)[:limit]
        if dry_run:
            _planned(harness, name, tasks, as_json=as_json)
            return
        done = _done(harness, name, tasks, journal, threads or harness.config.worker.threads)
        journal.close()
    _told(harness, name, done, as_json=as_json)
    sys.exit(130 if done.stopped else 1 if done.left else 0)


def due(harness: Harness, name: str, only: Sequence[str] = (), since: datetime | None = None) -> list[Task]:
    """The pictures of a migration that have no scores under the present settings, oldest first."""
    scorings = scorings_of(harness.config.gate)
    with harness.ledger.reading() as connection:
        settings = {**versions.settings(connection), **{scoring.digest: scoring.settings for scoring in scorings}}
        stored = list(versions.stored(connection, name, since))
    planner = Planner(gate=harness.config.gate, scorings=scorings, settings=settings, only=only)
    return [task for item in stored if (task := planner.task(item)) is not None]


def most(harness: Harness, name: str, tasks: Sequence[Task]) -> int:
    """Nano-USD that these tasks may cost at most."""
    return price(tasks, harness.bench(name, NobodyProvider()).tariff)


def _done(harness: Harness, name: str, tasks: Sequence[Task], journal: Journal, threads: int) -> Done:
    paid = set(calls(tasks)) - {"properties"}
    bench = harness.bench(name, harness.provider(name) if paid else NobodyProvider())
    stop = threading.Event()
    walk = Walk(
        migration=name,
        layers=bench.layers,
        provider=bench.provider,
        tariff=bench.tariff,
        purse=harness.purse,
        read=harness.images.read,
        keep=journal.put,
        attempts=harness.config.worker.attempts,
        sleep=stop.wait,
    )
    work = Round(walk=walk.walk, journal=journal, ledger=harness.ledger, threads=threads, stop=stop)

    def ask_to_stop(number: int, frame: object) -> None:
        del number, frame
        click.echo("Finishing what is under way.", err=True)
        work.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    with bar("pictures", total=len(tasks)) as progress:
        return work.run(tasks, on_change=progress.reach)


def _planned(harness: Harness, name: str, tasks: Sequence[Task], *, as_json: bool) -> None:
    asked, nano = calls(tasks), most(harness, name, tasks)
    if as_json:
        click.echo(json.dumps({"pictures": len(tasks), "calls": asked, "usd_at_most": money.usd(nano)}))
    elif not tasks:
        click.echo(f"{name}: every stored picture has its scores under the present settings.")
    else:
        looks = ", ".join(f"{count} x {layer}" for layer, count in asked.items()) or "nobody is asked"
        click.echo(f"{name}: {len(tasks)} pictures to score again: {looks}; at most {money.usd(nano):.4f} USD.")
        click.echo(STAY)


def _told(harness: Harness, name: str, done: Done, *, as_json: bool) -> None:
    with harness.ledger.reading() as connection:
        told = versions.versions(connection, name)
    present = {scoring.digest for scoring in scorings_of(harness.config.gate)}
    spent = money.usd(harness.purse.spent)
    if as_json:
        listed = [{**dataclasses.asdict(item), "present": item.scoring in present} for item in told]
        click.echo(json.dumps({**dataclasses.asdict(done), "usd": spent, "versions": listed}))
        return
    click.echo(f"{name}: {done.pictures} pictures scored again, {done.findings} findings; {spent:.4f} USD spent.")
    if done.left:
        why = "the budget is spent" if done.over_budget else done.why or "stopped"
        click.echo(f"{done.left} are left ({why}): call it again.")
    for item in told:
        click.echo(_version_line(item, present=item.scoring in present))
    click.echo(STAY)


def _version_line(item: Version, *, present: bool) -> str:
    when = "present settings" if present else f"settings {item.scoring}" if item.scoring else "settings not noted"
    if not item.incumbents and not item.candidates:
        return f"  {item.layer}, {when}: no scores"
    means = f"incumbent {_mean(item.incumbent_mean)} ({item.incumbents}), candidate {_mean(item.candidate_mean)}"
    gap = "" if item.difference is None else f"; candidate - incumbent {item.difference:+.4g} over {item.pairs} pairs"
    return f"  {item.layer}, {when}: {means} ({item.candidates}){gap}"


def _mean(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"
