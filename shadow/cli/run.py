"""shadow run."""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import click

from shadow.cli.briefs import BriefFile, BriefLine, read
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.progress import bar
from shadow.cli.room import need_room
from shadow.cli.sent import Sent
from shadow.errors import InputError

DRAIN_SECONDS = 60.0


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
        click.echo(f"{file.complaint()}\n{len(file.bad)} bad rows are left out.", err=True)
    with Sent(harness.config.home, digest=file.digest, incumbent=model) as sent:
        rows = _waiting(file, frozenset() if again else sent.rows())[:limit]
        if not rows:
            return _nothing_left(file, as_json=as_json)
        from shadow.providers.gemini import connect

        door = harness.live.door
        # The live key is google-genai's own; [worker] key_env is for the shadow calls.
        client = harness.live.wrap(connect(harness.config.worker.model_copy(update={"key_env": ""})))
        outcomes: Counter[str] = Counter()
        answered = 0
        with bar("briefs", total=len(rows)) as progress, ThreadPoolExecutor(jobs) as pool:
            under_way = {pool.submit(_send, client, model, file.rows[number]): number for number in rows}
            for done, future in enumerate(as_completed(under_way), start=1):
                label, done_with = future.result()
                outcomes[label] += 1
                if done_with:
                    answered += 1
                    sent.note(under_way[future])
                progress.reach(done)
        door.close(DRAIN_SECONDS)
    left = len(_waiting(file, sent.rows()))
    _report(outcomes, model=model, left=left, waiting=door.waiting(), as_json=as_json)
    sys.exit(0 if answered else 1)


def _waiting(file: BriefFile, sent: frozenset[int]) -> list[int]:
    return [number for number in file.rows if number not in sent]


def _nothing_left(file: BriefFile, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"sent": 0, "outcomes": {}, "left": 0, "not_captured": 0}))
        return
    click.echo(f"All {len(file.rows)} briefs of {file.path} were sent before. --again sends them anew.")


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
