"""A spool that lives as long as its process: for tests, demos and hosts that may write nothing to disk."""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shadow.errors import StaleLease
from shadow.pair import IMPORTED, Capture, Examined, Loss
from shadow.spool.spool import DeadLetter, Lease


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """One capture and where it stands; changed only under the lock of the spool."""

    capture: Capture
    sequence: int
    due: float
    """Unix time: ready from then, held until then, or buried then."""
    state: str = "ready"
    token: str | None = None
    attempts: int = 0
    progress: tuple[Examined, ...] = ()
    reason: str = ""


class MemorySpool:
    """Captures in a dict, in order of acceptance. The same contract as the durable spool, without the disk."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` tells Unix time."""
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._losses: dict[str, Loss] = {}
        self._accepted = 0

    def put(self, capture: Capture, progress: Sequence[Examined] = ()) -> None:
        """See `Spool.put`."""
        with self._lock:
            if capture.capture_id in self._waiting:
                return
            self._accepted += 1
            self._waiting[capture.capture_id] = _Waiting(
                capture=capture, sequence=self._accepted, due=self._clock(), progress=tuple(progress)
            )

    def lease(self, *, limit: int, seconds: float) -> list[Lease]:
        """See `Spool.lease`."""
        now = self._clock()
        with self._lock:
            due = [item for item in self._waiting.values() if item.state != "buried" and item.due <= now]
            return [_leased(item, now + seconds) for item in due[:limit]]

    def renew(self, lease: Lease, seconds: float) -> None:
        """See `Spool.renew`."""
        with self._lock:
            self._held(lease).due = self._clock() + seconds

    def keep(self, lease: Lease, progress: Sequence[Examined]) -> None:
        """See `Spool.keep`."""
        with self._lock:
            self._held(lease).progress = tuple(progress)

    def settle(self, lease: Lease) -> None:
        """See `Spool.settle`."""
        with self._lock:
            del self._waiting[self._held(lease).capture.capture_id]

    def release(self, lease: Lease, *, seconds: float, counted: bool) -> None:
        """See `Spool.release`."""
        with self._lock:
            item = self._held(lease)
            item.attempts -= 0 if counted else 1
            item.state, item.token, item.due = "ready", None, self._clock() + seconds

    def bury(self, lease: Lease, reason: str) -> None:
        """See `Spool.bury`."""
        with self._lock:
            item = self._held(lease)
            item.state, item.token, item.due, item.reason = "buried", None, self._clock(), reason

    def buried(self) -> list[DeadLetter]:
        """See `Spool.buried`."""
        with self._lock:
            dead = [item for item in self._waiting.values() if item.state == "buried"]
            return [_dead_letter(item) for item in sorted(dead, key=lambda item: (item.due, item.sequence))]

    def revive(self, capture_id: str) -> bool:
        """See `Spool.revive`."""
        with self._lock:
            item = self._waiting.get(capture_id)
            if item is None or item.state != "buried":
                return False
            item.state, item.due, item.attempts, item.reason = "ready", self._clock(), 0, ""
            return True

    def drop(self, capture_id: str) -> bool:
        """See `Spool.drop`."""
        with self._lock:
            item = self._waiting.get(capture_id)
            if item is None or item.state != "buried":
                return False
            del self._waiting[capture_id]
            return True

    def depth(self) -> Mapping[str, Mapping[str, int]]:
        """See `Spool.depth`."""
        now = self._clock()
        counts: dict[str, dict[str, int]] = {}
        with self._lock:
            for item in self._waiting.values():
                state = "ready" if item.state == "leased" and item.due <= now else item.state
                states = counts.setdefault(item.capture.migration, {})
                states[state] = states.get(state, 0) + 1
        return counts

    def unsettled(self) -> Mapping[str, Sequence[float]]:
        """See `Spool.unsettled`."""
        found: dict[str, list[float]] = {}
        with self._lock:
            for item in self._waiting.values():
                if item.capture.source != IMPORTED:
                    found.setdefault(item.capture.migration, []).append(item.capture.dispatched_at)
        return found

    def lose(self, losses: Sequence[Loss]) -> None:
        """See `Spool.lose`."""
        with self._lock:
            for loss in losses:
                self._losses.setdefault(loss.loss_id, loss)

    def losses(self) -> list[Loss]:
        """See `Spool.losses`."""
        with self._lock:
            return sorted(self._losses.values(), key=lambda loss: (loss.minute, loss.loss_id))

    def carried(self, losses: Sequence[Loss]) -> None:
        """See `Spool.carried`."""
        with self._lock:
            for loss in losses:
                self._losses.pop(loss.loss_id, None)

    def close(self) -> None:
        """See `Spool.close`: there is no medium to let go of."""

    def _held(self, lease: Lease) -> _Waiting:
        item = self._waiting.get(lease.capture.capture_id)
        if item is None or item.token != lease.token:
            msg = f"The lease on capture number {lease.sequence} ran out and the capture is somebody else's now."
            raise StaleLease(msg)
        return item


def _leased(item: _Waiting, until: float) -> Lease:
    item.state, item.token, item.due = "leased", os.urandom(16).hex(), until
    item.attempts += 1
    return Lease(
        capture=item.capture,
        sequence=item.sequence,
        token=item.token,
        attempts=item.attempts,
        progress=item.progress,
    )


def _dead_letter(item: _Waiting) -> DeadLetter:
    return DeadLetter(
        capture_id=item.capture.capture_id,
        migration=item.capture.migration,
        buried_at=item.due,
        attempts=item.attempts,
        reason=item.reason,
    )
