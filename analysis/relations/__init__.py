"""The ledger of one migration read into aligned columns. The only room of the analysis that speaks SQL.

Words become small codes inside the database, and the long tables are laid out in numpy by row number: no text that the
numbers do not need is copied, and nothing here names a layer, a feature or a label.
"""

import numpy as np
from duckdb import DuckDBPyConnection

from analysis.arrays import Floats
from analysis.columns import Again, Feature, Labels, Ledger
from analysis.relations import fetching, records, sql
from analysis.relations.arms import ARMS, arms
from analysis.relations.texts import Texts, read_texts

__all__ = ["ARMS", "Texts", "read", "read_texts"]


def read(connection: DuckDBPyConnection, migration: str) -> Ledger:
    """Everything about one migration, copied out, so that the connection can be closed before anything is computed.

    The connection may be read-only; a temporary table on it is made and dropped. A migration nobody knows gives an
    empty ledger.
    """
    connection.execute(sql.COMPARED, {"migration": migration})
    try:
        segments = fetching.words(fetching.one(connection, sql.SEGMENTS)[0])
        pairs = fetching.columns(connection, sql.PAIRS, {"segments": list(segments)})
        layers = tuple(str(row[0]) for row in connection.execute(sql.LAYERS).fetchall())
        features = tuple(Feature(*row) for row in connection.execute(sql.FEATURE_NAMES).fetchall())
        incumbent, candidate = arms(connection, len(pairs["sequence"]), layers, features)
        again = _again(connection, len(pairs["sequence"]), layers)
        sides = _sides(connection, len(pairs["sequence"]))
    finally:
        connection.execute("drop table temp.compared")
    epoch = records.epoch(connection, migration)
    return Ledger(
        migration=migration,
        layers=layers,
        features=features,
        capture_ids=pairs["capture_id"],
        brief_digests=pairs["brief_digest"],
        briefs=pairs["brief"],
        sequence=pairs["sequence"],
        dispatched_at=pairs["dispatched_at"],
        filed_at=pairs["filed_at"],
        segments=Labels(words=segments, codes=pairs["segment"]),
        candidate_served=pairs["candidate_served"],
        keys=pairs["key"],
        clusters=pairs["cluster"],
        incumbent=incumbent,
        candidate=candidate,
        again=again,
        sides=sides,
        anchors=records.anchors(connection, migration, epoch.baseline if epoch else None),
        epoch=epoch,
        baseline=records.baseline(connection, migration, epoch.baseline if epoch else None),
        latch=records.latch(connection, migration, epoch.number if epoch else None),
        accepted=records.accepted(connection, migration, epoch.question) if epoch else {},
        cutover=records.cutover(connection, migration),
        losses=records.losses(connection, migration),
        dropped=records.dropped(connection, migration, epoch),
    )


def _again(connection: DuckDBPyConnection, pairs: int, layers: tuple[str, ...]) -> Again | None:
    rows = fetching.columns(connection, sql.SAME_PICTURE, {})
    if not rows["row"].size:
        return None
    same = np.zeros(pairs, dtype=np.bool_)
    same[rows["row"]] = rows["same"]
    return Again(arm=arms(connection, pairs, layers, (), draw=2)[0], same_picture=same)


def _sides(connection: DuckDBPyConnection, pairs: int) -> Floats | None:
    rows = fetching.columns(connection, sql.SIDES, {})
    return fetching.spread(rows["preferred"], (rows["front"], rows["row"]), (2, pairs)) if rows["row"].size else None
