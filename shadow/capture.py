"""The one door from the live path to the spool.

The caller's side appends a tuple of references to a deque and returns: no system call, no serialisation, no wake-up, no
waiting, no raising. A polling drain thread turns what it finds into captures and puts them in the spool. The deque is
bounded in bytes; what does not fit is dropped and counted.
"""

import logging
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from shadow.assignment import key_hash, sampled
from shadow.brief import Brief
from shadow.errors import ShadowError
from shadow.pair import Arm, Capture, Image, Loss, Outcome
from shadow.providers.answer import outcome_of_error, outcome_of_response
from shadow.providers.request import UNREADABLE, NotComparedError, brief_of
from shadow.spool.spool import Spool

log = logging.getLogger("shadow")

MEMORY_FULL = "memory full"
SAMPLED_OUT = "sampled out"
OTHER_CANDIDATE = "served by another migration's candidate"
NOT_DRAINED = "not drained at exit"
RETRY_SECONDS = 1.0
"""How long the drain thread waits after the spool failed."""
CARRY_SECONDS = 2.0
"""How often counted losses go to the spool."""


class Labels(NamedTuple):
    """What the caller says of a brief beside the brief: who is sticky, and how to group it."""

    key: str = ""
    segment: str = ""
    cluster: str = ""
    tags: Mapping[str, str] = {}


class Route(NamedTuple):
    """The migrations that a model's briefs are compared in."""

    incumbent: str
    serving: str | None
    """The migration that may move this model's live traffic."""
    candidate: str | None
    """The candidate of the serving migration."""
    samples: tuple[tuple[str, float], ...]
    """Every migration of this incumbent with its share of briefs to shadow."""


class Seen(NamedTuple):
    """One live call, by reference: what was asked, who served, what came back."""

    route: Route
    arm: Arm
    model: str
    contents: Any
    config: Any
    labels: Labels
    response: Any
    error: BaseException | None
    started_at: float
    latency: float
    size: int


class Door:
    """Takes what the live path saw and carries it to the spool."""

    def __init__(
        self,
        *,
        open_spool: Callable[[], Spool],
        write: Callable[[Image], object],
        on_poll: Callable[[], object],
        memory_bytes: float,
        poll_seconds: float,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`write` stores a picture; `on_poll` is called at every look, on the drain thread."""
        self._open_spool = open_spool
        self._write = write
        self._on_poll = on_poll
        self._memory_bytes = memory_bytes
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._monotonic = monotonic
        self._waiting: deque[Seen] = deque()
        self._refused: deque[Route] = deque()
        # Only the callers add to `_offered`, only the drain thread to `_taken`: no lock, and a race between two
        # callers can at worst let the bound slip by one call.
        self._offered = 0
        self._taken = 0
        self._start()

    def _start(self) -> None:
        self._spool: Spool | None = None
        self._counts: Counter[tuple[str, int, str]] = Counter()
        self._process = f"{os.getpid()}-{os.urandom(4).hex()}"
        self._number = 0
        self._carried_at = self._monotonic()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shadow-drain", daemon=True)
        self._thread.start()

    def restart(self) -> None:
        """Begin anew in a forked child: what waited belongs to the parent, and threads do not survive a fork."""
        self._waiting.clear()
        self._refused.clear()
        self._offered = self._taken = 0
        self._start()

    def offer(self, seen: Seen) -> None:
        """Hand over one live call. Runs on the caller."""
        if self._offered - self._taken + seen.size > self._memory_bytes:
            self._refused.append(seen.route)
            return
        self._offered += seen.size
        self._waiting.append(seen)

    def waiting(self) -> int:
        """Live calls handed over and not yet in the spool."""
        return len(self._waiting)

    def close(self, seconds: float = 2.0) -> None:
        """Drain for at most `seconds`, then count what is left as lost."""
        self._closing.set()
        self._thread.join(timeout=seconds)

    def _run(self) -> None:
        while not self._closing.wait(self._poll_seconds):
            self._look()
        self._look()
        for seen in self._waiting:
            self._lose(seen.route, NOT_DRAINED, seen.started_at)
        try:
            self._carry_losses()
            if self._spool is not None:
                self._spool.close()
        except (ShadowError, OSError) as error:
            log.warning("%d losses could not be written down: %s", self._counts.total(), error)

    def _look(self) -> None:
        try:
            self._on_poll()
            while self._refused:
                self._lose(self._refused.popleft(), MEMORY_FULL, self._clock())
            while self._waiting:
                seen = self._waiting[0]
                self._take(seen)
                self._waiting.popleft()
                self._taken += seen.size
            if self._monotonic() - self._carried_at > CARRY_SECONDS:
                self._carry_losses()
        except (ShadowError, OSError) as error:
            # The spool or the disk fails: what waits stays, bounded in bytes, and is tried again.
            log.warning("captures wait in memory: %s", error)
            self._closing.wait(RETRY_SECONDS)

    def _take(self, seen: Seen) -> None:
        try:
            brief, pictures = brief_of(seen.contents, seen.config)
            outcome = _outcome(seen)
            names = self._to_shadow(seen, brief)
        except NotComparedError as refused:
            self._lose(seen.route, refused.reason, seen.started_at)
            return
        except Exception:
            log.exception("a live call could not be read")
            self._lose(seen.route, UNREADABLE, seen.started_at)
            return
        if names:
            for image in (*pictures.values(), *((outcome.image,) if outcome.image else ())):
                self._write(image)
            self._put(seen, brief, outcome, names)

    def _to_shadow(self, seen: Seen, brief: Brief) -> list[str]:
        digest = brief.digest()
        chosen = []
        for name, share in seen.route.samples:
            if seen.arm is Arm.CANDIDATE and name != seen.route.serving:
                self._count(name, OTHER_CANDIDATE, seen.started_at)
            elif not sampled(digest, share):
                self._count(name, SAMPLED_OUT, seen.started_at)
            else:
                chosen.append(name)
        return chosen

    def _put(self, seen: Seen, brief: Brief, outcome: Outcome, names: Sequence[str]) -> None:
        if self._spool is None:
            self._spool = self._open_spool()
        self._number += 1
        for name in names:
            self._spool.put(
                Capture(
                    capture_id=f"{self._process}-{self._number}-{name}",
                    migration=name,
                    brief=brief,
                    arm=seen.arm,
                    outcome=outcome,
                    dispatched_at=seen.started_at,
                    key_hash=key_hash(seen.labels.key) if seen.labels.key else "",
                    segment=seen.labels.segment,
                    cluster=seen.labels.cluster,
                    tags=dict(seen.labels.tags),
                )
            )

    def _lose(self, route: Route, reason: str, at: float) -> None:
        for name, _ in route.samples:
            self._count(name, reason, at)

    def _count(self, migration: str, reason: str, at: float) -> None:
        self._counts[migration, int(at // 60), reason] += 1

    def _carry_losses(self) -> None:
        self._carried_at = self._monotonic()
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            if self._spool is None:
                self._spool = self._open_spool()
            self._spool.lose([self._loss(*key, count) for key, count in counts.items()])
        except (ShadowError, OSError):
            self._counts.update(counts)
            raise

    def _loss(self, migration: str, minute: int, reason: str, count: int) -> Loss:
        self._number += 1
        return Loss(
            loss_id=f"{self._process}-{self._number}",
            migration=migration,
            minute=minute * 60.0,
            process=self._process,
            reason=reason,
            count=count,
        )


def _outcome(seen: Seen) -> Outcome:
    if seen.error is not None:
        return outcome_of_error(seen.error, model=seen.model, started_at=seen.started_at, latency=seen.latency)
    return outcome_of_response(seen.response, model=seen.model, started_at=seen.started_at, latency=seen.latency)
