"""Files of briefs: plain text (one brief a line), CSV, TSV or JSON Lines, told apart by the file's ending."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

from shadow.errors import InputError
from shadow.pair import Image, media_type
from shadow.settings import legal

SHOWN_BAD = 10
"""Bad rows that an error names."""
BETWEEN_PICTURES = ";"
TAG = "tag."
"""A column `tag.NAME` of a table is the tag NAME."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefLine:
    """One row of a file of briefs."""

    prompt: str
    aspect_ratio: str | None = None
    image_size: str | None = None
    seed: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    """More settings of google-genai's `GenerateContentConfig`, in its snake_case."""
    pictures: tuple[Path, ...] = ()
    """Reference pictures, absolute or relative to where the program runs."""
    key: str = ""
    segment: str = ""
    cluster: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    """What stands in the further columns that the reader was told of."""

    def contents(self) -> Any:
        """Words and reference pictures as google-genai takes them. Raises `OSError` for a picture that is gone."""
        if not self.pictures:
            return self.prompt
        from google.genai import types

        images = [Image.of(path.read_bytes()) for path in self.pictures]
        return [self.prompt, *(types.Part.from_bytes(data=image.data, mime_type=image.mime) for image in images)]

    def settings(self) -> dict[str, Any] | None:
        """The generation settings as google-genai takes them; None where the row names none."""
        asked = {"aspect_ratio": self.aspect_ratio, "image_size": self.image_size}
        image = {name: value for name, value in asked.items() if value}
        settings = {"response_modalities": ["IMAGE"], "image_config": image} if image else {}
        seeded = {} if self.seed is None else {"seed": self.seed}
        return {**settings, **seeded, **self.config} or None


FIELDS = tuple(item.name for item in fields(BriefLine) if item.name != "more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a file beside those of `BriefLine`."""

    further: tuple[str, ...] = ()
    """Texts that end up in `BriefLine.more`."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names of columns, to the name."""

    @property
    def legal(self) -> tuple[str, ...]:
        """Every name that a column may have."""
        return (*FIELDS, *self.further)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFile:
    """What a file of briefs holds."""

    path: Path
    digest: str
    """sha256 of the file's bytes, in hexadecimal."""
    rows: Mapping[int, BriefLine]
    """By the number of the line on which the row ends."""
    bad: Mapping[int, str]
    """What is wrong with the rows that cannot be sent, likewise."""

    def complaint(self) -> str:
        """The bad rows by line, the first ten of them."""
        shown = [f"{self.path}, line {number}: {reason}" for number, reason in list(self.bad.items())[:SHOWN_BAD]]
        more = len(self.bad) - len(shown)
        return "\n".join(shown + ([f"... and {more} more."] if more else []))


def read(path: Path, columns: Columns = Columns()) -> BriefFile:
    """The briefs in a file, blank lines skipped. Raises `InputError` where it is no file of briefs at all."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        msg = f"{path}: cannot be read: {reason}."
        raise InputError(msg) from error
    rows: dict[int, BriefLine] = {}
    bad: dict[int, str] = {}
    for number, record in READERS.get(path.suffix.lower(), _text)(text, path, columns):
        if isinstance(record, str):
            bad[number] = record
            continue
        try:
            rows[number] = _row(record, path.parent, columns)
        except ValueError as error:
            bad[number] = str(error)
    if not rows and not bad:
        msg = f"{path}: there is no brief in it."
        raise InputError(msg)
    return BriefFile(path=path, digest=hashlib.sha256(data).hexdigest(), rows=rows, bad=bad)


Record = dict[str, Any]
Numbered = Iterator[tuple[int, Record | str]]
"""Line numbers with a record, or with the words for why there is none."""


def _text(text: str, path: Path, columns: Columns) -> Numbered:
    if columns.further:
        msg = f"{path}: name the file *.csv, *.tsv or *.jsonl: it needs the columns {', '.join(columns.further)}."
        raise InputError(msg)
    for number, line in _lines(text):
        if line.lstrip().startswith("{"):
            msg = f"{path}, line {number}: looks like JSON; name the file *.jsonl to have it read so."
            raise InputError(msg)
        yield number, {"prompt": line.strip()}


def _json(text: str, path: Path, columns: Columns) -> Numbered:
    del path
    for number, line in _lines(text):
        record = _object(line)
        if not isinstance(record, str):
            record = {columns.aliases.get(name, name): value for name, value in record.items()}
        yield number, record


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip())


def _object(text: str) -> Record | str:
    try:
        record = json.loads(text)
    except ValueError as error:
        return f"not JSON: {error}."
    return record if isinstance(record, dict) else f"{text} is no JSON object."


def _table(text: str, path: Path, columns: Columns, *, delimiter: str) -> Numbered:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, path, columns)
            else:
                yield reader.line_num, _record(header, cells)
    except csv.Error as error:
        msg = f"{path}, line {reader.line_num}: cannot be read as a table: {error}."
        raise InputError(msg) from error


def _header(cells: list[str], path: Path, columns: Columns) -> list[str]:
    header = [columns.aliases.get(cell.strip(), cell.strip()) for cell in cells]
    if "prompt" not in header:
        hint = " It looks separated by ';': save it with commas." if len(header) == 1 and ";" in header[0] else ""
        msg = f'{path}: the first line must name the columns, and one of them "prompt"; it says: {", ".join(header)}.'
        raise InputError(msg + hint)
    for name in header:
        if name not in columns.legal and not name.startswith(TAG):
            msg = f"{path}: unknown column {name!r}. {legal(name, [*columns.legal, TAG + 'NAME'])}"
            raise InputError(msg)
    return header


def _record(header: list[str], cells: list[str]) -> Record | str:
    if len(cells) > len(header):
        return f"{len(cells)} cells for {len(header)} columns; quote a text that holds the separator."
    record: Record = {}
    for name, text in zip(header, cells, strict=False):
        if cell := text.strip():
            value = CELLS.get(name, str)(cell)
            if name.startswith(TAG):
                record.setdefault("tags", {})[name.removeprefix(TAG)] = cell
            else:
                record[name] = value
    return record


def _whole(cell: str) -> int | str:
    return int(cell) if cell.removeprefix("-").isdecimal() else cell


def _listed(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(BETWEEN_PICTURES) if name.strip()]


CELLS: Mapping[str, Callable[[str], Any]] = {"seed": _whole, "pictures": _listed, "config": _object, "tags": _object}
"""How the cells of a table are read that are no plain texts."""


def _row(record: Record, folder: Path, columns: Columns) -> BriefLine:
    """The row of a record. Raises ValueError in the words of the user."""
    if not isinstance(record.get("prompt"), str) or not record["prompt"].strip():
        msg = 'needs a "prompt" with words in it.'
        raise ValueError(msg)
    given = {name: value for name, value in record.items() if value is not None}
    for name, value in given.items():
        if name not in columns.legal:
            msg = f"unknown field {name!r}. {legal(name, list(columns.legal))}"
            raise ValueError(msg)
        legal_value, what = SHAPES.get(name, (_is_text, "a text"))
        if not legal_value(value):
            msg = f"{name} = {value!r} is not {what}."
            raise ValueError(msg)
    if "config" in given:
        _check_config(given["config"])
    pictures = tuple(_picture(folder / name) for name in given.pop("pictures", ()))
    more = {name: given.pop(name) for name in columns.further if name in given}
    return BriefLine(**given, pictures=pictures, more=more)


def _picture(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            mime = media_type(file.read(16))
    except OSError as error:
        msg = f"reference picture {path} cannot be read: {error.strerror}."
        raise ValueError(msg) from error
    if not mime.startswith("image/"):
        msg = f"reference picture {path} is no picture."
        raise ValueError(msg)
    return path


def _check_config(config: Mapping[str, Any]) -> None:
    # Imported here: only a file that uses the field pays for it.
    from google.genai import types
    from pydantic import ValidationError

    try:
        types.GenerateContentConfig.model_validate(config)
    except ValidationError as error:
        first = error.errors()[0]
        msg = f"config: {'.'.join(map(str, first['loc']))}: {first['msg']}."
        raise ValueError(msg) from error


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_tags(value: Any) -> bool:
    return _is_object(value) and all(map(_is_text, value.values()))


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


SHAPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "seed": (_is_whole, "a whole number"),
    "config": (_is_object, "an object of settings"),
    "pictures": (_is_list, "a list of file names"),
    "tags": (_is_tags, "an object of texts"),
}
READERS: Mapping[str, Callable[[str, Path, Columns], Numbered]] = {
    ".csv": partial(_table, delimiter=","),
    ".tsv": partial(_table, delimiter="\t"),
    ".jsonl": _json,
    ".ndjson": _json,
}
"""How a file is read, by its ending; everything else is plain text."""
