"""What passes between a worker and a darkroom: JSON and bytes, each with its length before it.

No pickle: a decoder that was taken over must not be able to run anything in the worker.
"""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

HEAD = struct.Struct(">IQ")
"""Bytes of the JSON, bytes of the data."""


def send(stream: IO[bytes], words: Mapping[str, Any], data: bytes = b"") -> None:
    """Write one message. Raises `OSError` where nobody reads."""
    text = json.dumps(words).encode()
    stream.write(HEAD.pack(len(text), len(data)) + text)
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read one message. Raises `EOFError` where there is none, or only a part of it."""
    text, data = HEAD.unpack(_exactly(stream, HEAD.size))
    words: dict[str, Any] = json.loads(_exactly(stream, text))
    return words, _exactly(stream, data)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise EOFError
    return found
