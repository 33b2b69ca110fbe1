"""Paths of what the API keeps for its callers: files, batches, interactions, webhooks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

_KINDS = "files|batches|interactions|webhooks"
_PATH = re.compile(
    rf"^(?:/.*?)??(?P<upload>/upload)?(?:/v1(?:beta|alpha)?)?/(?P<kind>{_KINDS})(?:/(?P<name>[^/:]+)(?::(?P<verb>\w+))?)?/?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What a request is about. `name` is empty for a whole collection, `verb` says what else than its HTTP method."""

    method: str
    kind: str
    name: str = ""
    verb: str = ""
    upload: bool = False
    query: Mapping[str, str]


def parse_resource(method: str, target: str) -> Resource | None:
    """The resource of a request target, any prefix before it ignored; None where the path names none.

    Making an interaction is a way of generating, and no resource.
    """
    split = urlsplit(target)
    found = _PATH.match(unquote(split.path))
    if found is None or (found["kind"] == "interactions" and method == "POST" and not found["name"]):
        return None
    return Resource(
        method=method,
        kind=found["kind"],
        name=found["name"] or "",
        verb=found["verb"] or "",
        upload=bool(found["upload"]),
        query=dict(parse_qsl(split.query)),
    )
