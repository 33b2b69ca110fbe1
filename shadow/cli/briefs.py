"""Files of briefs: plain text (one brief a line), CSV, TSV or JSON Lines, told apart by the file's ending.

A file is read line by line, once to look for mistakes and once to be sent, so that its length costs no memory.
"""

import csv
import hashlib
import json
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from shadow.cli.brief_rows import BRIEFS_ALONE, BriefLine, Columns, Record, line_of
from shadow.errors import InputError
from shadow.settings import legal

SHOWN_BAD = 10
"""Bad rows that an error names."""
BETWEEN_PICTURES = ";"
TAG = "tag."
"""A column `tag.NAME` of a table is the tag NAME."""
OPEN_QUOTE = "Is a quote opened there and never closed? A quote inside a quoted text is written twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFile:
    """What a file of briefs holds."""

    path: Path
    digest: str
    """sha256 of the file's bytes, in hexadecimal."""
    numbers: Sequence[int]
    """The numbers of the lines on which the good rows end, in the file's order."""
    bad: Mapping[int, str]
    """What is wrong with the first ten rows that cannot be sent, by the same number."""
    bad_count: int
    columns: Columns = BRIEFS_ALONE

    def rows(self) -> Iterator[tuple[int, BriefLine]]:
        """The good rows with their numbers, read from the file again. Raises `InputError`."""
        for number, row in _rows(self.path, self.columns):
            if isinstance(row, BriefLine):
                yield number, row

    def complaint(self) -> str:
        """The bad rows by line, the first ten of them."""
        shown = [f"{self.path}, line {number}: {reason}" for number, reason in self.bad.items()]
        more = self.bad_count - len(shown)
        return "\n".join(shown + ([f"... and {more} more."] if more else []))


def read(path: Path, columns: Columns = BRIEFS_ALONE) -> BriefFile:
    """Look through a file, blank lines skipped. Raises `InputError` where it is no file of briefs at all."""
    with _readable(path), path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    numbers = array("Q")
    bad: dict[int, str] = {}
    bad_count = 0
    for number, row in _rows(path, columns):
        if isinstance(row, BriefLine):
            numbers.append(number)
            continue
        bad_count += 1
        if len(bad) < SHOWN_BAD:
            bad[number] = row
    if not numbers and not bad:
        msg = f"{path}: there is no brief in it."
        raise InputError(msg)
    return BriefFile(path=path, digest=digest, numbers=numbers, bad=bad, bad_count=bad_count, columns=columns)


Numbered = Iterator[tuple[int, Record | str]]
"""Line numbers with a record, or with the words for why there is none."""
Reader = Callable[[TextIO, Path, Columns], Numbered]


def _rows(path: Path, columns: Columns) -> Iterator[tuple[int, BriefLine | str]]:
    """Line numbers with a brief, or with what is wrong with it."""
    reader = READERS.get(path.suffix.lower(), _text)
    with _readable(path), path.open(encoding="utf-8-sig", newline=NEWLINES.get(reader)) as file:
        for number, record in reader(file, path, columns):
            try:
                yield number, record if isinstance(record, str) else line_of(record, path.parent, columns)
            except ValueError as error:
                yield number, str(error)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text; save it as UTF-8"
        msg = f"{path}: cannot be read: {reason}."
        raise InputError(msg) from error


def _text(file: TextIO, path: Path, columns: Columns) -> Numbered:
    if columns.further:
        msg = f"{path}: name the file *.csv, *.tsv or *.jsonl: it needs the columns {', '.join(columns.further)}."
        raise InputError(msg)
    for number, line in _lines(file):
        if line.lstrip().startswith("{"):
            msg = f"{path}, line {number}: looks like JSON; name the file *.jsonl to have it read so."
            raise InputError(msg)
        yield number, {"prompt": line.strip()}


def _json(file: TextIO, path: Path, columns: Columns) -> Numbered:
    del path
    for number, line in _lines(file):
        record = _object(line)
        yield number, record if isinstance(record, str) else columns.named(record)


def _lines(file: TextIO) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(file, start=1) if line.strip())


def _object(text: str) -> Record | str:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}."
    return record if isinstance(record, dict) else f"{text.strip()[:200]} is no JSON object."


def _comma(file: TextIO, path: Path, columns: Columns) -> Numbered:
    return _table(file, path, columns, ",")


def _tab(file: TextIO, path: Path, columns: Columns) -> Numbered:
    return _table(file, path, columns, "\t")


def _table(file: TextIO, path: Path, columns: Columns, delimiter: str) -> Numbered:
    # Strict: else a quote that is never closed swallows the rest of the file as one brief.
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    began = 1
    try:
        for cells in reader:
            began = reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, path, columns)
            else:
                yield reader.line_num, _record(header, cells)
    except csv.Error as error:
        msg = f"{path}, line {began}: cannot be read as a table: {error}. {OPEN_QUOTE}"
        raise InputError(msg) from error


def _header(cells: list[str], path: Path, columns: Columns) -> list[str]:
    header = [columns.aliases.get(cell.strip(), cell.strip()) for cell in cells]
    if "prompt" not in header:
        hint = " It looks separated by ';': save it with commas." if len(header) == 1 and ";" in header[0] else ""
        msg = f'{path}: the first line must name the columns, and one of them "prompt"; it says: {", ".join(header)}.'
        raise InputError(msg[:1000] + hint)
    for place, name in enumerate(header, start=1):
        if not name or name == TAG:
            msg = f"{path}: column {place} has no name. Name it, or take it out."
            raise InputError(msg)
        if header.index(name) != place - 1:
            msg = f"{path}: two columns are named {name!r}. Rename one, or take it out."
            raise InputError(msg)
        if name not in columns.legal and not name.startswith(TAG):
            msg = f"{path}: unknown column {name!r}. {legal(name, [*columns.legal, TAG + 'NAME'])}"
            raise InputError(msg)
    return header


def _record(header: list[str], cells: list[str]) -> Record | str:
    if len(cells) > len(header):
        return f"{len(cells)} cells for {len(header)} columns; quote a text that holds the separator."
    record: Record = {}
    tags: dict[str, str] = {}
    for name, text in zip(header, cells, strict=False):
        if not (cell := text.strip()):
            continue
        if name.startswith(TAG):
            tags[name.removeprefix(TAG)] = cell
            continue
        value = CELLS.get(name, str)(cell)
        if name in OBJECTS and isinstance(value, str):
            return f"{name}: {value}"
        record[name] = value
    return {**record, "tags": {**record.get("tags", {}), **tags}} if tags else record


def _whole(cell: str) -> int | str:
    try:
        return int(cell) if cell.removeprefix("-").isdecimal() else cell
    except ValueError:  # thousands of digits
        return cell[:20] + "..."


def _listed(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(BETWEEN_PICTURES) if name.strip()]


OBJECTS = frozenset({"config", "tags"})
CELLS: Mapping[str, Callable[[str], Any]] = {"seed": _whole, "pictures": _listed, "config": _object, "tags": _object}
"""How the cells of a table are read that are no plain texts."""
READERS: Mapping[str, Reader] = {
    ".csv": _comma,
    ".tsv": _tab,
    ".jsonl": _json,
    ".ndjson": _json,
}
"""How a file is read, by its ending; everything else is plain text."""
NEWLINES: Mapping[Reader, str] = {_comma: "", _tab: ""}
"""Tables keep the line breaks of their cells as they are."""
