"""The ledger of one migration read into aligned columns. The only room of the analysis that speaks SQL.

Words become small codes inside the database, and the long tables are laid out in numpy by row number: no text that the
numbers do not need is copied, and nothing here names a layer, a feature or a label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from analysis.arrays import Floats, Integers
from analysis.columns import ArmColumns, Epoch, Feature, FrozenBaseline, Labels, Ledger
from analysis.results import CutoverEvent

ARMS = ("incumbent", "candidate")

COMPARED = """
    create or replace temp table compared as
    select capture_id, row_number() over (order by sequence, capture_id) - 1 as row
    from pairs where migration = $migration"""

PAIRS = """
    select capture_id, brief_digest, sequence, dispatched_at, filed_at,
           list_position($segments, coalesce(segment, '')) - 1 as segment
    from pairs join compared using (capture_id) order by row"""

SEGMENTS = "select list(distinct segment) from pairs join compared using (capture_id)"

OUTCOME_WORDS = """
    select list(distinct kind), list(distinct role), list(distinct label), list(distinct model)
    from outcomes join compared using (capture_id) where draw = 1"""

OUTCOMES = """
    select row,
           list_position($arms, arm) - 1 as arm,
           list_position($kinds, kind) - 1 as kind,
           list_position($roles, role) - 1 as role,
           list_position($labels, coalesce(label, '')) - 1 as label,
           list_position($models, model) - 1 as model,
           coalesce(latency, 'nan'::double) as latency,
           coalesce(output_tokens, 0) as output_tokens
    from outcomes join compared using (capture_id) where draw = 1 and list_contains($arms, arm)"""

FINDING_WORDS = """
    select list(distinct hard_failure), list(distinct missing)
    from findings join compared using (capture_id) where draw = 1"""

# Findings are filed in the order of the walk, so the first row of a layer tells its place.
LAYERS = """
    select layer from findings join compared using (capture_id) where draw = 1
    group by layer order by min(findings.rowid)"""

FINDINGS = """
    select row,
           list_position($arms, arm) - 1 as arm,
           list_position($layers, layer) - 1 as layer,
           coalesce(score, 'nan'::double) as score,
           list_position($hard, coalesce(hard_failure, '')) - 1 as hard,
           list_position($missing, coalesce(missing, '')) - 1 as missing
    from findings join compared using (capture_id) where draw = 1 and list_contains($arms, arm)"""

FEATURE_NAMES = """
    select layer, name from features join compared using (capture_id) where draw = 1
    group by layer, name order by min(features.rowid)"""

FEATURES = """
    select row, list_position($arms, arm) - 1 as arm,
           list_position($names, {'layer': layer, 'name': name}) - 1 as feature, value
    from features join compared using (capture_id) where draw = 1 and list_contains($arms, arm)"""

EPOCH = """
    select epoch, opened_at, reason, question, baseline from epochs
    where migration = $migration order by epoch desc limit 1"""

BASELINE = """
    select layer, cut, frozen_at, outcomes, budget from baselines
    where migration = $migration and version = $version order by layer"""

CUTOVER = """
    select e."at", e.actor, e.verb, e.from_percent, e.to_percent, e.reason, v.decision
    from cutover_events e left join verdicts v using (verdict_id)
    where e.migration = $migration order by e."at", e.event_id"""

LOSSES = "select reason, sum(count) from losses where migration = $migration group by reason order by reason"

PROMPTS = """
    select capture_id, coalesce(prompt, '') from pairs left join briefs using (brief_digest)
    where list_contains($captures, capture_id)"""

PICTURES = "select capture_id, arm, picture from outcomes where draw = 1 and list_contains($captures, capture_id)"

REASONS = """
    select capture_id, arm, layer, coalesce(reason, '') from findings
    where draw = 1 and list_contains($captures, capture_id)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The words and pictures of one pair, fetched only where it will be shown."""

    prompt: str
    pictures: Mapping[str, str | None]
    """Arm to sha256 of the picture's bytes."""
    reasons: Mapping[tuple[str, str], str]
    """(arm, layer) to the reason in words; a layer that did not look at the outcome has no entry."""


def read(connection: DuckDBPyConnection, migration: str) -> Ledger:
    """Everything about one migration, copied out, so that the connection can be closed before anything is computed.

    The connection may be read-only; a temporary table on it is made and dropped. A migration nobody knows gives an
    empty ledger.
    """
    connection.execute(COMPARED, {"migration": migration})
    try:
        segments = _words(_one(connection, SEGMENTS)[0])
        pairs = _columns(connection, PAIRS, {"segments": list(segments)})
        layers = tuple(str(row[0]) for row in connection.execute(LAYERS).fetchall())
        features = tuple(Feature(*row) for row in connection.execute(FEATURE_NAMES).fetchall())
        outcomes = _outcomes(connection, len(pairs["sequence"]))
        findings = _findings(connection, len(pairs["sequence"]), layers)
        measured = _features(connection, len(pairs["sequence"]), features)
    finally:
        connection.execute("drop table temp.compared")
    incumbent, candidate = (
        ArmColumns(**outcomes[arm], **findings[arm], features=measured[arm]) for arm in range(len(ARMS))
    )
    epoch = _epoch(connection, migration)
    return Ledger(
        migration=migration,
        layers=layers,
        features=features,
        capture_ids=pairs["capture_id"],
        brief_digests=pairs["brief_digest"],
        sequence=pairs["sequence"],
        dispatched_at=pairs["dispatched_at"],
        filed_at=pairs["filed_at"],
        segments=Labels(words=segments, codes=pairs["segment"]),
        incumbent=incumbent,
        candidate=candidate,
        epoch=epoch,
        baseline=_baseline(connection, migration, epoch.baseline if epoch else None),
        cutover=_cutover(connection, migration),
        losses={reason: int(count) for reason, count in _rows(connection, LOSSES, {"migration": migration})},
    )


def read_texts(connection: DuckDBPyConnection, capture_ids: Sequence[str]) -> dict[str, Texts]:
    """Prompts, pictures and reasons of these pairs, by capture id; an id nobody knows has no entry."""
    wanted = {"captures": list(capture_ids)}
    pictures: dict[str, dict[str, str | None]] = {}
    for capture, arm, picture in _rows(connection, PICTURES, wanted):
        pictures.setdefault(capture, {})[arm] = picture
    reasons: dict[str, dict[tuple[str, str], str]] = {}
    for capture, arm, layer, reason in _rows(connection, REASONS, wanted):
        reasons.setdefault(capture, {})[arm, layer] = reason
    return {
        capture: Texts(prompt=prompt, pictures=pictures.get(capture, {}), reasons=reasons.get(capture, {}))
        for capture, prompt in _rows(connection, PROMPTS, wanted)
    }


def _outcomes(connection: DuckDBPyConnection, pairs: int) -> list[dict[str, Any]]:
    kinds, roles, labels, models = (_words(found) for found in _one(connection, OUTCOME_WORDS))
    words = {"kinds": list(kinds), "roles": list(roles), "labels": list(labels), "models": list(models)}
    rows = _columns(connection, OUTCOMES, {"arms": list(ARMS), **words})
    place = (rows["arm"], rows["row"])
    shape = (len(ARMS), pairs)
    kind, role, label, model = (_laid_out(rows[name], place, shape) for name in ("kind", "role", "label", "model"))
    latency, tokens = _spread(rows["latency"], place, shape), _laid_out(rows["output_tokens"], place, shape)
    return [
        {
            "kinds": Labels(words=kinds, codes=kind[arm]),
            "roles": Labels(words=roles, codes=role[arm]),
            "labels": Labels(words=labels, codes=label[arm]),
            "models": Labels(words=models, codes=model[arm]),
            "latency": latency[arm],
            "output_tokens": tokens[arm],
        }
        for arm in range(len(ARMS))
    ]


def _findings(connection: DuckDBPyConnection, pairs: int, layers: tuple[str, ...]) -> list[dict[str, Any]]:
    hard, missing = (_words(found) for found in _one(connection, FINDING_WORDS))
    words = {"layers": list(layers), "hard": list(hard), "missing": list(missing)}
    rows = _columns(connection, FINDINGS, {"arms": list(ARMS), **words})
    place = (rows["arm"], rows["layer"], rows["row"])
    shape = (len(ARMS), len(layers), pairs)
    scores = _spread(rows["score"], place, shape)
    hard_codes, missing_codes = _laid_out(rows["hard"], place, shape), _laid_out(rows["missing"], place, shape)
    return [
        {
            "scores": dict(zip(layers, scores[arm], strict=True)),
            "hard_failures": {name: Labels(words=hard, codes=hard_codes[arm, at]) for at, name in enumerate(layers)},
            "missing": {name: Labels(words=missing, codes=missing_codes[arm, at]) for at, name in enumerate(layers)},
        }
        for arm in range(len(ARMS))
    ]


def _features(connection: DuckDBPyConnection, pairs: int, features: tuple[Feature, ...]) -> list[dict[Feature, Floats]]:
    rows = _columns(connection, FEATURES, {"arms": list(ARMS), "names": [name._asdict() for name in features]})
    place = (rows["arm"], rows["feature"], rows["row"])
    values = _spread(rows["value"], place, (len(ARMS), len(features), pairs))
    return [dict(zip(features, values[arm], strict=True)) for arm in range(len(ARMS))]


def _epoch(connection: DuckDBPyConnection, migration: str) -> Epoch | None:
    for number, opened_at, reason, question, baseline in _rows(connection, EPOCH, {"migration": migration}):
        return Epoch(number=number, opened_at=_utc(opened_at), reason=reason, question=question, baseline=baseline)
    return None


def _baseline(connection: DuckDBPyConnection, migration: str, version: int | None) -> FrozenBaseline | None:
    if version is None:
        return None
    rows = _rows(connection, BASELINE, {"migration": migration, "version": version})
    if not rows:
        return None
    return FrozenBaseline(
        version=version,
        frozen_at=_utc(rows[0][2]),
        outcomes=max(row[3] for row in rows),
        cuts={row[0]: row[1] for row in rows},
        budget=rows[0][4],
    )


def _cutover(connection: DuckDBPyConnection, migration: str) -> tuple[CutoverEvent, ...]:
    names = ("at", "actor", "verb", "from_percent", "to_percent", "reason", "decision")
    rows = (dict(zip(names, row, strict=True)) for row in _rows(connection, CUTOVER, {"migration": migration}))
    return tuple(CutoverEvent(**{**row, "at": _utc(row["at"])}) for row in rows)


def _columns(connection: DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    # Not one column of these queries is null or an enumeration, so each comes as a plain array.
    return cast("dict[str, NDArray[Any]]", connection.execute(query, parameters).fetchnumpy())


def _rows(connection: DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return connection.execute(query, parameters).fetchall()


def _one(connection: DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    return connection.execute(query).fetchall()[0]


def _words(found: Sequence[str | None] | None) -> tuple[str, ...]:
    return ("", *sorted({word for word in found or () if word}))


def _spread(values: NDArray[Any], place: tuple[Integers, ...], shape: tuple[int, ...]) -> Floats:
    columns = np.full(shape, np.nan)
    columns[place] = values
    return columns


def _laid_out(values: NDArray[Any], place: tuple[Integers, ...], shape: tuple[int, ...]) -> Integers:
    columns = np.zeros(shape, dtype=np.int64)
    columns[place] = values
    return columns


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
