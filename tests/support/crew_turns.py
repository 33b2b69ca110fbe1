"""A crew over a memory spool, with a worker and a ledger that do as they are told."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from shadow.brief import Brief, Text
from shadow.crew import Crew
from shadow.errors import StoreBusy
from shadow.pair import Arm, Capture, Loss, Outcome, OutcomeKind, Pair
from shadow.settings import WorkerSettings
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Lease

SETTINGS = WorkerSettings(threads=3, attempts=3, lease_seconds=600.0, batch_pairs=4, batch_seconds=0.05)


class Files:
    """A ledger in a list, busy for the first `busy` times."""

    def __init__(self, busy: int = 0) -> None:
        self.busy = busy
        self.pairs: list[Pair] = []
        self.losses: list[Loss] = []

    def file(self, pairs: Sequence[Pair], losses: Sequence[Loss]) -> int:
        if self.busy:
            self.busy -= 1
            message = "held by another process"
            raise StoreBusy(message)
        known = {pair.capture.capture_id for pair in self.pairs}
        new = [pair for pair in pairs if pair.capture.capture_id not in known]
        self.pairs += new
        self.losses += losses
        return len(new)


class Does:
    """A worker that runs a function for each lease."""

    def __init__(self, step: Callable[[Lease], object] = lambda _: None) -> None:
        self.step = step
        self.leases: list[Lease] = []

    def process(self, lease: Lease) -> Pair | Loss:
        self.leases.append(lease)
        if isinstance(loss := self.step(lease), Loss):
            return loss
        return Pair(capture=lease.capture, sequence=lease.sequence, examined=(), filed_at=0.0)


class Turn:
    """A crew over a spool with `count` captures, whose clock runs fifty times as fast as ours: nobody waits."""

    def __init__(
        self,
        count: int,
        worker: Does,
        ledger: Files | None = None,
        hindered: Callable[[], str] = lambda: "",
        **settings: Any,
    ) -> None:
        self.spool = MemorySpool(clock=lambda: 50 * time.monotonic())
        for number in range(count):
            self.spool.put(capture(str(number)))
        self.worker, self.ledger = worker, ledger or Files()
        self.crew = Crew(
            spool=self.spool,
            worker=worker,
            ledger=self.ledger,
            settings=SETTINGS.model_copy(update=settings),
            hindered=hindered,
            nap_seconds=0.02,
            jitter=lambda: 0.5,
        )


def capture(name: str) -> Capture:
    """A capture of this id."""
    outcome = Outcome(kind=OutcomeKind.IMAGE, model="old")
    brief = Brief(parts=(Text(text=name),))
    return Capture(capture_id=name, migration="pro", brief=brief, arm=Arm.INCUMBENT, outcome=outcome, dispatched_at=0.0)
