"""A study in a notebook: `from analysis import Study`, on a ledger file or on a table of paired scores.

It shows itself as a small plain table, made here: the analysis knows nothing of the reports, so the page with its
words, charts and pictures is `reports.render.render(study.result, picture=...)` or `shadow report`.
"""

import html
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from analysis import results, scores, study
from analysis.arrays import Floats
from analysis.columns import Ledger
from analysis.looking import asked
from analysis.question import Question
from analysis.table import Table, table

TONES: Mapping[results.Decision, str] = {
    results.Decision.GO: "#17663a",
    results.Decision.HOLD: "#7d5200",
    results.Decision.ROLLBACK: "#a11f17",
}
HEADS = ("guard", "pairs", "incumbent", "candidate", "difference", "interval", "margin", "evidence", "pairs needed")
NOTHING = "\N{EN DASH}"


class Study:
    """A ledger file or a table of scores under a question, decided at once.

    `Study("scores.duckdb", migration="pro")` reads the newest epoch of a ledger, which no worker may hold at that
    moment. `Study(frame)` takes a pandas or polars DataFrame, a pyarrow Table or a mapping of columns, with
    "brief", "incumbent", "candidate" and perhaps "segment"; `scale` says from where to where the scores go, a missing
    score is a failure.

    This is a look for yourself: the pairs are asked the `question` given here, by default the shipped margins, whatever
    question they were collected under. The verdict that stands in the ledger is the one of `shadow verdict`.
    """

    def __init__(
        self,
        source: Any,
        *,
        migration: str | None = None,
        question: Question | None = None,
        scale: tuple[float, float] = (0.0, 100.0),
    ) -> None:
        """Raises ValueError, saying what is legal, for a missing column, migration or score out of scale."""
        now = datetime.now(UTC)
        if isinstance(source, str | os.PathLike):
            self.ledger, self.question = _of_file(Path(source), migration, question or Question())
            name = ""
        else:
            name = migration or "scores"
            self.ledger, self.question = _of_frame(source, name, question or Question(), scale, now)
        self.result = study.of(self.ledger, self.question, made_at=now, source=name)
        """Every number, as `analysis.results.Study`."""

    @property
    def decision(self) -> str:
        """ "GO", "HOLD" or "ROLLBACK"."""
        return self.result.verdict.decision.value

    def pairs(self) -> Table:
        """Every pair as aligned numpy columns; `pandas.DataFrame(study.pairs())` makes a frame of them."""
        return table(self.ledger, self.question)

    def __repr__(self) -> str:
        """Decision and pairs on one line."""
        found = self.result
        return f"<Study {found.migration}: {self.decision}, {found.verdict.pairs} pairs, {len(found.guards)} guards>"

    def _repr_html_(self) -> str:
        """What Jupyter shows: decision, reasons and guards, every text escaped."""
        verdict = self.result.verdict
        rows = "".join(_row(_cells(guard)) for guard in self.result.guards)
        reasons = "; ".join(dict.fromkeys(_reason(reason) for reason in verdict.reasons))
        needed = f", about {verdict.pairs_needed:,} more pairs" if verdict.pairs_needed else ""
        title = f"{self.result.migration}, {verdict.pairs:,} pairs{needed}"
        return (
            f'<div><p><strong style="color: {TONES[verdict.decision]}; font-size: 1.4em">{self.decision}</strong> '
            f"{html.escape(title)}<br><small>{html.escape(reasons)}</small></p>"
            f"<table><thead>{_row(HEADS, tag='th')}</thead><tbody>{rows}</tbody></table></div>"
        )


def _of_file(path: Path, migration: str | None, question: Question) -> tuple[Ledger, Question]:
    import duckdb

    from analysis import relations

    if not path.is_file():
        message = f"{path}: no such ledger; it is the scores.duckdb in the home of the harness"
        raise ValueError(message)
    with duckdb.connect(path, read_only=True) as connection:
        told = connection.execute("select distinct migration from pairs order by migration").fetchall()
        names = [str(name) for (name,) in told]
        ledger = relations.read(connection, _named(path, migration, names))
    if ledger.epoch is not None:
        # The pairs of the newest epoch are asked this question, whatever they were collected under.
        ledger = replace(ledger, epoch=replace(ledger.epoch, question=asked(ledger, question).digest()))
    return ledger, question


def _named(path: Path, migration: str | None, names: Sequence[str]) -> str:
    if migration is None and len(names) == 1:
        return names[0]
    if migration is None or migration not in names:
        message = f"{path}: migration={migration!r}; legal: {', '.join(names) or 'none, nothing is filed yet'}"
        raise ValueError(message)
    return migration


def _of_frame(
    frame: Any, name: str, question: Question, scale: tuple[float, float], now: datetime
) -> tuple[Ledger, Question]:
    # pandas and polars name their columns so, pyarrow otherwise; a mapping has keys.
    told = getattr(frame, "column_names", None) or getattr(frame, "columns", None)
    columns = [str(column) for column in (frame if told is None else told)]
    for wanted in ("brief", "incumbent", "candidate"):
        if wanted not in columns:
            message = f"no column {wanted!r} among {', '.join(columns)}; rename one"
            raise ValueError(message)
    briefs = np.array([str(brief) for brief in np.asarray(frame["brief"])], dtype=object)
    if len(set(briefs)) < briefs.size:
        message = "a brief stands in several rows; one row a brief is the unit of evidence"
        raise ValueError(message)
    segments = _words(frame["segment"]) if "segment" in columns else [""] * briefs.size
    found = scores.Scores(
        name=name,
        briefs=briefs,
        incumbent=_points(frame["incumbent"], "incumbent", scale),
        candidate=_points(frame["candidate"], "candidate", scale),
        segments=segments,
    )
    asked_of_scores = scores.question_about(found, question)
    return scores.ledger_of(found, asked_of_scores, now=now), asked_of_scores


def _points(column: Any, name: str, scale: tuple[float, float]) -> Floats:
    """The scores as points in [0, 100], NaN where there is none."""
    low, high = scale
    values = np.array([np.nan if value is None else value for value in np.asarray(column)], dtype=np.float64)
    outside = values[(values < low) | (values > high)]
    if outside.size:
        message = f"{name}: {outside[0]:g} is out of the scale {low:g} to {high:g}; say scale=(LOW, HIGH)"
        raise ValueError(message)
    points: Floats = 100 * (values - low) / (high - low)
    return points


def _words(column: Any) -> list[str]:
    # A missing text is None in most frames and a NaN, which differs from itself, in pandas.
    return ["" if word is None or word != word else str(word) for word in np.asarray(column)]


def _reason(reason: results.Reason) -> str:
    return f"{reason.guard}: {reason.code.value}" if reason.guard else reason.code.value


def _cells(guard: results.GuardResult) -> tuple[str, ...]:
    interval = guard.interval
    needed = guard.pairs_needed
    return (
        guard.name,
        f"{guard.pairs:,}",
        _number(guard.incumbent_mean),
        _number(guard.candidate_mean),
        f"{_number(guard.estimate, '+')} {guard.unit}",
        f"{_number(interval.low, '+')} to {_number(interval.high, '+')}" if interval else NOTHING,
        _number(guard.margin),
        "GO" if guard.go else f"{np.exp(min(guard.log_e_go, 30.0)):.3g}",
        NOTHING if needed is None else f"{needed:,}",
    )


def _number(value: float | None, sign: str = "") -> str:
    return NOTHING if value is None else f"{value:{sign}.4g}"


def _row(cells: Sequence[str], *, tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"
