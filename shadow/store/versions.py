"""Findings made again: which version they become, and what of the ledger has none under the settings in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from shadow.store import rows, tables
from shadow.store.bulk import insert
from shadow.store.entries import Rescored

KNOWN = """select version, scoring from findings
           where capture_id = ? and arm = ? and draw = ? and layer = ?"""

# One row per stored picture with all that was ever found about it, oldest pair first.
STORED = """
    select capture_id, arm, draw, outcomes.picture, briefs.record, pairs.dispatched_at, outcomes.model,
           list({'layer': f.layer, 'scoring': f.scoring, 'version': f.version, 'score': f.score,
                 'hard_failure': f.hard_failure, 'missing': f.missing} order by f.version, f.rowid)
    from outcomes join pairs using (capture_id) join briefs using (brief_digest)
         left join findings f using (capture_id, arm, draw)
    where migration = $migration and outcomes.picture is not null
          and ($since is null or pairs.dispatched_at >= $since)
    group by all order by min(pairs.sequence), capture_id, arm desc, draw"""

SETTINGS = "select scoring, settings from scorings"

# Every version that was ever made: outcomes and mean of each arm, and the mean paired difference of first draws.
VERSIONS = """
    select layer, scoring, count(incumbent), avg(incumbent), count(candidate), avg(candidate),
           count(candidate - incumbent), avg(candidate - incumbent)
    from (select capture_id, layer, coalesce(scoring, '') as scoring, min(findings.rowid) as place,
                 max(score) filter (arm = 'incumbent') as incumbent, max(score) filter (arm = 'candidate') as candidate
          from findings join pairs using (capture_id)
          where migration = $migration and draw = 1
          group by capture_id, layer, coalesce(scoring, ''))
    group by layer, scoring order by layer, min(place)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One finding as it stands in the ledger."""

    layer: str
    scoring: str
    """"" where it was scored before scorings were named."""
    version: int
    score: float | None
    hard_failure: str | None
    missing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One picture of the ledger with everything that was found about it, oldest first."""

    capture_id: str
    arm: str
    draw: int
    picture: str
    record: str
    """The brief, canonical JSON."""
    made: tuple[Made, ...]
    model: str = ""
    """The model that made it."""


@dataclass(frozen=True, slots=True)
class Version:
    """The scores of one layer under one scoring, all pairs of a migration together. Described, never decided on."""

    layer: str
    scoring: str
    incumbents: int
    incumbent_mean: float | None
    candidates: int
    candidate_mean: float | None
    pairs: int
    """Pairs in which both arms have a score of this scoring."""
    difference: float | None
    """Mean of candidate minus incumbent over these pairs."""


def file(connection: DuckDBPyConnection, items: Sequence[Rescored]) -> int:
    """Insert each item as the next version of its outcome's layer, in one transaction of the caller's."""
    filed = 0
    for item in items:
        place = [rows.text(item.capture_id), rows.text(item.arm), item.draw, rows.text(item.finding.layer)]
        known = connection.execute(KNOWN, place).fetchall()
        if any(scoring == item.finding.scoring for _, scoring in known):
            continue
        version = max((number for number, _ in known), default=0) + 1
        found = rows.rescored_rows(item, version=version)
        for table, new in zip((tables.FINDINGS, tables.FEATURES, tables.EMBEDDINGS), found, strict=True):
            insert(connection, table, new)
        filed += 1
    return filed


def stored(connection: DuckDBPyConnection, migration: str, since: Any = None) -> Iterator[Stored]:
    """Every picture of a migration that is on file, of pairs dispatched since then (UTC, without a zone)."""
    for row in connection.execute(STORED, {"migration": migration, "since": since}).fetchall():
        made = tuple(Made(**{**item, "scoring": item["scoring"] or ""}) for item in row[7] if item["layer"] is not None)
        yield Stored(capture_id=row[0], arm=row[1], draw=row[2], picture=row[3], record=row[4], made=made, model=row[6])


def settings(connection: DuckDBPyConnection) -> Mapping[str, str]:
    """Scoring to the settings it stands for, canonical JSON."""
    return dict(connection.execute(SETTINGS).fetchall())


def versions(connection: DuckDBPyConnection, migration: str) -> list[Version]:
    """Every layer with every scoring that it was ever scored under, the oldest first."""
    return [Version(*row) for row in connection.execute(VERSIONS, {"migration": migration}).fetchall()]
