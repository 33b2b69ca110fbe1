"""What was scored again and is not in the ledger yet: one SQLite file, so that a kill repeats nothing that arrived."""

import json
from collections.abc import Sequence
from pathlib import Path

from shadow.finding import Finding
from shadow.spool.sqlite_file import SqliteFile
from shadow.store.entries import Rescored

FILE_NAME = "regate.sqlite"

# Step n takes a journal from version n - 1 to n. Steps are never edited.
STEP_1 = (
    """create table rescored (
        name text primary key,
        capture_id text not null,
        arm text not null,
        draw integer not null,
        picture text not null,
        finding text not null               -- JSON
    )""",
)
PUT = "insert or replace into rescored values (?, ?, ?, ?, ?, ?)"
WAITING = "select capture_id, arm, draw, picture, finding from rescored order by rowid"


class Journal:
    """Findings on their way to the ledger. Safe to use from several threads. Every method raises `SpoolBroken`."""

    def __init__(self, path: Path) -> None:
        """The file is made when it is first used."""
        self._file = SqliteFile(path, (STEP_1,))

    def put(self, item: Rescored) -> None:
        """Keep this finding until `forget`."""
        finding = json.dumps(item.finding.to_record())
        values = (_name(item), item.capture_id, item.arm, item.draw, item.picture, finding)
        with self._file.writing() as connection:
            connection.execute(PUT, values)

    def waiting(self) -> list[Rescored]:
        """What is kept, in the order it came."""
        with self._file.reading() as connection:
            rows = connection.execute(WAITING).fetchall()
        return [
            Rescored(
                capture_id=row[0],
                arm=row[1],
                draw=row[2],
                picture=row[3],
                finding=Finding.from_record(json.loads(row[4])),
            )
            for row in rows
        ]

    def forget(self, items: Sequence[Rescored]) -> None:
        """These are in the ledger."""
        with self._file.writing() as connection:
            connection.executemany("delete from rescored where name = ?", [(_name(item),) for item in items])

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._file.close()


def _name(item: Rescored) -> str:
    return json.dumps([item.capture_id, item.arm, item.draw, item.finding.layer, item.finding.scoring])
