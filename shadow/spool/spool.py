"""What a spool must do: captures wait in it, durably, until a worker settles them.

At least once: a lease that is not settled in time comes back. Every lease carries a token; `keep`, `renew`, `settle`
and the rest refuse a token that is no longer the current one (`StaleLease`), so a worker that was too slow cannot
overwrite the work of the one that took over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shadow.pair import Capture, Examined, Loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A capture held by one worker for a while, with what was already done and paid for."""

    capture: Capture
    sequence: int
    """Order of acceptance, strictly increasing, never used twice."""
    token: str
    attempts: int
    """How often it was leased, this time included."""
    progress: tuple[Examined, ...] = ()
    """Outcomes already obtained, with their findings so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A capture that was given up, revivable."""

    capture_id: str
    migration: str
    buried_at: float
    attempts: int
    reason: str


class Spool(Protocol):
    """Where captures wait. Safe to use from several threads and, where it is durable, several processes.

    Pictures are not in the spool: they were written to the picture store before `put` and `keep`.
    Every method raises `SpoolBroken` where the medium fails.
    """

    def put(self, capture: Capture, progress: Sequence[Examined] = ()) -> None:
        """Accept a capture, with the outcomes that are there already. Accepting the same id again changes nothing."""
        ...

    def lease(self, *, limit: int, seconds: float) -> list[Lease]:
        """Up to `limit` ready captures, oldest first, held for `seconds`. Those whose hold ran out are ready again."""
        ...

    def renew(self, lease: Lease, seconds: float) -> None:
        """Hold on for `seconds` from now: a slow generation must not be leased twice."""
        ...

    def keep(self, lease: Lease, progress: Sequence[Examined]) -> None:
        """A paid step is done: remember all outcomes obtained so far."""
        ...

    def settle(self, lease: Lease) -> None:
        """The pair is filed; forget the capture."""
        ...

    def release(self, lease: Lease, *, seconds: float, counted: bool) -> None:
        """Give the capture back, ready again in `seconds`; `counted` says whether the attempt counts as one."""
        ...

    def bury(self, lease: Lease, reason: str) -> None:
        """Give the capture up for now: a dead letter, listed and revivable."""
        ...

    def buried(self) -> list[DeadLetter]:
        """The dead letters, oldest first."""
        ...

    def revive(self, capture_id: str) -> bool:
        """Make a dead letter ready again with its attempts forgotten; False where there is none of that id."""
        ...

    def drop(self, capture_id: str) -> bool:
        """Forget a dead letter for good; False where there is none of that id. Its loss is counted by the caller."""
        ...

    def depth(self) -> Mapping[str, Mapping[str, int]]:
        """Counts by migration and state ("ready", "leased", "buried"), states with none left out."""
        ...

    def unsettled(self) -> Mapping[str, Sequence[float]]:
        """When each capture that is not settled was dispatched, dead letters among them, by migration; Unix time.

        Imported ones are left out: no evidence waits for them.
        """
        ...

    def lose(self, losses: Sequence[Loss]) -> None:
        """Remember losses until they are carried to the ledger."""
        ...

    def losses(self) -> list[Loss]:
        """Losses not yet carried on."""
        ...

    def carried(self, losses: Sequence[Loss]) -> None:
        """These losses are in the ledger; forget them."""
        ...

    def close(self) -> None:
        """Let go of the medium. Nothing accepted is lost by it."""
        ...
