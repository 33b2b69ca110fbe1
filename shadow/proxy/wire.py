"""Bodies of the API as they lie on the wire: bytes, their encoding, their JSON, their base64."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pybase64

from shadow.providers.turns import TAIL, Mark
from shadow.providers.way import NotComparedError

LARGEST = 256 * 2**20
"""Bytes that a compressed body may become; a larger one is no answer but an attack."""
ENCODED = "encoding that is not read here"
SHORTER_TAIL = TAIL - 16


@dataclass(slots=True, kw_only=True)
class Body:
    """A body as it went through."""

    pieces: tuple[bytes, ...] = ()
    encoding: str = ""
    """`Content-Encoding`."""
    whole: bool = True
    """Whether all of it came."""

    def plain(self) -> bytes:
        """The bytes that the encoding stands for. Raises `NotComparedError` for one that nobody here reads."""
        data = b"".join(self.pieces)
        encoding = self.encoding.strip().lower()
        if encoding in {"", "identity"}:
            return data
        if encoding not in {"gzip", "x-gzip", "deflate"}:
            raise NotComparedError(ENCODED)
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)  # finds out by itself which of the two it is
        try:
            plain = unpack.decompress(data, LARGEST)
        except zlib.error as error:
            raise NotComparedError(ENCODED) from error
        if unpack.unconsumed_tail:
            raise NotComparedError(ENCODED)
        return plain


class View:
    """A JSON object that reads like an object of google-genai: attributes in snake_case, None for what is not there."""

    __slots__ = ("held",)

    def __init__(self, held: Mapping[str, Any]) -> None:
        """Any JSON object."""
        self.held = held

    def __getattr__(self, name: str) -> Any:
        """The value under this name, in either spelling."""
        first, *rest = name.split("_")
        return viewed(self.held.get("".join([first, *(word.capitalize() for word in rest)]), self.held.get(name)))


def viewed(value: Any) -> Any:
    """A JSON value as google-genai would show it."""
    if isinstance(value, dict):
        return View(value)
    return [viewed(item) for item in value] if isinstance(value, list) else value


def parsed(body: bytes) -> Any:
    """The JSON value of a body. Raises `ValueError`, `RecursionError`."""
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):  # half a surrogate pair, NaN: the standard library reads them
        return json.loads(body)


def unpacked(text: Any) -> bytes:
    """The bytes of base64 in either alphabet, padded or not. Raises `ValueError`."""
    if not isinstance(text, str):
        msg = "not base64"
        raise ValueError(msg)  # noqa: TRY004 - a wrong value on the wire, no mistake of ours
    padded = text + "=" * (-len(text) % 4)
    try:
        return pybase64.b64decode(padded, validate=True)
    except ValueError:
        return pybase64.b64decode(padded, altchars=b"-_", validate=True)


def same_mark(mark: Mark) -> Mark:
    """A mark by which base64 is known whatever its alphabet and padding: the API and its clients differ in both."""
    if not isinstance(mark, tuple) or not isinstance(mark[0], int):
        return mark
    clean = mark[1].rstrip("=").replace("-", "+").replace("_", "/")
    return mark[0] - (len(mark[1]) - len(clean)), clean[-SHORTER_TAIL:]
