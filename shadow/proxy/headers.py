"""Which headers go on: all but those of one hop (RFC 9110, section 7.6.1) and ours.

Names keep their case and order, values their bytes. What `Connection` names is of one hop too.
"""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from multidict import CIMultiDict

from shadow.capture import Labels

HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade"}
)
"""Headers of one hop."""
NOT_UPSTREAM = frozenset({"host", "expect"})
"""`Host` is the upstream's own; `Expect: 100-continue` was answered here (RFC 9110, section 10.1.1)."""
OURS = "x-shadow-"
KEY, TAGS, ARM = "X-Shadow-Key", "X-Shadow-Tags", "X-Shadow-Arm"
TOKEN, UPSTREAM = "X-Shadow-Token", "X-Shadow-Upstream"
Raw = Iterable[tuple[bytes, bytes]]


class UnspeakableError(ValueError):
    """A header value that is not UTF-8: the HTTP library would drop bytes of it."""


class Said(NamedTuple):
    """What a caller says to the proxy itself."""

    labels: Labels = Labels()
    asks_arm: bool = False
    token: str = ""
    upstream: str = ""


def upstream_headers(raw: Raw) -> CIMultiDict[str]:
    """The headers of a request as they go on. Raises `UnspeakableError`."""
    return _kept(raw, NOT_UPSTREAM, OURS)


def answer_headers(raw: Raw) -> CIMultiDict[str]:
    """The headers of an answer as they go back. Raises `UnspeakableError`."""
    return _kept(raw, frozenset(), None)


def _kept(raw: Raw, without: frozenset[str], prefix: str | None) -> CIMultiDict[str]:
    pairs = [(_words(name), _words(value)) for name, value in raw]
    named = {item.strip().lower() for name, value in pairs if name.lower() == "connection" for item in value.split(",")}
    # Who names Content-Length or Host a header of one hop means to hide where a message ends: they stay what they are.
    left_out = HOP | without | (named - {"content-length", "host", "close", "content-type"})
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in pairs:
        low = name.lower()
        if low not in left_out and not (prefix and low.startswith(prefix)):
            kept.add(name, value)
    return kept


def _words(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise UnspeakableError from error


def said(headers: Mapping[str, str]) -> Said:
    """What the caller says to us."""
    return Said(
        labels=labels_of(headers.get(KEY, ""), headers.get(TAGS, "")),
        asks_arm=ARM in headers,
        token=headers.get(TOKEN, ""),
        upstream=headers.get(UPSTREAM, ""),
    )


def labels_of(key: str, tags: str) -> Labels:
    """The labels in `X-Shadow-Key` and `X-Shadow-Tags`.

    Tags are `name=value` pairs between commas, or a JSON object of strings; `segment` and `cluster` have a place of
    their own. What cannot be read is no tag.
    """
    if not key and not tags:
        return Labels()
    named = _tags(tags)
    return Labels(key=key, segment=named.pop("segment", ""), cluster=named.pop("cluster", ""), tags=named)


def _tags(text: str) -> dict[str, str]:
    if text.lstrip().startswith("{"):
        try:
            return {str(name): str(value) for name, value in json.loads(text).items()}
        except (ValueError, AttributeError, RecursionError):
            return {}
    pairs = (item.partition("=") for item in text.split(",") if "=" in item)
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
