"""Pictures from a folder in place of painted ones, found by the model and the words of the brief."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from re import fullmatch
from threading import Lock
from types import MappingProxyType

from shadow.emulator.errors import ApiError
from shadow.emulator.models import MODELS, Kind

TYPES = MappingProxyType(
    {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"},
)
"""What a picture file may end in, and the type it is then sent as; the first that exists is taken."""
_DIGITS = 16
_MOST_WANTED = 10_000


def name_of(prompt: str) -> str:
    """The name of a brief's picture file, without its ending: 16 hex digits of the SHA-256 of the prompt in UTF-8.

    White space around the prompt does not count; nor do the ratio, the size and reference pictures.
    """
    return sha256(prompt.strip().encode(errors="surrogatepass")).hexdigest()[:_DIGITS]


class Gap(StrEnum):
    """What becomes of a brief that has no file."""

    PAINT = "paint"
    NO_IMAGE = "no-image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """The bytes of a picture file and the type they are sent as. They are not looked into."""

    mime_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """`folder`/MODEL/NAME.jpg answers a brief; NAME-2.jpg, where it exists, the second draw, and so on.

    Files are looked up when they are asked for, so they may be added while the emulator runs.
    """

    folder: Path
    gap: Gap = Gap.PAINT
    _wanted: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def leaf(self, prompt: str, model: str, draw: int) -> Leaf | None:
        """The picture for a draw, counted from 0; None, and a note of it, without a file. Raises ApiError 500."""
        name = name_of(prompt)
        for stem in (f"{name}-{draw + 1}", name):
            for ending, mime_type in TYPES.items():
                if (data := _read(self.folder / model / f"{stem}{ending}")) is not None:
                    return Leaf(mime_type=mime_type, data=data)
        with self._lock:
            if len(self._wanted) < _MOST_WANTED:
                self._wanted[f"{model}/{name}"] = prompt
        return None

    def wanted(self) -> dict[str, str]:
        """`{"MODEL/NAME": prompt}` for what was asked and had no file, the first 10,000."""
        with self._lock:
            return dict(self._wanted)

    def models(self) -> list[str]:
        """The names of the folders in it, each to be that of a model."""
        return sorted(item.name for item in self.folder.iterdir() if item.is_dir())

    def pictures(self) -> list[Path]:
        """The picture files of all models, whatever their names."""
        found = (path for model in self.models() for path in (self.folder / model).iterdir())
        return sorted(path for path in found if path.suffix.lower() in TYPES)


def is_named_by_a_brief(path: Path) -> bool:
    """Whether some brief could have this file: 16 hex digits, for a later draw its number, a known ending."""
    return path.suffix in TYPES and fullmatch(rf"[0-9a-f]{{{_DIGITS}}}(-[1-9]\d*)?", path.stem) is not None


def painting_models() -> list[str]:
    """The ids that may name a folder of pictures or be a candidate."""
    return [model.name for model in MODELS.values() if model.kind is Kind.PICTURE]


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ApiError(500, "INTERNAL", f"The emulator cannot read {path.name}: {error.strerror}.") from error
