"""shadow status."""

import json
from typing import Any

import click

from shadow.cli import money
from shadow.cli.cutover.facts import facts as cutover_facts
from shadow.cli.cutover.facts import lines as cutover_lines
from shadow.cli.options import config_option, json_option, opened
from shadow.harness import Harness


@click.command()
@config_option
@json_option
def status(config: str | None, as_json: bool) -> None:
    """What waits, what is filed, who serves, what was spent. Never holds up a worker.

    \b
    Examples:
      shadow status
      shadow status --json | jq .migrations.pro.ready
      shadow status --json | jq .money.usd_today
    """
    harness = opened(config)
    facts = {name: _facts(harness, name) for name in sorted(harness.config.migration)}
    if as_json:
        click.echo(json.dumps({"migrations": facts, "money": money.facts(harness.config, harness.purse.standing())}))
        return
    for name, fact in facts.items():
        click.echo(f"{name}: {fact['incumbent']} -> {fact['candidate']}, {fact['percent']:g} % on the candidate")
        click.echo(f"  spool: {fact['ready']} ready, {fact['leased']} under way, {fact['buried']} dead letters")
        for reason, count in sorted(fact["lost"].items()):
            click.echo(f"  not compared: {count} {reason} (not yet in the ledger)")
        for text in cutover_lines(fact["cutover"]):
            click.echo(text)
        click.echo(f"  next: {_next(fact)}")
    for line in money.lines(harness.config, harness.purse.standing()):
        click.echo(line)


def _facts(harness: Harness, name: str) -> dict[str, Any]:
    item = harness.config.migration[name]
    depth = harness.spool.depth().get(name, {})
    lost: dict[str, int] = {}
    for loss in harness.spool.losses():
        if loss.migration == name:
            lost[loss.reason] = lost.get(loss.reason, 0) + loss.count
    return {
        "incumbent": item.incumbent,
        "candidate": item.candidate,
        "percent": harness.cutover_file.read().of(name),
        "cutover": cutover_facts(harness, name),
        **{state: depth.get(state, 0) for state in ("ready", "leased", "buried")},
        "lost": lost,
        "begun": (harness.config.home / "scores.duckdb").exists(),
    }


def _next(fact: dict[str, Any]) -> str:
    if fact["ready"]:
        return "`shadow work` compares what waits"
    if not fact["begun"] and not fact["leased"]:
        return "nothing was sent yet: wrap your client, or `shadow run briefs.txt`"
    return "`shadow verdict` says where the evidence stands"
