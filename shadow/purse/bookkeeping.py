"""What the purse does inside a transaction: book, count, promise, tidy up after the dead."""

from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection

from shadow.budget import Books, day_of, hour_of
from shadow.purse import tables

SHED = "shed"
TWICE = "possibly paid twice"
GUESSED = "booked at its estimate"
BEGUN, ANSWERED, LOST = 0, 1, 2
"""States of a call: under way; answered and not yet kept in the spool; booked without an answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was begun."""

    call_id: int
    model: str
    step: str
    nano: int
    """Promised; 0 once it is booked."""
    state: int


class Bookkeeping:
    """One transaction on the purse, at one moment."""

    def __init__(self, connection: Connection, now: float) -> None:
        """`now` is Unix time, read after the transaction began, so that transactions are in its order."""
        self.connection = connection
        self.now = now
        self.booked = 0
        """Nano-USD booked as spent in this transaction."""

    def books(self) -> Books:
        """What is spent and promised."""
        today, total, promised = self.connection.execute(tables.BOOKS, (day_of(self.now),)).fetchone()
        return Books(today=today, total=total, promised=promised)

    def book(self, model: str, step: str, nano: int) -> None:
        """So much was spent on one call."""
        self.connection.execute(tables.BOOK, (day_of(self.now), model, step, nano))
        self.booked += nano

    def count(self, name: str) -> None:
        """One more of these."""
        self.connection.execute(tables.COUNT, (day_of(self.now), name, 1))

    def promise(self, model: str, step: str, nano: int) -> int:
        """What to reserve for a call that is thought to cost `nano`: more where such calls were dearer than thought."""
        row = self.connection.execute(tables.FACTOR, (model, step)).fetchone()
        return round(nano * row[0]) if row else nano

    def settle(self, call: Call, nano: int | None, *, usable: bool) -> None:
        """A call ended: see `Purse.settle`."""
        if nano == 0:
            self.connection.execute(tables.DROP_CALL, (call.call_id,))
            return
        if nano is None:
            self.count(GUESSED)
        elif nano > call.nano > 0:
            self._learn(call, nano)
        self.book(call.model, call.step, call.nano if nano is None else nano)
        if nano is None or usable:
            self.connection.execute(tables.END_CALL, (LOST if nano is None else ANSWERED, call.call_id))
        else:
            self.connection.execute(tables.DROP_CALL, (call.call_id,))

    def take_over(self, capture_id: str) -> None:
        """What an earlier holder paid for and did not keep will be paid again."""
        calls = self.calls(tables.CALLS_OF, capture_id)
        for _ in calls:
            self.count(TWICE)
        self.give_up(calls)

    def give_up(self, calls: Iterable[Call]) -> None:
        """Calls that nobody will settle: one under way counts as paid."""
        for call in calls:
            if call.state == BEGUN:
                self.count(GUESSED)
                self.book(call.model, call.step, call.nano)
            self.connection.execute(tables.DROP_CALL, (call.call_id,))

    def calls(self, statement: str, *values: object) -> list[Call]:
        """The calls that a statement finds."""
        return [Call(*row) for row in self.connection.execute(statement, values).fetchall()]

    def tidy(self, hold_seconds: float) -> None:
        """What dead workers left: reservations are free again, calls without an answer are booked."""
        self.give_up(self.calls(tables.CALLS_BEFORE, self.now - hold_seconds))
        self.connection.execute(tables.EXPIRE, (self.now,))
        self.connection.execute(tables.FORGET_ARRIVALS, (hour_of(self.now),))
        self.connection.execute(tables.FORGET_PAUSES, (self.now,))

    def _learn(self, call: Call, nano: int) -> None:
        row = self.connection.execute(tables.FACTOR, (call.model, call.step)).fetchone()
        factor = (row[0] if row else 1.0) * nano / call.nano
        self.connection.execute(tables.OVERRUN, (call.model, call.step, factor))
