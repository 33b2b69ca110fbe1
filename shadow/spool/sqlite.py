"""The durable spool: one SQLite file that live processes write and workers empty."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from shadow.errors import StaleLease, StoreBroken
from shadow.pair import Capture, Examined, Loss, ReadsImage
from shadow.spool.spool import DeadLetter, Lease
from shadow.spool.sqlite_file import SqliteFile

PICTURE_LOST = "picture lost"
UNREADABLE = "record unreadable"

# Step n takes a spool from version n - 1 to n. Steps are never edited.
STEP_1 = (
    """create table captures (
        sequence integer primary key autoincrement,
        capture_id text not null unique,
        migration text not null,
        state text not null check (state in ('ready', 'leased', 'buried')),
        due real not null,                  -- Unix time: ready from then, held until then, or buried then
        token text,                         -- of the lease in force
        attempts integer not null,
        reason text,                        -- why it was buried
        record text not null,               -- JSON of the capture
        progress text not null              -- JSON list of the outcomes obtained so far
    )""",
    # A fresh file counts on from the milliseconds since 1970: where a broken spool was moved away, the captures of the
    # new one still come after those of the old one, which may be in the ledger already.
    """insert into sqlite_sequence (name, seq)
       values ('captures', cast((julianday('now') - 2440587.5) * 86400000 as integer))""",
    # Everything that choosing and counting need, in the order of choosing, without the long records.
    "create index captures_state on captures (sequence, state, due, migration)",
    """create table losses (
        loss_id text primary key,
        migration text not null,
        minute real not null,
        process text not null,
        reason text not null,
        count integer not null
    )""",
)
STEPS = (STEP_1,)

PUT = """insert or ignore into captures (capture_id, migration, state, due, attempts, record, progress)
         values (?, ?, 'ready', ?, 0, ?, ?)"""
DUE = "select sequence from captures where state <> 'buried' and due <= ? order by sequence limit ?"
LEASE = "update captures set state = 'leased', due = ?, token = ?, attempts = attempts + 1 where sequence = ?"
LEASED = "select attempts, record, progress from captures where sequence = ?"
RENEW = "update captures set due = ?"
KEEP = "update captures set progress = ?"
SETTLE = "delete from captures"
RELEASE = "update captures set state = 'ready', token = null, due = ?, attempts = attempts - ?"
BURY = "update captures set state = 'buried', token = null, due = ?, reason = ?"
BURIED = """select capture_id, migration, due, attempts, reason from captures
            where state = 'buried' order by due, sequence"""
REVIVE = """update captures set state = 'ready', due = ?, attempts = 0, reason = null
            where capture_id = ? and state = 'buried'"""
DROP = "delete from captures where capture_id = ? and state = 'buried'"
DEPTH = """select migration, case when state = 'leased' and due <= ? then 'ready' else state end as standing, count(*)
           from captures group by migration, standing order by migration, standing"""
UNSETTLED = """select migration, json_extract(record, '$.dispatched_at') from captures
               where json_valid(record) and json_type(record, '$.dispatched_at') in ('integer', 'real')
               and json_extract(record, '$.source') is not 'import'"""
LOSE = "insert or ignore into losses (loss_id, migration, minute, process, reason, count) values (?, ?, ?, ?, ?, ?)"
LOSSES = "select loss_id, migration, minute, process, reason, count from losses order by minute, loss_id"


class SqliteSpool:
    """Captures in a SQLite file: several live processes put, several workers lease, a kill at any point loses nothing.

    Survives the death of any process; after a power cut the last moments may be missing (WAL, synchronous=NORMAL),
    the file is never torn. A lease that ran out still counts while nobody else has taken the capture.
    """

    def __init__(self, path: Path, read: ReadsImage, clock: Callable[[], float] = time.time) -> None:
        """`read` finds the pictures of a leased capture; `clock` tells Unix time, the same in all processes."""
        self._file = SqliteFile(path, STEPS)
        self._read = read
        self._clock = clock

    def put(self, capture: Capture, progress: Sequence[Examined] = ()) -> None:
        """See `Spool.put`. The pictures are already in the picture store."""
        record = json.dumps(capture.to_record())
        done = json.dumps([item.to_record() for item in progress])
        with self._file.writing() as connection:
            connection.execute(PUT, (capture.capture_id, capture.migration, self._clock(), record, done))

    def lease(self, *, limit: int, seconds: float) -> list[Lease]:
        """See `Spool.lease`. What cannot be read back is buried, so that it does not stand in the way of the rest."""
        leases = (self._read_back(row) for row in self._claim(limit, seconds))
        return [lease for lease in leases if lease is not None]

    def renew(self, lease: Lease, seconds: float) -> None:
        """See `Spool.renew`."""
        self._change(lease.sequence, lease.token, RENEW, self._clock() + seconds)

    def keep(self, lease: Lease, progress: Sequence[Examined]) -> None:
        """See `Spool.keep`."""
        self._change(lease.sequence, lease.token, KEEP, json.dumps([item.to_record() for item in progress]))

    def settle(self, lease: Lease) -> None:
        """See `Spool.settle`."""
        self._change(lease.sequence, lease.token, SETTLE)

    def release(self, lease: Lease, *, seconds: float, counted: bool) -> None:
        """See `Spool.release`."""
        self._change(lease.sequence, lease.token, RELEASE, self._clock() + seconds, 0 if counted else 1)

    def bury(self, lease: Lease, reason: str) -> None:
        """See `Spool.bury`."""
        # The reason may quote anything, and a lone surrogate cannot be written.
        words = reason.encode("utf-8", "backslashreplace").decode("utf-8")
        self._change(lease.sequence, lease.token, BURY, self._clock(), words)

    def buried(self) -> list[DeadLetter]:
        """See `Spool.buried`."""
        with self._file.reading() as connection:
            rows = connection.execute(BURIED).fetchall()
        return [
            DeadLetter(capture_id=row[0], migration=row[1], buried_at=row[2], attempts=row[3], reason=row[4])
            for row in rows
        ]

    def revive(self, capture_id: str) -> bool:
        """See `Spool.revive`. What was already paid for stays kept."""
        with self._file.writing() as connection:
            return connection.execute(REVIVE, (self._clock(), capture_id)).rowcount > 0

    def drop(self, capture_id: str) -> bool:
        """See `Spool.drop`."""
        with self._file.writing() as connection:
            return connection.execute(DROP, (capture_id,)).rowcount > 0

    def depth(self) -> Mapping[str, Mapping[str, int]]:
        """See `Spool.depth`."""
        with self._file.reading() as connection:
            rows = connection.execute(DEPTH, (self._clock(),)).fetchall()
        counts: dict[str, dict[str, int]] = {}
        for migration, state, count in rows:
            counts.setdefault(migration, {})[state] = count
        return counts

    def unsettled(self) -> Mapping[str, Sequence[float]]:
        """See `Spool.unsettled`. A record that cannot be read is a dead letter without a time: it is left out."""
        with self._file.reading() as connection:
            rows = connection.execute(UNSETTLED).fetchall()
        found: dict[str, list[float]] = {}
        for migration, dispatched_at in rows:
            found.setdefault(migration, []).append(float(dispatched_at))
        return found

    def lose(self, losses: Sequence[Loss]) -> None:
        """See `Spool.lose`."""
        rows = [(item.loss_id, item.migration, item.minute, item.process, item.reason, item.count) for item in losses]
        with self._file.writing() as connection:
            connection.executemany(LOSE, rows)

    def losses(self) -> list[Loss]:
        """See `Spool.losses`."""
        with self._file.reading() as connection:
            rows = connection.execute(LOSSES).fetchall()
        return [
            Loss(loss_id=row[0], migration=row[1], minute=row[2], process=row[3], reason=row[4], count=row[5])
            for row in rows
        ]

    def carried(self, losses: Sequence[Loss]) -> None:
        """See `Spool.carried`."""
        with self._file.writing() as connection:
            connection.executemany("delete from losses where loss_id = ?", [(item.loss_id,) for item in losses])

    def close(self) -> None:
        """See `Spool.close`. The next use opens the file again."""
        self._file.close()

    def _claim(self, limit: int, seconds: float) -> list[tuple[Any, ...]]:
        now = self._clock()
        with self._file.reading() as connection:
            # An idle worker asks often: it must not take the write lock from the live processes for nothing.
            if not connection.execute(DUE, (now, 1)).fetchall():
                return []
        with self._file.writing() as connection:
            sequences = [row[0] for row in connection.execute(DUE, (now, limit)).fetchall()]
            return [_claimed(connection, sequence, now + seconds) for sequence in sequences]

    def _read_back(self, row: tuple[Any, ...]) -> Lease | None:
        """The lease of a claimed row, or None where the capture had to be buried."""
        sequence, token, attempts, record, progress = row
        try:
            return Lease(
                capture=Capture.from_record(json.loads(record), self._read),
                sequence=sequence,
                token=token,
                attempts=attempts,
                progress=tuple(Examined.from_record(item, self._read) for item in json.loads(progress)),
            )
        except StoreBroken:
            reason = PICTURE_LOST
        except (KeyError, TypeError, ValueError, AttributeError):
            reason = UNREADABLE
        with contextlib.suppress(StaleLease):
            self._change(sequence, token, BURY, self._clock(), reason)
        return None

    def _change(self, sequence: int, token: str, statement: str, *values: object) -> None:
        """Change a leased capture. Whoever does not hold the lease in force changes nothing: `StaleLease`."""
        with self._file.writing() as connection:
            done = connection.execute(f"{statement} where sequence = ? and token = ?", (*values, sequence, token))
            if done.rowcount == 0:
                msg = f"The lease on capture number {sequence} ran out and the capture is somebody else's now."
                raise StaleLease(msg)


def _claimed(connection: Connection, sequence: int, until: float) -> tuple[Any, ...]:
    token = os.urandom(16).hex()
    connection.execute(LEASE, (until, token, sequence))
    return sequence, token, *connection.execute(LEASED, (sequence,)).fetchone()
