"""The crew of one worker process: threads that lease and process, a heartbeat that renews, a filer that batches.

The ledger is opened only for the length of a batch. A batch that cannot be filed stays in the spool with everything
that was paid for, and is filed later.
"""

import errno
import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from shadow.budget import OVER_BUDGET, PAUSE_LIMIT
from shadow.errors import ShadowError, SpoolBroken, StaleLease, StoreBroken, StoreBusy, Unavailable
from shadow.pair import Loss, OutcomeKind, Pair
from shadow.providers.failure import advice
from shadow.settings import WorkerSettings
from shadow.spool.spool import Lease, Spool
from shadow.telling import Rarely
from shadow.ticking import Chore, Chores

log = logging.getLogger("shadow")

IDLE_SECONDS = 0.2
"""How long a thread waits when the spool has nothing ready."""
BACKOFF_SECONDS = 1.0
BACKOFF_LIMIT = 120.0
NAP_SECONDS = 5.0
"""How long a thread rests at most after a capture that may not be asked for now: the next one is likely to wait too."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What the disk says that takes nothing more: no capture's fault, so no attempt of it."""
LONGEST_REASON = 200
"""Characters of a reason that a dead letter keeps."""
UNTIL_THEN = "Nothing is begun until then, and nothing is lost."

Done = tuple[Lease, Pair | Loss]


class Files(Protocol):
    """What the crew needs of the ledger."""

    def file(self, pairs: Sequence[Pair], losses: Sequence[Loss]) -> int:
        """File pairs and losses in one transaction; each once for ever. Returns how many pairs were new."""
        ...


class Processes(Protocol):
    """What the crew needs of a worker."""

    def process(self, lease: Lease) -> Pair | Loss:
        """The pair of a leased capture, or its count as a loss."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a crew has done so far."""

    filed: int = 0
    waiting: int = 0
    """Times a capture went back because a provider could not be asked."""
    buried: int = 0
    unanswered: int = 0
    """Of those filed, the ones in which a model could not be asked: counted as infrastructure, never compared."""
    shed: int = 0
    """Captures that the budget did not reach: counted, not compared."""
    late: int = 0
    """Captures that had waited too long for their pair to count: counted, not compared."""


class Crew:
    """Works through a spool until told to stop."""

    def __init__(
        self,
        *,
        spool: Spool,
        worker: Processes,
        ledger: Files,
        settings: WorkerSettings,
        chores: Sequence[Chore] = (),
        hindered: Callable[[], str] = lambda: "",
        nap_seconds: float = NAP_SECONDS,
        jitter: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`chores` are done beside the captures, again and again. `hindered` says why nothing may be begun now, or "";
        `nap_seconds` are rested where going on at once would be in vain. `jitter` in [0, 1) spreads retries."""
        self._spool = spool
        self._worker = worker
        self._ledger = ledger
        self._settings = settings
        self._chores = Chores(chores)
        self._hindered = hindered
        self._jitter = jitter
        self._monotonic = monotonic
        self._rarely = Rarely(monotonic=monotonic)
        self._nap = nap_seconds
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._held: dict[str, Lease] = {}
        self._done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._tally = Tally()

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        return self._tally

    def stop(self) -> None:
        """Finish what is under way, file it, and end. Safe to call from a signal handler."""
        self._stop.set()

    def run(self, *, until_empty: bool, on_change: Callable[[Tally], object] = lambda _: None) -> Tally:
        """Work until `stop`, or until nothing is ready or leased, or may be begun. `on_change` sees each tally."""
        threads = [
            threading.Thread(target=self._lease_and_process, name=f"shadow-worker-{number}", daemon=True)
            for number in range(self._settings.threads)
        ]
        threads.append(threading.Thread(target=self._chores.run, args=(self._stop,), name="shadow-chores", daemon=True))
        heart = threading.Thread(target=self._renew, name="shadow-heartbeat", daemon=True)
        for thread in (*threads, heart):
            thread.start()
        while not self._stop.is_set() and not (until_empty and self._empty() and self._chores.begun.is_set()):
            self._file_batch(self._collect())
            on_change(self._tally)
        self._stop.set()
        for thread in threads:
            thread.join()
        while batch := self._collect(wait=False):
            if not self._file_batch(batch):
                break
        self._file_batch([])
        self._ended.set()
        on_change(self._tally)
        return self._tally

    def _empty(self) -> bool:
        if self._held or not self._done.empty():
            return False
        if self._hindered():
            return True
        return not any(states.get("ready") or states.get("leased") for states in self._spool.depth().values())

    def _lease_and_process(self) -> None:
        while not self._stop.is_set():
            if why := self._hindered():
                self._rarely.warning("hindered", f"{why} {UNTIL_THEN}")
                self._stop.wait(self._nap)
                continue
            leases = self._lease()
            if not leases:
                self._stop.wait(IDLE_SECONDS)
            for lease in leases:
                self._held[lease.token] = lease
                self._process(lease)

    def _lease(self) -> list[Lease]:
        try:
            return self._spool.lease(limit=1, seconds=self._settings.lease_seconds)
        except SpoolBroken as error:
            self._rarely.warning("spool", str(error))
            self._stop.wait(self._nap)
            return []

    def _process(self, lease: Lease) -> None:
        try:
            done = self._worker.process(lease)
        except StaleLease:
            log.info("%s went to another worker", lease.capture.capture_id)
            self._held.pop(lease.token, None)
        except Unavailable as error:
            if error.asked:
                self._rarely.warning(f"{error.model} {error.label}", self._unavailable(error))
                self._give_back(lease, error.label, error.retry_after)
            else:
                self._postpone(lease, error.retry_after or BACKOFF_SECONDS)
        except ShadowError as error:
            self._rarely.warning(f"{type(error).__name__} {_errno(error)}", str(error))
            if isinstance(error, SpoolBroken) or _errno(error) in FULL:
                self._postpone(lease, self._nap * (1 + self._jitter()))
            else:
                self._give_back(lease, str(error)[:LONGEST_REASON], None)
        except Exception as error:
            log.exception("%s failed", lease.capture.capture_id)
            self._give_back(lease, f"{type(error).__name__}: {error}"[:LONGEST_REASON], None)
        else:
            self._done.put((lease, done))

    def _unavailable(self, error: Unavailable) -> str:
        known = advice(error.label)
        what = known or f"It said: {error.detail[:LONGEST_REASON]}"
        return (
            f"{error.model or 'a model'}: {error.label}. {what} Its captures wait and are tried again, "
            f"{self._settings.attempts} times in all; `shadow doctor` looks up every model."
        )

    def _give_back(self, lease: Lease, why: str, retry_after: float | None) -> None:
        """Back to the spool to wait, or, after the last attempt, to the dead letters."""
        backoff = min(BACKOFF_LIMIT, BACKOFF_SECONDS * 2 ** (lease.attempts - 1)) * (0.5 + self._jitter())
        last = lease.attempts >= self._settings.attempts
        try:
            if last:
                self._spool.bury(lease, why)
            else:
                self._spool.release(lease, seconds=max(backoff, min(PAUSE_LIMIT, retry_after or 0.0)), counted=True)
        except ShadowError as error:
            # The lease runs out by itself, and the capture comes back then.
            self._rarely.warning("given back", f"{lease.capture.capture_id} could not be given back: {error}")
        self._held.pop(lease.token, None)
        self._count(waiting=not last, buried=last)

    def _postpone(self, lease: Lease, seconds: float) -> None:
        """Back to the spool, as if it had not been leased: nobody was asked."""
        self._put_back(lease, seconds)
        self._count(waiting=1)
        self._stop.wait(min(self._nap, seconds))

    def _count(self, **more: int) -> None:
        with self._lock:
            self._tally = replace(self._tally, **{name: getattr(self._tally, name) + n for name, n in more.items()})

    def _renew(self) -> None:
        while not self._ended.wait(self._settings.lease_seconds / 3):
            for lease in list(self._held.values()):
                try:
                    self._spool.renew(lease, self._settings.lease_seconds)
                except StaleLease:
                    self._held.pop(lease.token, None)
                except SpoolBroken as error:
                    self._rarely.warning("renewed", f"a lease could not be renewed: {error}")

    def _collect(self, *, wait: bool = True) -> list[Done]:
        """Finished captures: a full batch, or what came within the batch time."""
        batch: list[Done] = []
        deadline = self._monotonic() + (self._settings.batch_seconds if wait else 0.0)
        while len(batch) < self._settings.batch_pairs and not (wait and self._stop.is_set()):
            remaining = min(IDLE_SECONDS, deadline - self._monotonic())
            try:
                batch.append(self._done.get(timeout=max(0.0, remaining)) if wait else self._done.get_nowait())
            except queue.Empty:
                if not wait or remaining <= 0:
                    break
        return batch

    def _file_batch(self, batch: list[Done]) -> bool:
        """File, then settle. Where the ledger cannot be written, everything goes back to the spool as it is."""
        pairs = [done for _, done in batch if isinstance(done, Pair)]
        lost = [done for _, done in batch if isinstance(done, Loss)]
        try:
            losses = self._spool.losses()
            if not batch and not losses:
                return True
            self._ledger.file(pairs, [*losses, *lost])
            self._spool.carried(losses)
        except (StoreBusy, StoreBroken, SpoolBroken) as error:
            self._rarely.warning("filed", f"{len(batch)} captures stay in the spool: {error}")
            for lease, _ in batch:
                self._put_back(lease, BACKOFF_SECONDS * (1 + self._jitter()))
            return False
        for lease, _ in batch:
            self._settle(lease)
        shed = sum(loss.reason == OVER_BUDGET for loss in lost)
        unanswered = sum(map(_unanswered, pairs))
        self._count(filed=len(pairs), shed=shed, late=len(lost) - shed, unanswered=unanswered)
        return True

    def _settle(self, lease: Lease) -> None:
        try:
            self._spool.settle(lease)
        except (StaleLease, SpoolBroken) as error:
            # The pair is in the ledger, which files a capture once: a second settling is harmless.
            self._rarely.warning("settled", f"{lease.capture.capture_id} is filed but not settled: {error}")
        self._held.pop(lease.token, None)

    def _put_back(self, lease: Lease, seconds: float) -> None:
        try:
            self._spool.release(lease, seconds=seconds, counted=False)
        except ShadowError as error:
            # The lease runs out by itself, and the capture comes back then.
            self._rarely.warning("given back", f"{lease.capture.capture_id} could not be given back: {error}")
        self._held.pop(lease.token, None)


def _unanswered(pair: Pair) -> bool:
    return any(item.outcome.kind is OutcomeKind.INFRASTRUCTURE for item in pair.examined)


def _errno(error: ShadowError) -> int:
    """What the system said at the root of it, or 0."""
    return getattr(error.__cause__, "errno", None) or 0
