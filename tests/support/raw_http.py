"""Raw messages of HTTP, taken apart by hand, for the tests of the relay."""

import json
import socket
from collections.abc import Callable
from typing import Any

from canned import painted, picture_answer
from proxied import http

Proxied = Callable[..., Any]
ASKED = json.dumps({"contents": [{"role": "user", "parts": [{"text": "a fox"}]}]}).encode()
PICTURE = json.dumps(picture_answer(painted())).encode()
OK = http(PICTURE)


def after_head(message: bytes) -> bytes:
    """The body of a message."""
    return message.partition(b"\r\n\r\n")[2]


def lines_of(message: bytes) -> list[bytes]:
    """The header lines of a message, without the first line."""
    return message.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]


def closed(line: socket.socket) -> bytes:
    """Everything until the other side closes, or resets."""
    got = b""
    try:
        while more := line.recv(65536):
            got += more
    except ConnectionResetError:
        pass
    return got
