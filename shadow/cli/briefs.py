"""Files of briefs: one brief a line as plain text, or JSON Lines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from shadow.errors import InputError
from shadow.settings import legal


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefLine:
    """One line of a file of briefs."""

    prompt: str
    aspect_ratio: str | None = None
    image_size: str | None = None
    key: str = ""
    segment: str = ""
    cluster: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def config(self) -> dict[str, Any] | None:
        """The generation settings as google-genai takes them; None where the line names none."""
        asked = {"aspect_ratio": self.aspect_ratio, "image_size": self.image_size}
        image = {name: value for name, value in asked.items() if value}
        return {"response_modalities": ["IMAGE"], "image_config": image} if image else None


FIELDS = tuple(item.name for item in fields(BriefLine))


def read(path: Path, limit: int | None = None) -> list[BriefLine]:
    """The briefs in a file, blank lines skipped. Raises `InputError` naming the file and the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        msg = f"{path}: cannot be read: {reason}."
        raise InputError(msg) from error
    read_line = _json_line if path.suffix in {".jsonl", ".ndjson"} else _text_line
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not numbered:
        msg = f"{path}: there is no brief in it."
        raise InputError(msg)
    return [read_line(line, f"{path}, line {number}") for number, line in numbered[:limit]]


def _text_line(line: str, place: str) -> BriefLine:
    if line.lstrip().startswith("{"):
        msg = f"{place}: looks like JSON; name the file *.jsonl to have it read so."
        raise InputError(msg)
    return BriefLine(prompt=line.strip())


def _json_line(line: str, place: str) -> BriefLine:
    try:
        record = json.loads(line)
    except ValueError as error:
        msg = f"{place}: not JSON: {error}."
        raise InputError(msg) from error
    if not isinstance(record, dict) or not isinstance(record.get("prompt"), str) or not record["prompt"].strip():
        msg = f'{place}: needs a "prompt" with words in it.'
        raise InputError(msg)
    for name, value in record.items():
        if name not in FIELDS:
            msg = f"{place}: unknown field {name!r}. {legal(name, list(FIELDS))}"
            raise InputError(msg)
        if name == "tags" and not _is_tags(value):
            msg = f"{place}: tags = {value!r} is not an object of texts."
            raise InputError(msg)
        if name != "tags" and not isinstance(value, str | None):
            msg = f"{place}: {name} = {value!r} is not a text."
            raise InputError(msg)
    return BriefLine(**{name: value for name, value in record.items() if value is not None})


def _is_tags(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
