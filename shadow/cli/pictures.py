"""Picture files as a user names them."""

from pathlib import Path

from shadow.errors import InputError
from shadow.pair import Image

UNREADABLE = frozenset({"empty", "unknown format", "undecodable"})
"""Hard failures of `properties` that say nothing about a model: no picture can be read out of the file."""


def read_picture(path: Path) -> Image:
    """The picture in a file. Raises `InputError` where there is no file, or nothing in it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}."
        raise InputError(msg) from error
    if not data:
        msg = f"{path}: the file is empty."
        raise InputError(msg)
    return Image.of(data)
