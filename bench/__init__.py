"""Benchmarks: ratios against named alternatives, each measured in one interleaved run.

A module of this folder with a function `tables` is a benchmark; `python -m bench` runs them all. Ratios are what is
promised; milliseconds belong to the machine and the hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What one measurement found."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    """Goals and how they were met, what was left out and why."""

    def __str__(self) -> str:
        """Aligned columns, the first to the left and numbers to the right, notes below."""
        lines = [self.columns, *self.rows]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.columns))]
        text = [self.title, "-" * len(self.title)]
        for first, *rest in lines:
            cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
            text.append("  ".join(cells).rstrip())
        return "\n".join([*text, *(f"  {note}" for note in self.notes), ""])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed (nearest rank, Hyndman and Fan 1996, type 1)."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -(-int(share * len(ordered) * 1000) // 1000) - 1))]


def met(goal: str, *, holds: bool) -> str:
    """A goal and whether this run met it."""
    return f"{'met   ' if holds else 'MISSED'} {goal}"
