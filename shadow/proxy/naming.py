"""The model that a JSON body names: found, and replaced without touching any other byte."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

SPACE = re.compile(r"[ \t\r\n]*")
DECODER = json.JSONDecoder()


class Named(NamedTuple):
    """A value of a top-level key, with its place in the text."""

    value: str
    start: int
    end: int


def model_in(body: bytes) -> str:
    """The value of the top-level key "model"; empty where there is none, or the body is no JSON object."""
    try:
        return next((named.value for named in _named(body.decode(), "model")), "")
    except (ValueError, RecursionError):
        return ""


def with_model(body: bytes, incumbent: str, model: str) -> bytes:
    """The body with `incumbent` replaced by `model` wherever the top-level key "model" names it."""
    text = body.decode()
    for named in reversed(list(_named(text, "model"))):
        if named.value == incumbent or named.value.endswith(f"/{incumbent}"):
            value = json.dumps(named.value.removesuffix(incumbent) + model)
            text = text[: named.start] + value + text[named.end :]
    return text.encode()


def _named(text: str, key: str) -> Iterator[Named]:
    """Every value in words of a top-level key. Raises `ValueError` for what is no JSON object."""
    at = _after(text, 0, "{")
    while text[at : at + 1] != "}":
        name, at = DECODER.raw_decode(text, _space(text, at))
        start = at = _after(text, at, ":")
        value, at = DECODER.raw_decode(text, start)
        if name == key and isinstance(value, str):
            yield Named(value, start, at)
        at = _space(text, at)
        if text[at : at + 1] != "}":
            at = _after(text, at, ",")


def _after(text: str, at: int, sign: str) -> int:
    """The place behind a sign that must come next, and behind the space after it."""
    at = _space(text, at)
    if text[at : at + 1] != sign:
        msg = f"{sign} is missing at {at}"
        raise ValueError(msg)
    return _space(text, at + 1)


def _space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at
