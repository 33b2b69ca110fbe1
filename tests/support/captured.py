"""Live calls as the wrapper hands them over, and a door over a memory spool."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from google.genai import types

from shadow.capture import Door, Labels, Route, Seen
from shadow.pair import Arm, Image
from shadow.providers.failure import Failure
from shadow.providers.request import GENERATE
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Spool

PRO = Route(incumbent="old", serving="pro", candidate="new", samples=(("pro", 1.0),))
PNG = b"\x89PNG\r\n\x1a\n1"


def response(picture: bytes = PNG) -> types.GenerateContentResponse:
    """An answer with this picture."""
    blob = {"mime_type": "image/png", "data": picture}
    candidate = {"content": {"parts": [{"inline_data": blob}]}, "finish_reason": "STOP"}
    return types.GenerateContentResponse.model_validate({"candidates": [candidate]})


def seen(
    contents: Any = "a fox",
    *,
    config: Any = None,
    route: Route = PRO,
    arm: Arm = Arm.INCUMBENT,
    labels: Labels | None = None,
    picture: bytes = PNG,
    failure: Failure | None = None,
    started_at: float = 60.0,
) -> Seen:
    """A live call."""
    made = Seen(route, GENERATE, labels or Labels())
    made.arm, made.model = arm, "old"
    made.asked = GENERATE.ask({"contents": contents, "config": config})
    made.failure = failure
    if failure is None:
        made.answers, made.picture = (response(picture),), picture
    made.started_at, made.began, made.ended = started_at, 1.0, 2.0
    made.size += made.asked.size + len(picture)
    return made


class Kept:
    """A door over a memory spool, and the pictures that were written."""

    def __init__(
        self,
        home: Path,
        open_spool: Callable[[], Spool] | None = None,
        write: Callable[[Image], object] | None = None,
        memory_bytes: float = 1e6,
        at_most: Callable[[str], float] = lambda _: 1.0,
    ) -> None:
        self.pictures: dict[str, Image] = {}
        self.spool = MemorySpool()
        self.door = Door(
            home=home,
            open_spool=open_spool or (lambda: self.spool),
            write=write or self.write,
            memory_bytes=memory_bytes,
            poll_seconds=0.002,
            at_most=at_most,
        )

    def write(self, image: Image) -> None:
        self.pictures[image.digest] = image

    def captures(self) -> list[Any]:
        """Everything that is ready in the spool."""
        return [lease.capture for lease in self.spool.lease(limit=5000, seconds=60)]

    def losses(self) -> Counter[tuple[str, str]]:
        """What was lost, by migration and reason."""
        return counted(self.spool)


def counted(spool: Spool) -> Counter[tuple[str, str]]:
    """The losses in a spool, by migration and reason."""
    total: Counter[tuple[str, str]] = Counter()
    for loss in spool.losses():
        total[loss.migration, loss.reason] += loss.count
    return total


class Stuck:
    """A collaborator that hangs until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.released = threading.Event()

    def __call__(self, *_: Any, **__: Any) -> Any:
        self.entered.set()
        self.released.wait(30)
