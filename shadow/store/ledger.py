"""The ledger: pairs with everything found about them, baselines, epochs, verdicts and moves, in DuckDB."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from operator import itemgetter
from pathlib import Path

from duckdb import DuckDBPyConnection

from shadow.cutover import Move
from shadow.pair import Loss, Pair
from shadow.store import rows, tables
from shadow.store.anchors import AnchorScore, anchor_row
from shadow.store.bulk import insert
from shadow.store.duckdb_file import DuckdbFile
from shadow.store.entries import Acceptance, Cuts, Said
from shadow.store.migrations import STEPS
from shadow.store.tables import Table

PARTS = (
    (tables.OUTCOMES, rows.outcome_rows),
    (tables.FINDINGS, rows.finding_rows),
    (tables.FEATURES, rows.feature_rows),
    (tables.COMPARISONS, rows.comparison_rows),
)
"""What a pair consists of beside itself."""

MOVES = """select event_id, migration, "at", actor, verb, from_percent, to_percent, reason, verdict_id, evidence
           from cutover_events where migration = ? order by "at", event_id"""


class Ledger:
    """Files pairs, each once for ever, and gives read-only connections. Holds the file only as long as a batch."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        patience_seconds: float = 10.0,
    ) -> None:
        """`clock` tells Unix time; `patience_seconds` is how long to wait while another process holds the file."""
        self.path = path
        self._clock = clock
        self._file = DuckdbFile(path, STEPS, clock=clock, sleep=sleep, patience_seconds=patience_seconds)

    def reading(self) -> AbstractContextManager[DuckDBPyConnection]:
        """A read-only connection for a `with` block. Copy what is needed and leave: nobody can write meanwhile.

        Raises `StoreBroken` where nothing was filed yet, `StoreBusy` where somebody else would not let go.
        """
        return self._file.reading()

    def file(self, pairs: Sequence[Pair], losses: Sequence[Loss] = ()) -> int:
        """File pairs and losses in one transaction: all of them or nothing.

        A capture that is already there is left as it is, and so is a loss. Returns how many pairs were new. Raises
        `StoreBusy`, `StoreBroken`; nothing was filed then.
        """
        if not pairs and not losses:
            return 0
        loss_rows = [rows.loss_row(loss) for loss in losses]

        def change(connection: DuckDBPyConnection) -> int:
            insert(connection, tables.LOSSES, loss_rows)
            return _file_pairs(connection, pairs)

        return self._file.write(change)

    def freeze(self, cuts: Cuts, *, question: Callable[[int], str], reason: str) -> tuple[int, int]:
        """Add a baseline and open the epoch that is asked under it, both or neither.

        `question` gives the sha256 of everything the verdict is asked under, from the version of the baseline.
        Returns the version and the epoch.
        """

        def change(connection: DuckDBPyConnection) -> tuple[int, int]:
            version = _next(connection, tables.BASELINES, "version", cuts.migration)
            insert(connection, tables.BASELINES, rows.baseline_rows(cuts, version=version, at=self._clock()))
            return version, self._open(connection, cuts.migration, question(version), reason, version)

        return self._file.write(change)

    def open_epoch(self, migration: str, *, question: str, reason: str, baseline: int | None) -> int:
        """Open the next epoch of a migration now: only pairs dispatched from now on count. Returns its number."""
        return self._file.write(lambda connection: self._open(connection, migration, question, reason, baseline))

    def add_verdict(self, said: Said) -> None:
        """Write down a verdict, said now. One that is already there is left as it is."""
        row = rows.said_row(said, at=self._clock())
        self._file.write(lambda connection: insert(connection, tables.VERDICTS, [row]))

    def accept(self, item: Acceptance) -> None:
        """Write down that a person accepts a shift of style, now. One that is already there is left as it is."""
        row = rows.acceptance_row(item, at=self._clock())
        self._file.write(lambda connection: insert(connection, tables.ACCEPTANCES, [row]))

    def add_anchors(self, items: Sequence[AnchorScore]) -> None:
        """Write down judgements of frozen pictures. One that is already there is left as it is."""
        found = [anchor_row(item) for item in items]
        self._file.write(lambda connection: insert(connection, tables.ANCHORS, found))

    def add_moves(self, moves: Sequence[Move]) -> None:
        """Write down moves of traffic. One that is already there is left as it is."""
        found = [rows.move_row(move) for move in moves]
        self._file.write(lambda connection: insert(connection, tables.CUTOVER_EVENTS, found))

    def moves(self, migration: str) -> list[Move]:
        """The moves of a migration's traffic, oldest first. Raises `StoreBroken`, `StoreBusy`."""
        with self.reading() as connection:
            found = connection.execute(MOVES, [rows.text(migration)]).fetchall()
        names = tuple(tables.CUTOVER_EVENTS.columns)
        return [rows.move_of(dict(zip(names, row, strict=True))) for row in found]

    def _open(
        self, connection: DuckDBPyConnection, migration: str, question: str, reason: str, baseline: int | None
    ) -> int:
        epoch = _next(connection, tables.EPOCHS, "epoch", migration)
        row = {
            "migration": rows.text(migration),
            "epoch": epoch,
            "opened_at": rows.moment(self._clock()),
            "reason": rows.text(reason),
            "question": rows.text(question),
            "baseline": baseline,
        }
        insert(connection, tables.EPOCHS, [row])
        return epoch


def _file_pairs(connection: DuckDBPyConnection, pairs: Sequence[Pair]) -> int:
    by_id = {rows.text(pair.capture.capture_id): pair for pair in reversed(pairs)}
    filed = insert(connection, tables.PAIRS, [rows.pair_row(pair) for pair in pairs])
    new = [by_id[row["capture_id"]] for row in filed]
    briefs = sorted((rows.brief_row(pair) for pair in new), key=itemgetter("first_seen"))
    insert(connection, tables.BRIEFS, briefs)
    for table, rows_of in PARTS:
        insert(connection, table, [row for pair in new for row in rows_of(pair)])
    return len(new)


def _next(connection: DuckDBPyConnection, table: Table, number: str, migration: str) -> int:
    query = f"select coalesce(max({number}), 0) + 1 from {table.name} where migration = ?"  # noqa: S608  names of ours
    found = connection.execute(query, [rows.text(migration)]).fetchall()
    return int(found[0][0])
