"""shadow run."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from itertools import chain
from pathlib import Path
from typing import Any

import click

from shadow.cli.brief_rows import BriefLine
from shadow.cli.briefs import BriefFile, read
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.progress import bar
from shadow.cli.room import need_room
from shadow.cli.sent import Sent
from shadow.errors import InputError

DRAIN_SECONDS = 60.0
AHEAD = 4
"""Rows read ahead for each that is sent at once."""


@click.command()
@click.argument("briefs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@config_option
@migration_option
@click.option("--limit", type=click.IntRange(1), help="Send at most so many of those not sent yet.")
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="Briefs sent at once.")
@click.option("--again", is_flag=True, help="Send also what was sent before from this very file.")
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of sending nothing.")
@json_option
def run(
    briefs: Path,
    config: str | None,
    migration: str | None,
    limit: int | None,
    jobs: int,
    again: bool,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Send a file of BRIEFS through the wrapped live client, as your own generator would.

    One brief a line; or a table with named columns (*.csv, *.tsv); or JSON Lines (*.jsonl). Beside "prompt" a row may
    have "aspect_ratio", "image_size", "seed", "config" (a JSON object of more generation settings), "pictures"
    (reference pictures beside the file; in a table separated by ;), "key" (who is sticky), "segment", "cluster" and
    "tags" (in a table: columns tag.NAME).

    Stopped or out of quota, call it again: rows that were answered are not sent twice.

    \b
    Examples:
      shadow run briefs.txt
      shadow run briefs.csv --limit 150 --migration pro
    """
    harness = opened(config)
    name = harness.config.named(migration)
    model = harness.config.migration[name].incumbent
    file = read(briefs)
    need_room(harness.config.home)
    if file.bad and not skip_bad:
        msg = f"{file.complaint()}\nNothing was sent. Mend the file, or leave these rows out with --skip-bad."
        raise InputError(msg)
    if file.bad:
        click.echo(f"{file.complaint()}\n{file.bad_count} bad rows are left out.", err=True)
    with Sent(harness.config.home, digest=file.digest, incumbent=model) as sent:
        rows = _waiting(file, frozenset() if again else sent.rows())[:limit]
        if not rows:
            return _nothing_left(file, as_json=as_json)
        from shadow.providers.gemini import connect

        door = harness.live.door
        # The live key is google-genai's own; [worker] key_env is for the shadow calls.
        client = harness.live.wrap(connect(harness.config.worker.model_copy(update={"key_env": ""})))

        def send(number: int, line: BriefLine) -> tuple[str, bool]:
            label, answered = _send(client, model, line)
            if answered:
                sent.note(number)  # here, so that it is noted also where the verb is interrupted meanwhile
            return label, answered

        outcomes: Counter[str] = Counter()
        answers = 0
        wanted = frozenset(rows)
        lines = ((number, line) for number, line in file.rows() if number in wanted)
        with bar("briefs", total=len(rows)) as progress, ThreadPoolExecutor(jobs) as pool:
            for label, answered in _answers(pool, send, lines, ahead=AHEAD * jobs):
                outcomes[label] += 1
                answers += answered
                progress.reach(outcomes.total())
        door.close(DRAIN_SECONDS)
    left = len(_waiting(file, sent.rows()))
    _report(outcomes, model=model, left=left, waiting=door.waiting(), as_json=as_json)
    sys.exit(0 if answers else 1)


def _waiting(file: BriefFile, sent: frozenset[int]) -> list[int]:
    return [number for number in file.numbers if number not in sent]


def _answers(
    pool: Executor,
    send: Callable[[int, BriefLine], tuple[str, bool]],
    lines: Iterator[tuple[int, BriefLine]],
    *,
    ahead: int,
) -> Iterator[tuple[str, bool]]:
    """What became of the lines, as the answers come; never more than `ahead` are taken from them."""
    under_way: set[Future[tuple[str, bool]]] = set()
    for line in chain(lines, [None]):
        while len(under_way) >= (1 if line is None else ahead):
            landed, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in landed)
        if line is not None:
            under_way.add(pool.submit(send, *line))


def _nothing_left(file: BriefFile, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"sent": 0, "outcomes": {}, "left": 0, "not_captured": 0}))
        return
    click.echo(f"All {len(file.numbers)} briefs of {file.path} were sent before. --again sends them anew.")


def _send(client: Any, model: str, line: BriefLine) -> tuple[str, bool]:
    """What came of it, countable; and whether the model answered, so that the row is done."""
    from shadow.pair import OutcomeKind
    from shadow.providers.answer import outcome_of_error, picture_of
    from shadow.wrapper import labels

    arguments: dict[str, Any] = {"model": model, "contents": line.contents()}
    if (settings := line.settings()) is not None:
        arguments["config"] = settings
    try:
        with labels(key=line.key, segment=line.segment, cluster=line.cluster, tags=line.tags):
            response = client.models.generate_content(**arguments)
    except Exception as error:  # what the model or the network did is counted, and captured already
        outcome = outcome_of_error(error, model=model, started_at=0.0, latency=0.0)
        return outcome.label, outcome.kind is not OutcomeKind.INFRASTRUCTURE
    return "pictures" if picture_of(response) else "without a picture", True


def _report(outcomes: Counter[str], *, model: str, left: int, waiting: int, as_json: bool) -> None:
    if as_json:
        counted = {"sent": outcomes.total(), "outcomes": outcomes, "left": left, "not_captured": waiting}
        click.echo(json.dumps(counted))
    else:
        parts = ", ".join(f"{count} {label}" for label, count in outcomes.most_common())
        rest = f" {left} of the file are left: call it again." if left else ""
        click.echo(f"{outcomes.total()} briefs sent: {parts}.{rest} `shadow work` compares them.")
    if waiting:
        click.echo(f"{waiting} could not be captured: see the warnings above; --again sends them anew.", err=True)
    if any(label.startswith("404") for label in outcomes):
        click.echo(f"{model} was not found: check `incumbent` in config.toml; `shadow doctor` looks it up.", err=True)
    if any(label.startswith(("401", "403")) or "API_KEY" in label for label in outcomes):
        click.echo("The API refuses the key: check GEMINI_API_KEY; `shadow doctor` looks it up.", err=True)
