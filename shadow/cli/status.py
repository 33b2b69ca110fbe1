"""shadow status."""

import contextlib
import json
import time
from datetime import UTC, datetime

import click

from shadow.cli import money
from shadow.cli.options import config_option, json_option, opened
from shadow.cli.overview import Evidence, Overview, evidence_of, overview
from shadow.harness import Harness

EVIDENCE_SECONDS = 10.0
"""While watching, the ledger is read no more often than this, and only where it has changed."""


@click.command()
@config_option
@json_option
@click.option("--watch", is_flag=True, help="Go on showing it until Ctrl-C.")
@click.option(
    "--every", type=click.FloatRange(0.2), default=2.0, show_default=True, metavar="SECONDS", help="With --watch."
)
def status(config: str | None, as_json: bool, watch: bool, every: float) -> None:
    """What waits, what is filed, how the evidence lies, who serves, what was spent, what comes next.

    A live table in a terminal, plain lines elsewhere. It writes nothing; a worker waits for it no longer than it takes
    to copy the columns.

    \b
    Examples:
      shadow status --watch
      shadow status --json | jq .migrations.pro.ready
      shadow status --json | jq .money.usd_today
    """
    desk = Desk(opened(config))
    if as_json:
        facts = {item.name: item.facts() for item in desk.overviews()}
        harness = desk.harness
        click.echo(json.dumps({"migrations": facts, "money": money.facts(harness.config, harness.purse.standing())}))
        return
    with contextlib.suppress(KeyboardInterrupt):  # how watching ends
        _show(desk, every=every if watch else None)


class Desk:
    """Looks at a harness again and again, at the ledger only now and then."""

    def __init__(self, harness: Harness) -> None:
        """Nothing is read yet."""
        self.harness = harness
        self._names = sorted(harness.config.migration)
        self._evidence: dict[str, Evidence | None] = {}
        self._read_at = -EVIDENCE_SECONDS
        self._seen: int | None = None

    def overviews(self) -> list[Overview]:
        """Every migration now."""
        self._look()
        return [overview(self.harness, name, self._evidence.get(name)) for name in self._names]

    def money(self) -> list[str]:
        """What was spent, one fact a line."""
        return money.lines(self.harness.config, self.harness.purse.standing())

    def _look(self) -> None:
        ledger = self.harness.config.home / "scores.duckdb"
        written = ledger.stat().st_mtime_ns if ledger.exists() else None
        now = time.monotonic()
        # The throughput falls while nothing is written, so an unchanged ledger is read once a minute all the same.
        waited = now - self._read_at
        if self._evidence and (waited < EVIDENCE_SECONDS or (written == self._seen and waited < 6 * EVIDENCE_SECONDS)):
            return
        found = {name: evidence_of(self.harness, name) for name in self._names}
        # A ledger that is busy at this moment keeps what was last read of it.
        self._evidence = {name: item or self._evidence.get(name) for name, item in found.items()}
        self._read_at, self._seen = now, written


def _show(desk: Desk, *, every: float | None) -> None:
    """Once, or again and again every so many seconds."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        _plain(desk, every=every)
        return
    from shadow.cli.board import board

    if every is None:
        console.print(board(desk.overviews(), desk.money(), at=datetime.now(UTC)))
        return
    from rich.live import Live

    with Live(console=console, screen=True, auto_refresh=False) as live:
        while True:
            live.update(board(desk.overviews(), desk.money(), at=datetime.now(UTC)), refresh=True)
            time.sleep(every)


def _plain(desk: Desk, *, every: float | None) -> None:
    while True:
        for item in desk.overviews():
            click.echo("\n".join(_lines(item)))
        click.echo("\n".join(desk.money()))
        if every is None:
            return
        click.echo("")
        time.sleep(every)


def _lines(item: Overview) -> list[str]:
    depth = item.depth
    lines = [
        f"{item.name}: {item.incumbent} -> {item.candidate}, {item.percent:g} % on the candidate",
        f"  spool: {depth['ready']} ready, {depth['leased']} under way, {depth['buried']} dead letters",
    ]
    if item.evidence is not None:
        from reports.summary import guard_line
        from shadow.cli.board import throughput

        result = item.evidence.study
        lines.append(f"  filed: {throughput(item.evidence)}")
        lines.append(f"  evidence: {result.verdict.decision.value}, {result.verdict.pairs:,} pairs counted")
        lines += [f"  {guard_line(guard, result)}" for guard in result.guards]
    lines += [f"  {note}" for note in item.notes]
    return [*lines, f"  next: {item.next_step}"]
