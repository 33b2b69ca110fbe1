"""What stands in the ledger beside pairs: epochs, baselines, moves, the latch, accepted shifts."""

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
from duckdb import DuckDBPyConnection

from analysis.arrays import moment_of
from analysis.columns import Anchors, Epoch, FrozenBaseline, Latch
from analysis.relations import sql
from analysis.relations.fetching import rows, utc
from analysis.results import CutoverEvent
from analysis.units import DROPS

MOVE = ("at", "actor", "verb", "from_percent", "to_percent", "reason", "decision")


def epoch(connection: DuckDBPyConnection, migration: str) -> Epoch | None:
    """The epoch in force."""
    for number, opened_at, reason, question, version in rows(connection, sql.EPOCH, {"migration": migration}):
        return Epoch(number=number, opened_at=utc(opened_at), reason=reason, question=question, baseline=version)
    return None


def baseline(connection: DuckDBPyConnection, migration: str, version: int | None) -> FrozenBaseline | None:
    """The baseline of this version."""
    found = rows(connection, sql.BASELINE, {"migration": migration, "version": version}) if version else []
    if not found:
        return None
    return FrozenBaseline(
        version=version or 0,
        frozen_at=utc(found[0][2]),
        outcomes=max(row[3] for row in found),
        cuts={row[0]: row[1] for row in found},
        budget=found[0][4],
    )


def cutover(connection: DuckDBPyConnection, migration: str) -> tuple[CutoverEvent, ...]:
    """The audited moves, oldest first."""
    moves = (dict(zip(MOVE, row, strict=True)) for row in rows(connection, sql.CUTOVER, {"migration": migration}))
    return tuple(CutoverEvent(**{**move, "at": utc(move["at"])}) for move in moves)


def latch(connection: DuckDBPyConnection, migration: str, number: int | None) -> Latch | None:
    """The first ROLLBACK said in the epoch of this number."""
    if number is None:
        return None
    for said_at, pairs in rows(connection, sql.LATCH, {"migration": migration, "epoch": number}):
        return Latch(said_at=utc(said_at), pairs=pairs)
    return None


def accepted(connection: DuckDBPyConnection, migration: str, question: str) -> Mapping[str, str]:
    """Accepted style shifts under this question, to the reason last given."""
    return dict(rows(connection, sql.ACCEPTED, {"migration": migration, "question": question}))


def dropped(connection: DuckDBPyConnection, migration: str, epoch: Epoch | None) -> int:
    """Captures that the harness itself lost in this epoch. Losses are counted by the minute; the first one counts."""
    since = moment_of(epoch.opened_at if epoch else datetime(1970, 1, 1, tzinfo=UTC)).item()
    found = rows(connection, sql.DROPPED, {"migration": migration, "reasons": list(DROPS), "since": since})
    return int(found[0][0])


def anchors(connection: DuckDBPyConnection, migration: str, version: int | None) -> Anchors | None:
    """The frozen pictures of the baseline of this version; None where none was judged yet."""
    found = rows(connection, sql.ANCHORS, {"migration": migration, "version": version}) if version else []
    if not found:
        return None
    first: dict[str, float] = {}
    later = []
    for day, picture, score in found:
        if picture in first:
            later.append((day, score - first[picture]))
        else:
            first[picture] = score
    last = max((day for day, _ in later), default=None)
    return Anchors(
        pictures=len(first),
        days=len({day for day, _ in later}),
        gaps=np.array([gap for _, gap in later], dtype=np.float64),
        latest=np.array([day == last for day, _ in later], dtype=np.bool_),
    )


def losses(connection: DuckDBPyConnection, migration: str) -> Mapping[str, int]:
    """Captures that never became a pair, by reason."""
    return {reason: int(count) for reason, count in rows(connection, sql.LOSSES, {"migration": migration})}
