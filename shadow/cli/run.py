"""shadow run."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import click

from shadow.cli.briefs import BriefLine, read
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cli.progress import bar

DRAIN_SECONDS = 60.0


@click.command()
@click.argument("briefs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@config_option
@migration_option
@click.option("--limit", type=click.IntRange(1), help="Send only the first so many.")
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="Briefs sent at once.")
@json_option
def run(briefs: Path, config: str | None, migration: str | None, limit: int | None, jobs: int, as_json: bool) -> None:
    """Send a file of BRIEFS through the wrapped live client, as your own generator would.

    One brief a line; or JSON Lines (*.jsonl) with "prompt" and, where wanted, "aspect_ratio", "image_size", "key",
    "segment", "cluster", "tags".

    \b
    Examples:
      shadow run briefs.txt
      shadow run briefs.jsonl --limit 150 --migration pro
    """
    harness = opened(config)
    name = harness.config.named(migration)
    lines = read(briefs, limit)
    from shadow.providers.gemini import connect

    door = harness.live.door
    # The live key is google-genai's own; [worker] key_env is for the shadow calls.
    client = harness.live.wrap(connect(harness.config.worker.model_copy(update={"key_env": ""})))
    model = harness.config.migration[name].incumbent
    outcomes: Counter[str] = Counter()
    with bar("briefs", total=len(lines)) as progress, ThreadPoolExecutor(jobs) as pool:
        for done, sent in enumerate(as_completed([pool.submit(_send, client, model, line) for line in lines]), start=1):
            outcomes[sent.result()] += 1
            progress.reach(done)
    door.close(DRAIN_SECONDS)
    _report(outcomes, door.waiting(), as_json=as_json)


def _send(client: Any, model: str, line: BriefLine) -> str:
    from shadow.providers.answer import label_of_error, picture_of
    from shadow.wrapper import labels

    arguments: dict[str, Any] = {"model": model, "contents": line.prompt}
    if (settings := line.config()) is not None:
        arguments["config"] = settings
    try:
        with labels(key=line.key, segment=line.segment, cluster=line.cluster, tags=line.tags):
            response = client.models.generate_content(**arguments)
    except Exception as error:  # what the model or the network did is counted, and captured already
        return label_of_error(error)
    return "pictures" if picture_of(response) else "without a picture"


def _report(outcomes: Counter[str], waiting: int, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"sent": outcomes.total(), "outcomes": outcomes, "not_captured": waiting}))
        return
    parts = ", ".join(f"{count} {label}" for label, count in outcomes.most_common())
    click.echo(f"{outcomes.total()} briefs sent: {parts}. `shadow work` compares them.")
    if waiting:
        click.echo(f"{waiting} could not be captured: see the warnings above.", err=True)
