"""One row of a file of briefs: what it may say, and what is wrong with it in the words of whoever wrote it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from shadow.pair import Image, media_type
from shadow.settings import legal

Record = dict[str, Any]
SURROGATE = re.compile("[\ud800-\udfff]")
"""What JSON can say and UTF-8 cannot: half of a letter that was cut in two."""


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
    """What the columns of a file may be called."""

    further: tuple[str, ...] = ()
    """Columns beside those of `BriefLine`, texts that end up in `BriefLine.more`."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names of columns, to the name."""

    @property
    def legal(self) -> tuple[str, ...]:
        """Every name that a column may have."""
        return (*FIELDS, *self.further)

    def named(self, record: Record) -> Record:
        """The record under the names of its columns."""
        return {self.aliases.get(name, name): value for name, value in record.items()}


BRIEFS_ALONE = Columns()


def line_of(record: Record, folder: Path, columns: Columns = BRIEFS_ALONE) -> BriefLine:
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
    if any(map(_is_torn, (*given.values(), *given.get("tags", {}).values()))):
        msg = "a text holds half a letter (a lone surrogate): write the file anew as UTF-8."
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
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        msg = f"reference picture {str(path)!r} cannot be read: {reason}."
        raise ValueError(msg) from error
    if not mime.startswith("image/"):
        msg = f"reference picture {str(path)!r} is no picture."
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


def _is_torn(value: Any) -> bool:
    return isinstance(value, str) and SURROGATE.search(value) is not None


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
