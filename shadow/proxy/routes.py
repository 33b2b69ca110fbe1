"""What a request target means: whether a picture may come of it, and which model is named in it.

Paths of https://ai.google.dev/api/generate-content and of Vertex AI, which puts `projects/…/publishers/google` before
the model. Pure functions of the bytes on the wire; the path is never decoded and put together again.
"""

import re
from enum import StrEnum
from typing import NamedTuple

VERSION = r"(?:/v[0-9]+(?:alpha|beta)?[0-9]*)?"
MODEL = re.compile(
    r"(?P<before>(?:/[^/?]+)*?/models/)(?P<model>[^/:?%]+)(?P<colon>:|%3[Aa])(?P<method>[A-Za-z]+)(?P<query>\?.*)?"
)
INTERACTIONS = re.compile(rf"(?:/[^/?]+)*?{VERSION}/interactions/?(?:\?.*)?")
PAGES = "/-/"
"""Pages of the proxy itself; no path of the API begins so."""
HIDDEN = frozenset({"batchGenerateContent", "predict", "predictLongRunning"})
"""Methods that may make pictures and are not looked into."""


class Kind(StrEnum):
    """What a request is to us."""

    GENERATE = "generate"
    STREAM = "stream"
    INTERACTION = "interaction"
    UNSEEN = "not captured"
    """It may make pictures of one of our models, in a way that nobody looks into."""
    OTHER = "other"


METHODS = {"generateContent": Kind.GENERATE, "streamGenerateContent": Kind.STREAM, **dict.fromkeys(HIDDEN, Kind.UNSEEN)}


class Target(NamedTuple):
    """A request target as it came."""

    raw: str
    kind: Kind = Kind.OTHER
    model: str = ""
    """The model named in the path; empty where none is, or where it stands in the body."""
    method: str = ""
    start: int = 0
    """Where in `raw` the model begins."""

    def of_model(self, model: str) -> str:
        """The same target with another model, every other byte as it was."""
        return self.raw[: self.start] + model + self.raw[self.start + len(self.model) :]


def target_of(method: str, raw: str) -> Target:
    """What a request with this method and this raw target (path and query) is."""
    if method != "POST":
        return Target(raw)
    if (found := MODEL.fullmatch(raw)) is not None:
        name = found["method"]
        return Target(raw, METHODS.get(name, Kind.OTHER), found["model"], name, found.start("model"))
    if INTERACTIONS.fullmatch(raw) is not None:
        return Target(raw, Kind.INTERACTION, method="interactions")
    return Target(raw)
