"""A CSV of what people think of pictures, for `shadow judge calibrate`."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from shadow.errors import InputError

NAMES: Mapping[str, tuple[str, ...]] = {
    "score": ("score", "human", "human_score", "rating"),
    "picture": ("picture", "image", "file"),
    "brief": ("brief", "prompt"),
    "capture": ("capture", "capture_id"),
    "arm": ("arm",),
}
"""Column of a file to the names under which it is looked for, the first that is there."""
ARMS = ("incumbent", "candidate")
MESSAGES = 20
"""Bad rows that are named; of more only their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a person thinks of one picture."""

    line: int
    score: float
    """[0, 100]."""
    arm: str
    """"" where nobody said."""
    brief: str
    capture: str
    picture: Path | None
    """Judged now; None where the judgement is on file."""


class BadRow(ValueError):  # noqa: N818  the name says what it is
    """Why a row cannot be used."""


def read_labels(path: Path, scale: tuple[float, float]) -> list[Label]:
    """The rows of a file, scores brought to points. Raises `InputError` with every bad row by its line."""
    if not scale[0] < scale[1]:
        msg = f"--scale needs two numbers that rise, not {scale[0]:g} {scale[1]:g}."
        raise InputError(msg)
    columns, rows = _rows(path)
    names = _named(path, columns)
    found, mistakes = [], []
    for line, row in rows:
        try:
            found.append(_label(path, line, {want: (row[name] or "").strip() for want, name in names.items()}, scale))
        except BadRow as why:
            mistakes.append(f"line {line}: {why}")
    refuse(path, mistakes)
    if not found:
        msg = f"{path}: no row to calibrate on."
        raise InputError(msg)
    return found


def refuse(path: Path, mistakes: Sequence[str]) -> None:
    """Raise `InputError` where there are mistakes, the first of them by line."""
    if not mistakes:
        return
    more = f"\n  and {len(mistakes) - MESSAGES} more" if len(mistakes) > MESSAGES else ""
    listed = "".join(f"\n  {mistake}" for mistake in mistakes[:MESSAGES])
    msg = f"{path}: {len(mistakes)} bad rows; nothing was calibrated.{listed}{more}"
    raise InputError(msg)


def _label(path: Path, line: int, row: Mapping[str, str], scale: tuple[float, float]) -> Label:
    arm, brief, capture = (row.get(name, "") for name in ("arm", "brief", "capture"))
    picture = path.parent / row["picture"] if row.get("picture") else None
    if arm and arm not in ARMS:
        _bad(f"arm {arm[:40]!r} is neither {' nor '.join(ARMS)}")
    if picture is not None and not brief:
        _bad("a picture needs the words of its brief")
    if picture is not None and not picture.is_file():
        _bad(f"no picture at {picture}")
    if picture is None and not (arm and (brief or capture)):
        _bad("neither a picture with its brief, nor a brief or a capture with its arm")
    score = _points(row["score"], scale)
    return Label(line=line, score=score, arm=arm, brief=brief, capture=capture, picture=picture)


def _points(text: str, scale: tuple[float, float]) -> float:
    low, high = scale
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        _bad(f"score {text[:40]!r} is not a number" if text else "no score")
    if not low <= score <= high:
        _bad(f"score {score:g} is out of the scale {low:g} to {high:g} (--scale LO HI)")
    return 100 * (score - low) / (high - low)


def _bad(why: str) -> NoReturn:
    raise BadRow(why)


def _rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            rows = [(reader.line_num, row) for row in reader]
            return list(reader.fieldnames or ()), rows
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"{path}: not a CSV in UTF-8: {error}."
        raise InputError(msg) from error


def _named(path: Path, columns: Sequence[str]) -> dict[str, str]:
    lower = {name.strip().lower(): name for name in columns if name}
    found = {want: lower[name] for want, names in NAMES.items() for name in reversed(names) if name in lower}
    if "score" not in found or not {"picture", "brief", "capture"} & set(found):
        msg = (
            f"{path}: needs a column score, and either picture and brief (judged now) or brief or capture and arm "
            f"(judged before). Its columns: {', '.join(columns) or 'none'}."
        )
        raise InputError(msg)
    return found
