"""The purse: one SQLite file that every worker of a home asks before it pays, and tells after.

Every question is one short transaction. What is promised counts as spent: a capture reserves what it may cost before
anything is asked, a call takes its part out of that, and its answer turns the part into what it did cost. Where the
file cannot be used nothing may be paid.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from shadow.budget import Books, Caps, day_of, expected, hour_of, kept, kept_share, next_slot
from shadow.errors import SpoolBroken, Unavailable
from shadow.prices import Step
from shadow.purse import tables
from shadow.purse.answers import Admission, Answer, Asked, Go, Pause, Refused, Standing, Verdict, Wait
from shadow.purse.bookkeeping import SHED, Bookkeeping
from shadow.spool.sqlite_file import SqliteFile

log = logging.getLogger("shadow")

FILE_NAME = "purse.sqlite"
UNUSABLE = "purse unusable"
UNUSABLE_SECONDS = 15.0
EVERY_GENERATION = "*"
"""Scope of a pause of all shadow generations; any other scope is a model id."""
PATIENCE = 10.0
"""Seconds that a worker waits for its turn with the capture in its hands; beyond, the capture goes back."""
HOLD_SECONDS = 3600.0
"""How long a reservation without a sign of life counts, beside the time that one call may take."""
SOON = 1e-3
"""Seconds that are not worth waiting for."""


class Purse:
    """What a home may spend and how fast it may ask. Safe to use from threads and processes."""

    def __init__(
        self,
        path: Path,
        *,
        caps: Caps,
        per_minute: Mapping[str, float],
        hold_seconds: float = HOLD_SECONDS,
        patience_seconds: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`hold_seconds` is how long a reservation without a sign of life counts; longer than any call takes.

        `patience_seconds` bounds the wait for another process that holds the file.
        """
        self.path = path
        self.caps = caps
        self.spent = 0
        """Nano-USD spent through this object."""
        self._file = SqliteFile(path, tables.STEPS, patience_seconds=patience_seconds)
        self._per_minute = per_minute
        self._hold_seconds = hold_seconds
        self._clock = clock
        self._warned = threading.Event()
        self._warning = threading.Lock()

    def now(self) -> float:
        """Unix time, as this purse tells it."""
        return self._clock()

    def admit(self, asked: Admission) -> Verdict:
        """Decide about a capture of which nothing was paid yet, and reserve what it may cost. Raises `Unavailable`.

        A shed capture stays shed. One that was once kept by its hash is not held against the hash again.
        """
        with self._writing() as work:
            work.tidy(self._hold_seconds)
            work.take_over(asked.capture_id)
            known = work.connection.execute(tables.CAPTURE, (asked.capture_id,)).fetchone()
            if known is None:
                work.connection.execute(tables.ARRIVE, (hour_of(asked.dispatched_at), sum(asked.parts.values())))
            elif known[1]:
                return Verdict.SHED
            return self._decide(work, asked, None if known is None else known[0])

    def _decide(self, work: Bookkeeping, asked: Admission, reserved: int | None) -> Verdict:
        verdict = Verdict.SHED
        need = sum(work.promise(model, step, nano) for (model, step), nano in asked.parts.items())
        if reserved is not None or need == 0 or self._keeps(work, asked.brief_digest):
            verdict = self._fitting(work.books(), need - (reserved or 0))
        if verdict is Verdict.SHED:
            work.count(SHED)
        holds = max(need, reserved or 0) if verdict is Verdict.ADMITTED else 0
        expires = work.now + self._hold_seconds
        work.connection.execute(tables.DECIDE, (asked.capture_id, holds, verdict is Verdict.SHED, expires))
        return verdict

    def _keeps(self, work: Bookkeeping, brief_digest: str) -> bool:
        hour = hour_of(work.now)
        last_day = work.connection.execute(tables.LAST_DAY, (hour, hour)).fetchone()[0]
        share = kept_share(self.caps.left_today(work.books().certain()), expected(last_day, work.now))
        return kept(brief_digest, share)

    def _fitting(self, books: Books, need: int) -> Verdict:
        if need <= max(0, self.caps.left(books)):
            return Verdict.ADMITTED
        return Verdict.LATER if need <= self.caps.left(books.certain()) else Verdict.SHED

    def resume(self, capture_id: str) -> None:
        """A capture that was paid in part goes on: what an earlier holder left without an answer is booked as spent.

        Raises `Unavailable`.
        """
        with self._writing() as work:
            work.tidy(self._hold_seconds)
            work.take_over(capture_id)

    def begin(self, asked: Asked, *, slot: float | None = None) -> Answer:
        """Ask to make one call: now, later, or not at all. `slot` is what an earlier `Wait` of this call gave.

        Raises `Unavailable`.
        """
        with self._writing() as work:
            generates = asked.step is Step.IMAGE
            paused = work.connection.execute(tables.PAUSED, (work.now, asked.model, generates)).fetchone()
            if paused is not None:
                return Wait(seconds=paused[0] - work.now, slot=slot, why=paused[1])
            turn = self._slot(work, asked.model) if slot is None else slot
            if turn - work.now > SOON:
                given = turn if turn - work.now <= PATIENCE else None
                return Wait(seconds=turn - work.now, slot=given, why=f"[worker.max_per_minute] of {asked.model}")
            return self._pay(work, asked)

    def _slot(self, work: Bookkeeping, model: str) -> float:
        """When it is this call's turn; taken where that is near enough to wait for."""
        per_minute = self._per_minute.get(model)
        if per_minute is None:
            return work.now
        row = work.connection.execute(tables.SLOT, (model,)).fetchone()
        turn = next_slot(row[0] if row else None, work.now, per_minute=per_minute, patience=PATIENCE)
        if turn - work.now <= PATIENCE:
            work.connection.execute(tables.TAKE_SLOT, (model, turn))
        return turn

    def _pay(self, work: Bookkeeping, asked: Asked) -> Go | Refused:
        need = work.promise(asked.model, asked.step, asked.nano)
        known = work.connection.execute(tables.CAPTURE, (asked.capture_id,)).fetchone()
        beyond = need - (known[0] if known else 0)
        if beyond > max(0, self.caps.left(work.books())):
            return Refused()
        work.connection.execute(tables.DRAW, (asked.capture_id, work.now + self._hold_seconds, need))
        values = (asked.capture_id, asked.model, asked.step, need, work.now)
        return Go(call_id=work.connection.execute(tables.BEGIN, values).lastrowid or 0)

    def settle(self, call_id: int, nano: int | None, *, usable: bool = True) -> None:
        """A call ended and cost `nano`; 0 where nothing was billed, None where nobody can know: then its estimate.

        `usable` says whether its answer will be kept. Never raises: what was paid for must not be lost. What cannot be
        written stays promised.
        """
        with suppress(Unavailable), self._writing() as work:
            # None is found where it was given up as lost, and booked, in the meantime.
            for call in work.calls(tables.UNDER_WAY, call_id):
                work.settle(call, nano, usable=usable)

    def kept(self, capture_id: str) -> None:
        """The answers so far are kept in the spool: who takes the capture over will not pay for them. Never raises."""
        with suppress(Unavailable), self._writing() as work:
            work.connection.execute(tables.KEPT, (capture_id,))

    def give_back(self, capture_id: str) -> None:
        """The capture waits and nothing of it is paid: what it reserved is free for others. Never raises."""
        with suppress(Unavailable), self._writing() as work:
            work.connection.execute(tables.GIVE_BACK, (capture_id,))

    def finish(self, capture_id: str) -> None:
        """Nothing more will be asked for this capture. Never raises: what cannot be written expires."""
        with suppress(Unavailable), self._writing() as work:
            work.give_up(work.calls(tables.CALLS_OF, capture_id))
            work.connection.execute(tables.FORGET, (capture_id,))

    def pause(self, scope: str, until: float, reason: str) -> None:
        """No call of `scope` before `until`: a model id, or `EVERY_GENERATION`. A longer pause stays. Never raises."""
        with suppress(Unavailable), self._writing() as work:
            work.connection.execute(tables.PAUSE, (scope, until, reason))

    def standing(self) -> Standing:
        """What is spent, promised, counted and paused now; without a purse yet, nothing. Raises `Unavailable`."""
        if not self.path.exists():
            return Standing(books=Books(), today=(), counts={}, pauses=())
        with self._writing() as work:
            today = day_of(work.now)
            counts = work.connection.execute(tables.COUNTS, (today,)).fetchall()
            return Standing(
                books=work.books(),
                today=tuple(work.connection.execute(tables.SPEND, (today,)).fetchall()),
                counts={name: (of_today, total) for name, of_today, total in counts},
                ever=tuple(work.connection.execute(tables.SPEND_EVER).fetchall()),
                pauses=tuple(Pause(*row) for row in work.connection.execute(tables.PAUSES, (work.now,)).fetchall()),
            )

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._file.close()

    @contextmanager
    def _writing(self) -> Iterator[Bookkeeping]:
        try:
            with self._file.writing() as connection:
                work = Bookkeeping(connection, self._clock())
                yield work
                self.spent += work.booked
        except SpoolBroken as error:
            why = f"{self.path}: {error.__cause__ or error}"
            self._warn(why)
            raise Unavailable(UNUSABLE, why, UNUSABLE_SECONDS, asked=False) from error
        self._warned.clear()

    def _warn(self, why: str) -> None:
        """Once, until the purse could be used again."""
        with self._warning:
            if not self._warned.is_set():
                log.warning("Nothing is paid for until the purse can be used (docs/money.md says what to do): %s", why)
            self._warned.set()
