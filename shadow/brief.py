"""What was asked: prompt, reference images, generation settings."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

JSON_SEPARATORS = (",", ":")
# Asking again with another seed is another draw for the same brief, so the seed does not name the brief.
NOT_NAMED = frozenset({"seed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words of a brief."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A reference image of a brief, by the sha256 of its bytes; the bytes lie in the picture store."""

    digest: str
    mime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReference:
    """A reference that the API holds (Files API or a public URI)."""

    uri: str
    mime: str


Part = Text | Picture | FileReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What was asked of an image model, without the model: ordered parts and the generation settings.

    `settings_json` is the canonical JSON of the request's `GenerateContentConfig` in the snake_case of the SDK,
    fields that were not set left out, transport options (`http_options`) removed.
    """

    parts: tuple[Part, ...]
    settings_json: str = "{}"

    @property
    def prompt(self) -> str:
        """The words of the brief, parts joined by a line break."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def settings(self) -> dict[str, Any]:
        """The generation settings as a fresh dict."""
        settings: dict[str, Any] = json.loads(self.settings_json)
        return settings

    @property
    def aspect_ratio(self) -> str | None:
        """What `image_config.aspect_ratio` asked for ("16:9"), or None."""
        return _image_setting(self.settings, "aspect_ratio")

    @property
    def image_size(self) -> str | None:
        """What `image_config.image_size` asked for ("1K"), or None."""
        return _image_setting(self.settings, "image_size")

    def to_record(self) -> dict[str, Any]:
        """A JSON-ready form that `from_record` reads back unchanged."""
        return {"parts": [_part_record(part) for part in self.parts], "settings": self.settings}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Brief":
        """The brief that `to_record` wrote."""
        parts = tuple(_part_from(part) for part in record["parts"])
        return cls(parts=parts, settings_json=canonical(record["settings"]))

    def digest(self) -> str:
        """Names the brief: sha256 (hex) of its canonical form, the seed left out. The unit of evidence."""
        record = self.to_record()
        record["settings"] = {key: value for key, value in record["settings"].items() if key not in NOT_NAMED}
        # Half a surrogate pair is no text, but a caller may send one, and a brief must have a name.
        return hashlib.sha256(canonical(record).encode("utf-8", "surrogatepass")).hexdigest()


def canonical(value: Any) -> str:
    """One JSON text for one value: sorted keys, no spaces, no escapes beyond those JSON needs."""
    return json.dumps(value, sort_keys=True, separators=JSON_SEPARATORS, ensure_ascii=False)


def _image_setting(settings: Mapping[str, Any], name: str) -> str | None:
    value = (settings.get("image_config") or {}).get(name)
    return value if isinstance(value, str) else None


def _part_record(part: Part) -> dict[str, str]:
    match part:
        case Text():
            return {"text": part.text}
        case Picture():
            return {"picture": part.digest, "mime": part.mime}
        case FileReference():
            return {"uri": part.uri, "mime": part.mime}


def _part_from(record: Mapping[str, str]) -> Part:
    if "text" in record:
        return Text(text=record["text"])
    if "picture" in record:
        return Picture(digest=record["picture"], mime=record["mime"])
    return FileReference(uri=record["uri"], mime=record["mime"])
