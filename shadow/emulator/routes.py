"""Paths of the Gemini REST API taken apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

_PATH = re.compile(
    r"^(?P<prefix>/.*?)??(?:/(?P<version>v1|v1beta|v1alpha))?/models(?:/(?P<model>[^/:]+)(?::(?P<method>[A-Za-z]+))?)?/?$"
)
_INTERACTIONS = re.compile(r"^(?:/.*?)??(?:/(?P<version>v1|v1beta|v1alpha))?/interactions/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a request goes: `model` is empty for the model list, `method` is `list` or `get` for the model pages.

    An interaction names its model in the body: there `model` is empty too.
    """

    version: str
    model: str
    method: str
    query: Mapping[str, str]


def parse_target(target: str) -> Route | None:
    """The route of a request target, any path prefix before it ignored; None where the API has nothing."""
    split = urlsplit(target)
    if (found := _INTERACTIONS.match(unquote(split.path))) is not None:
        version = found["version"] or "v1"
        return Route(version=version, model="", method="interactions", query=dict(parse_qsl(split.query)))
    found = _PATH.match(unquote(split.path))
    if found is None:
        return None
    model = found["model"] or ""
    return Route(
        version=found["version"] or "v1",
        model=model,
        method=found["method"] or ("get" if model else "list"),
        query=dict(parse_qsl(split.query)),
    )
