"""`shadow status` as a live table in a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analysis.results import GuardResult, Study
from reports.quantities import bounds, duration, percent
from reports.reasons import reason_sentence
from reports.sections.evidence import GuardRow, evidence
from reports.summary import heading
from reports.wording import next_steps, verdict_sentence
from shadow.cli.overview import Evidence, Overview

COLOURS = {"GO": "green", "HOLD": "yellow", "ROLLBACK": "red"}
STANDINGS = {"holds": ("✓", "green"), "open": ("…", "yellow"), "fails": ("✕", "red")}
BAR = 8
"""Characters of the bar that shows how much of the evidence for GO is there."""


def board(overviews: Sequence[Overview], money: Sequence[str], *, at: datetime) -> RenderableType:
    """Every migration, then the money of the home."""
    head = Text.assemble(("shadow status", "bold"), (f"   {at:%Y-%m-%d %H:%M:%S} UTC", "dim"))
    parts: list[RenderableType] = [head, Text()]
    for item in overviews:
        parts += [_title(item), *_evidence(item), Padding(_work(item), (0, 0, 1, 2))]
    spent = Table.grid(padding=(0, 2))
    spent.add_column(style="dim")
    spent.add_column()
    for line in money:
        name, told, rest = line.partition(": ")
        spent.add_row(*(("", line.strip()) if line.startswith(" ") or not told else (name, rest)))
    return Group(*parts, Padding(spent, (0, 0, 0, 2)))


def verdict_board(study: Study) -> RenderableType:
    """One verdict: the answer, why, the guards, what to do next."""
    decision = study.verdict.decision.value
    colour = COLOURS[decision]
    said = Text.assemble((f" {decision} ", f"bold reverse {colour}"), ("  ", ""), (verdict_sentence(study), "bold"))
    why = Table.grid(padding=(0, 1))
    for reason in study.verdict.reasons:
        why.add_row(Text("•", colour), Text(reason_sentence(reason)))
    after = Table.grid(padding=(0, 1))
    for step in next_steps(study):
        words = Text.assemble((step.text, ""), (f"\n{step.command}" if step.command else "", "cyan"))
        after.add_row(Text("→", "bold"), words)
    parts = [Padding(said, (1, 0, 0, 0)), Padding(why, (1, 0, 0, 1))]
    parts += [Padding(Guards(study), (1, 0, 1, 1))] if study.guards else []
    return Group(Text(heading(study), "dim"), *parts, Padding(after, (0, 0, 1, 1)))


def _title(item: Overview) -> Text:
    return Text.assemble(
        (item.name, "bold"),
        ("   ", ""),
        (item.incumbent, ""),
        (" → ", "dim"),
        (item.candidate, ""),
        (f"   {percent(item.percent)} of live traffic on the candidate", "dim"),
    )


def _evidence(item: Overview) -> list[RenderableType]:
    if item.evidence is None:
        return []
    verdict = item.evidence.study.verdict
    said = Text.assemble(
        (f" {verdict.decision.value} ", f"bold reverse {COLOURS[verdict.decision.value]}"),
        (f"  {verdict.pairs:,} pairs counted", ""),
        (_needed(item.evidence), "dim"),
    )
    return [Padding(said, (1, 0, 0, 2)), Padding(Guards(item.evidence.study), (1, 0, 1, 2))]


def _needed(found: Evidence) -> str:
    needed = found.study.verdict.pairs_needed
    if not needed:
        return ""
    left = found.minutes_left
    return f", about {needed:,} more needed" + (f": {duration(60 * left)} at this rate" if left is not None else "")


@dataclass(frozen=True, slots=True)
class Guards:
    """Every guard of a study on one line; a narrow terminal gets fewer columns, never half a name."""

    study: Study

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, as wide as there is room for."""
        del console
        rows = evidence(self.study, drawn=False)
        chosen = [head for head, least in COLUMNS.items() if options.max_width >= least]
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="dim")
        for head in chosen:
            table.add_column(head, justify="right" if head in RIGHT else "left", no_wrap=True)
        for row, guard in zip(rows.rows, self.study.guards, strict=True):
            told = _guard(row, guard, self.study.verdict.threshold_go)
            table.add_row(*(told[head] for head in chosen))
        yield table


COLUMNS = {
    "guard": 0,
    "now": 0,
    "difference": 0,
    "interval": 78,
    "allowed loss": 132,
    "evidence for GO": 100,
    "pairs needed": 115,
}
"""Columns, and from which width of the terminal on they are shown."""
RIGHT = frozenset(("difference", "interval", "allowed loss", "pairs needed"))


def _guard(row: GuardRow, guard: GuardResult, threshold: float) -> dict[str, Text]:
    sign, colour = STANDINGS[row.standing]
    share = min(max(guard.log_e_go / threshold, 0.0), 1.0) if threshold > 0 else 0.0
    full = round(share * BAR)
    strength = Text.assemble(("━" * full, colour), ("━" * (BAR - full), "bright_black"), (f" {row.evidence}", "dim"))
    interval = bounds(guard.interval.low, guard.interval.high, guard.unit) if guard.interval else row.interval
    return {
        "guard": Text(row.label),
        "now": Text.assemble((f"{sign} {row.standing_words}", colour)),
        "difference": Text(row.difference, "bold"),
        "interval": Text(interval),
        "allowed loss": Text(row.margin, "dim"),
        "evidence for GO": strength,
        "pairs needed": Text(row.needed, "dim"),
    }


def _work(item: Overview) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    grid.add_row("spool", Text(_spool(item)))
    if item.evidence is not None:
        grid.add_row("filed", Text(throughput(item.evidence)))
    for note in item.notes:
        grid.add_row("note", Text(note, "yellow"))
    grid.add_row("next", Text(item.next_step, "bold"))
    return grid


def _spool(item: Overview) -> str:
    return f"{item.depth['ready']:,} ready, {item.depth['leased']:,} under way, {item.depth['buried']:,} dead letters"


def throughput(found: Evidence) -> str:
    """Pairs filed, in words."""
    return f"{found.filed:,} pairs, {found.last_hour:,} in the last hour, {found.per_minute:,.1f} a minute now"
