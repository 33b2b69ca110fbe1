"""What the purse is asked and what it answers. Money is whole nano-USD, times are Unix seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shadow.budget import Books
from shadow.prices import Step


class Verdict(StrEnum):
    """What becomes of a capture of which nothing was paid yet."""

    ADMITTED = "admitted"
    """What it may cost is reserved."""
    LATER = "later"
    """Others hold what is left and may not need it."""
    SHED = "shed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A capture that wants to be paid for. Nothing in it tells what the live call brought."""

    capture_id: str
    brief_digest: str
    dispatched_at: float
    parts: Mapping[tuple[str, Step], int]
    """What it may cost, by model and step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call that somebody wants to make, and what it may cost."""

    capture_id: str
    model: str
    step: Step
    nano: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """The call may be made now; `settle` it."""

    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Not now: a pause, or somebody else's turn."""

    seconds: float
    slot: float | None
    """The turn that was given to this call, for the next `begin` of it."""
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no money for it."""


Answer = Go | Wait | Refused


@dataclass(frozen=True, slots=True)
class Pause:
    """Calls that wait: of one model, or of every generation."""

    scope: str
    until: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a home stands."""

    books: Books
    today: tuple[tuple[str, str, int, int], ...]
    """Model, step, paid calls and nano-USD of this UTC day, the dearest first."""
    counts: Mapping[str, tuple[int, int]]
    """Today and in total, by name: "shed", "possibly paid twice", "booked at its estimate"."""
    pauses: tuple[Pause, ...]
    ever: tuple[tuple[str, str, int, int], ...] = ()
    """The same over all days."""
