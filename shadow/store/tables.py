"""The tables of the ledger as they are written: columns in order, each with the numpy type its values travel in."""

from collections.abc import Mapping
from dataclasses import dataclass

TEXT = "object"
MOMENT = "datetime64[us]"
"""UTC, without a time zone."""
REAL = "float64"
COUNT = "int64"
SOME_COUNT = "float64"
"""A count that may be missing: integers have no NaN, and a double is exact up to 2**53."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the ledger as it is written."""

    name: str
    columns: Mapping[str, str]
    key: str = ""
    """The column by which a row is filed once for ever, where there is one."""


BRIEFS = Table(
    name="briefs",
    key="brief_digest",
    columns={
        "brief_digest": TEXT,
        "prompt": TEXT,
        "record": TEXT,
        "aspect_ratio": TEXT,
        "image_size": TEXT,
        "first_seen": MOMENT,
    },
)
PAIRS = Table(
    name="pairs",
    key="capture_id",
    columns={
        "capture_id": TEXT,
        "migration": TEXT,
        "sequence": COUNT,
        "brief_digest": TEXT,
        "dispatched_at": MOMENT,
        "filed_at": MOMENT,
        "serving_arm": TEXT,
        "key_hash": TEXT,
        "segment": TEXT,
        "cluster": TEXT,
        "tags": TEXT,
    },
)
OUTCOMES = Table(
    name="outcomes",
    columns={
        "capture_id": TEXT,
        "arm": TEXT,
        "draw": COUNT,
        "role": TEXT,
        "kind": TEXT,
        "label": TEXT,
        "detail": TEXT,
        "model": TEXT,
        "model_version": TEXT,
        "response_id": TEXT,
        "picture": TEXT,
        "mime": TEXT,
        "bytes": SOME_COUNT,
        "latency": REAL,
        "started_at": MOMENT,
        "prompt_tokens": COUNT,
        "output_tokens": COUNT,
        "thought_tokens": COUNT,
        "attempts": COUNT,
    },
)
FINDINGS = Table(
    name="findings",
    columns={
        "capture_id": TEXT,
        "arm": TEXT,
        "draw": COUNT,
        "layer": TEXT,
        "score": REAL,
        "hard_failure": TEXT,
        "missing": TEXT,
        "reason": TEXT,
    },
)
FEATURES = Table(
    name="features",
    columns={"capture_id": TEXT, "arm": TEXT, "draw": COUNT, "layer": TEXT, "name": TEXT, "value": REAL},
)
BASELINES = Table(
    name="baselines",
    columns={
        "migration": TEXT,
        "version": COUNT,
        "frozen_at": MOMENT,
        "layer": TEXT,
        "cut": REAL,
        "outcomes": COUNT,
        "failing": REAL,
        "budget": REAL,
    },
)
EPOCHS = Table(
    name="epochs",
    columns={
        "migration": TEXT,
        "epoch": COUNT,
        "opened_at": MOMENT,
        "reason": TEXT,
        "question": TEXT,
        "baseline": SOME_COUNT,
    },
)
VERDICTS = Table(
    name="verdicts",
    key="verdict_id",
    columns={
        "verdict_id": TEXT,
        "migration": TEXT,
        "epoch": COUNT,
        "said_at": MOMENT,
        "decision": TEXT,
        "pairs": COUNT,
        "question": TEXT,
        "reasons": TEXT,
    },
)
CUTOVER_EVENTS = Table(
    name="cutover_events",
    key="event_id",
    columns={
        "event_id": TEXT,
        "migration": TEXT,
        "at": MOMENT,
        "actor": TEXT,
        "verb": TEXT,
        "from_percent": REAL,
        "to_percent": REAL,
        "reason": TEXT,
        "verdict_id": TEXT,
        "evidence": TEXT,
    },
)
LOSSES = Table(
    name="losses",
    key="loss_id",
    columns={"loss_id": TEXT, "migration": TEXT, "minute": MOMENT, "process": TEXT, "reason": TEXT, "count": COUNT},
)
ACCEPTANCES = Table(
    name="acceptances",
    key="acceptance_id",
    columns={
        "acceptance_id": TEXT,
        "migration": TEXT,
        "accepted_at": MOMENT,
        "actor": TEXT,
        "question": TEXT,
        "feature": TEXT,
        "reason": TEXT,
    },
)
COMPARISONS = Table(
    name="comparisons",
    columns={"capture_id": TEXT, "first_arm": TEXT, "preferred": TEXT, "missing": TEXT, "reason": TEXT},
)
ANCHORS = Table(
    name="anchors",
    key="anchor_id",
    columns={
        "anchor_id": TEXT,
        "migration": TEXT,
        "baseline": COUNT,
        "judge": TEXT,
        "day": MOMENT,
        "judged_at": MOMENT,
        "picture": TEXT,
        "score": REAL,
        "missing": TEXT,
        "reason": TEXT,
    },
)
TABLES = (
    BRIEFS,
    PAIRS,
    OUTCOMES,
    FINDINGS,
    FEATURES,
    BASELINES,
    EPOCHS,
    VERDICTS,
    CUTOVER_EVENTS,
    LOSSES,
    ACCEPTANCES,
    COMPARISONS,
    ANCHORS,
)
