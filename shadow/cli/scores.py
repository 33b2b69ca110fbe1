"""Scores from elsewhere: a CSV or Parquet file of paired scores, for `shadow verdict` and `shadow report`."""

import csv
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from analysis import study
from analysis.metrics import METRICS
from analysis.results import Study
from analysis.scores import Scores, ledger_of, question_about, texts_of
from shadow.cli.evidence import asked_with, margins_of
from shadow.config import load
from shadow.errors import ConfigError, InputError
from shadow.settings import VerdictSettings

NAMES: Mapping[str, tuple[str, ...]] = {
    "brief": ("brief", "brief_id", "prompt_id", "prompt"),
    "incumbent": ("incumbent", "incumbent_score"),
    "candidate": ("candidate", "candidate_score"),
    "segment": ("segment",),
}
"""Column of a file to the names under which it is looked for, the first that is there."""
MESSAGES = 20
"""Bad rows that are named; of more only their number."""
Row = Mapping[str, Any]


def scores_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """--scores FILE, --scale LO HI, --only COLUMN=VALUE."""
    for option in (
        click.option("--only", metavar="COLUMN=VALUE", multiple=True, help="With --scores: only these rows."),
        click.option(
            "--scale", type=float, nargs=2, default=(0.0, 100.0), metavar="LO HI", help="With --scores: default 0 100."
        ),
        click.option(
            "--scores",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="CSV or Parquet of paired scores: brief, incumbent, candidate, optional segment; blank is a failure.",
        ),
    ):
        verb = option(verb)
    return verb


def study_of_scores(
    path: Path, scale: tuple[float, float], only: Sequence[str], config: str | None, *, panels: bool = False
) -> Study:
    """The study of a file. Raises `InputError` with every bad row by its line."""
    scores = read(path, scale, only)
    settings = _settings(config)
    question = question_about(
        scores, asked_with(settings, margins=margins_of(settings, METRICS), minimum_hours=0.0, settings=_asked(scale))
    )
    now = datetime.now(UTC)
    return study.of(
        ledger_of(scores, question, now=now),
        question,
        made_at=now,
        texts=texts_of(scores),
        source=path.name,
        panels=panels,
    )


def read(path: Path, scale: tuple[float, float], only: Sequence[str] = ()) -> Scores:
    """The rows of a file in points of [0, 100]. Raises `InputError`: out of scale, duplicate brief, not a number."""
    low, high = scale
    if not low < high:
        msg = f"--scale needs two numbers that rise, not {low:g} {high:g}."
        raise InputError(msg)
    columns, rows = _rows(path)
    names = _named(path, columns)
    wanted = [_condition(text, columns) for text in only]
    kept = [(line, row) for line, row in rows if all(str(row[name]) == value for name, value in wanted)]
    mistakes: list[str] = []
    seen: dict[str, int] = {}
    parsed = [found for line, row in kept if (found := _parsed(line, row, names, scale, seen, mistakes)) is not None]
    if mistakes:
        more = f"\n  and {len(mistakes) - MESSAGES} more" if len(mistakes) > MESSAGES else ""
        listed = "".join(f"\n  {mistake}" for mistake in mistakes[:MESSAGES])
        msg = f"{path}: {len(mistakes)} bad rows; nothing was decided.{listed}{more}"
        raise InputError(msg)
    if not parsed:
        msg = f"{path}: no row to decide on."
        raise InputError(msg)
    briefs, incumbent, candidate, segments = zip(*parsed, strict=True)
    return Scores(
        name=path.stem,
        briefs=np.array(briefs, dtype=object),
        incumbent=np.array(incumbent),
        candidate=np.array(candidate),
        segments=segments,
    )


def _parsed(
    line: int,
    row: Row,
    names: Mapping[str, str],
    scale: tuple[float, float],
    seen: dict[str, int],
    mistakes: list[str],
) -> tuple[str, float, float, str] | None:
    brief = _text(row[names["brief"]])
    if not brief:
        mistakes.append(f"line {line}: no brief")
        return None
    if brief in seen:
        mistakes.append(f"line {line}: duplicate brief {brief[:60]!r}, first on line {seen[brief]}")
        return None
    seen[brief] = line
    points = []
    for arm in ("incumbent", "candidate"):
        try:
            points.append(_points(row[names[arm]], scale))
        except ValueError as error:
            mistakes.append(f"line {line}: {names[arm]} {error}")
            return None
    return brief, points[0], points[1], _text(row[names["segment"]]) if "segment" in names else ""


def _points(value: Any, scale: tuple[float, float]) -> float:
    """The score in points; NaN for a blank. Raises `ValueError`."""
    text = _text(value)
    if not text:
        return math.nan
    try:
        score = float(text)
    except ValueError:
        msg = f"{text[:40]!r} is not a number"
        raise ValueError(msg) from None
    low, high = scale
    if not math.isfinite(score):
        msg = f"{text[:40]!r} is not a number"
        raise ValueError(msg)
    if not low <= score <= high:
        msg = f"{score:g} is out of the scale {low:g} to {high:g} (--scale LO HI)"
        raise ValueError(msg)
    return 100 * (score - low) / (high - low)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _rows(path: Path) -> tuple[list[str], list[tuple[int, Row]]]:
    """The columns and the rows, each with its line (CSV, counting the header as 1) or its number plus 1 (Parquet)."""
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    return _parquet(path) if parquet else _csv(path)


def _csv(path: Path) -> tuple[list[str], list[tuple[int, Row]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            found = list(_lines(reader))
            return list(reader.fieldnames or ()), found
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"{path}: not a CSV in UTF-8 ({error}), and not a Parquet file."
        raise InputError(msg) from error


def _lines(reader: "csv.DictReader[str]") -> Iterator[tuple[int, Row]]:
    for row in reader:
        yield reader.line_num, row


def _parquet(path: Path) -> tuple[list[str], list[tuple[int, Row]]]:
    import duckdb

    try:
        with duckdb.connect() as connection:
            result = connection.execute("select * from read_parquet($path)", {"path": os.fspath(path)})
            names = [column[0] for column in result.description or ()]
            rows = result.fetchall()
    except duckdb.Error as error:
        msg = f"{path}: cannot be read as Parquet: {str(error).partition(chr(10))[0]}"
        raise InputError(msg) from error
    return names, [(line, dict(zip(names, row, strict=True))) for line, row in enumerate(rows, 2)]


def _named(path: Path, columns: Sequence[str]) -> dict[str, str]:
    lower = {name.strip().lower(): name for name in columns if name}
    found = {want: lower[name] for want, names in NAMES.items() for name in reversed(names) if name in lower}
    lacking = [want for want in ("brief", "incumbent", "candidate") if want not in found]
    if lacking:
        legal = "; ".join(" or ".join(NAMES[want]) for want in lacking)
        msg = f"{path}: no column {legal}. Its columns: {', '.join(columns) or 'none'}."
        raise InputError(msg)
    return found


def _condition(text: str, columns: Sequence[str]) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or name not in columns:
        msg = f"--only needs COLUMN=VALUE with one of {', '.join(columns)}, not {text!r}."
        raise InputError(msg)
    return name, value


def _settings(config: str | None) -> VerdictSettings:
    """The [verdict] block where there is a config, else the defaults: a file of scores needs none."""
    try:
        return load(config).verdict
    except ConfigError:
        if config is not None or "SHADOW_CONFIG" in os.environ or Path("config.toml").exists():
            raise
        return VerdictSettings()


def _asked(scale: tuple[float, float]) -> dict[str, str]:
    return {"scale": f"{scale[0]!r} to {scale[1]!r}", "source": "scores from a file"}
