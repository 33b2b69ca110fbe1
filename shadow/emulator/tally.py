"""What the server remembers: which draw of a brief comes next, and how often it was paid."""

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import TypeVar

from shadow.emulator.scenarios import Fault

Key = TypeVar("Key")
Value = TypeVar("Value")

REMEMBERED = 100_000
"""Briefs of a model, and paid requests, that are remembered: what was asked longest ago is forgotten."""


@dataclass(slots=True)
class _Visits:
    """Of one brief and model: requests seen, draws handed out, and whether the line failed the last request."""

    requests: int = 0
    draws: int = 0
    failed_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request for a brief: the draw it gets, or the fault of the line that it meets instead.

    `served` is the number of requests of all briefs that the model had answered before.
    """

    draw: int
    served: int
    fault: Fault | None


class Draws:
    """Counts per brief and model, so that the order of requests per brief alone decides what each gets.

    The count per model is for scenarios that begin late.
    """

    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        self._lock = Lock()
        self._remembered = remembered
        self._visits: OrderedDict[tuple[str, str], _Visits] = OrderedDict()
        self._served: Counter[str] = Counter()

    @property
    def remembered_now(self) -> int:
        """Briefs of a model that are remembered."""
        return len(self._visits)

    def enter(self, brief: str, model: str, line: Callable[[int, int], Fault | None]) -> Visit:
        """Notes a request. `line` says how the line fails it, by the request's number for the brief and by what the
        model served before; it never does so twice in a row.
        """
        with self._lock:
            visits = _lately(self._visits, (brief, model), _Visits(), self._remembered)
            served = self._served[model]
            fault = None if visits.failed_last else line(visits.requests, served)
            visit = Visit(draw=visits.draws, served=served, fault=fault)
            visits.requests += 1
            visits.failed_last = fault is not None
            if fault is None:
                visits.draws += 1
                self._served[model] += 1
            return visit


@dataclass(slots=True)
class Tally:
    """How many requests were answered with 200 and so paid for, per model and method; and how many were not.

    `repeated` counts those among the paid whose body had been paid for before, byte for byte.
    """

    paid: Counter[tuple[str, str]] = field(default_factory=Counter)
    repeated: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    remembered: int = REMEMBERED
    _seen: OrderedDict[bytes, None] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def remembered_now(self) -> int:
        """Paid requests that are remembered."""
        return len(self._seen)

    def pay(self, model: str, method: str, body: bytes) -> None:
        """Notes a paid answer to `body`."""
        digest = sha256(f"{model}:{method}:".encode() + body).digest()[:16]
        with self._lock:
            self.paid[model, method] += 1
            if digest in self._seen:
                self.repeated[model, method] += 1
            _lately(self._seen, digest, None, self.remembered)

    def fail(self, model: str, method: str) -> None:
        """Notes an answer other than 200."""
        with self._lock:
            self.failed[model, method] += 1

    def counts(self) -> dict[str, dict[str, dict[str, int]]]:
        """`{"paid": {model: {method: n}}, "repeated": ..., "failed": ...}`."""
        with self._lock:
            return {
                "paid": _nested(self.paid),
                "repeated": _nested(self.repeated),
                "failed": _nested(self.failed),
            }


def _lately(kept: OrderedDict[Key, Value], key: Key, new: Value, most: int) -> Value:
    """What is kept under the key, or `new`; it is now the latest, and the oldest beyond so many are forgotten."""
    found = kept.setdefault(key, new)
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
    return found


def _nested(counter: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (model, method), count in sorted(counter.items()):
        nested.setdefault(model, {})[method] = count
    return nested
