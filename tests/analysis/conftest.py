"""A ledger made by the real schema steps, filled pair by pair, for the tests of the analysis."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings

from analysis import relations
from analysis.columns import Ledger
from shadow.store.migrations import STEPS

# The same examples on every machine and at any load.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

START = datetime(2026, 6, 1)  # noqa: DTZ001  the ledger keeps UTC without a zone
MIGRATION = "pro"
NOTHING = "(null)"


class Filing:
    """Files pairs, epochs and baselines the way the ledger keeps them; minutes count from the start of the window."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: Path) -> None:
        self.open = connection
        self.file = file
        self.filed = 0
        self.briefs: set[str] = set()
        self.waiting: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, with everything filed so far written: through files, as binding single values is slow."""
        for (table, columns), rows in self.waiting.items():
            names = ", ".join(f'"{name}"' for name in columns)
            with self.file.open("w", newline="") as lines:
                csv.writer(lines).writerows([NOTHING if value is None else value for value in row] for row in rows)
            self.open.execute(
                f"copy {table} ({names}) from '{self.file}' (format csv, header false, nullstr '{NOTHING}')"
            )
        self.waiting.clear()
        return self.open

    def pair(
        self,
        incumbent: Mapping[str, Any] | None = None,
        candidate: Mapping[str, Any] | None = None,
        *,
        brief: str | None = None,
        minute: float | None = None,
        **pair: Any,
    ) -> str:
        """File one pair; an arm is described by the arguments of `outcome`. Returns its capture id."""
        number = self.filed
        self.filed += 1
        moment = START + timedelta(minutes=number if minute is None else minute)
        capture, digest = f"capture-{number}", brief or f"brief-{number}"
        self.insert(
            "pairs",
            capture_id=capture,
            brief_digest=digest,
            **{
                "migration": MIGRATION,
                "sequence": number,
                "dispatched_at": moment,
                "filed_at": moment,
                "serving_arm": "incumbent",
                **pair,
            },
        )
        if digest not in self.briefs:
            self.briefs.add(digest)
            prompt = f"a picture of {digest}"
            self.insert("briefs", brief_digest=digest, prompt=prompt, record="{}", first_seen=moment)
        self.outcome(capture, "incumbent", role="live", **(incumbent or {}))
        self.outcome(capture, "candidate", role="shadow", **(candidate or {}))
        return capture

    def outcome(
        self,
        capture: str,
        arm: str,
        *,
        judge: float | None = 80.0,
        similarity: float | None = 0.5,
        hard: str | None = None,
        missing: str | None = None,
        features: Mapping[str, float] | None = None,
        kind: str = "image",
        draw: int = 1,
        **outcome: Any,
    ) -> None:
        """File one outcome and what the walk found: `hard` fails it at the properties, `missing` leaves it unjudged."""
        values = {
            "role": "live",
            "model": f"{arm}-model",
            "attempts": 1,
            "latency": 2.0,
            "output_tokens": 10,
            **outcome,
        }
        picture = f"picture-{capture}-{arm}" if kind == "image" else None
        self.insert("outcomes", capture_id=capture, arm=arm, draw=draw, kind=kind, picture=picture, **values)
        if kind != "image":
            return
        walk: list[tuple[str, float | None, str | None, str | None]] = [("properties", None, hard, None)]
        if hard is None:
            walk += [("similarity", similarity, None, None), ("judge", None if missing else judge, None, missing)]
        for layer, score, failure, nothing in walk:
            self.insert(
                "findings",
                capture_id=capture,
                arm=arm,
                draw=draw,
                layer=layer,
                score=score,
                hard_failure=failure,
                missing=nothing,
                reason=f"{layer} of {arm}",
            )
        for name, value in (features or {}).items():
            self.insert("features", capture_id=capture, arm=arm, draw=draw, layer="properties", name=name, value=value)

    def baseline(self, cuts: Mapping[str, float], *, minute: float, version: int = 1) -> None:
        """Freeze these cuts."""
        for layer, cut in cuts.items():
            self.insert(
                "baselines",
                migration=MIGRATION,
                version=version,
                frozen_at=START + timedelta(minutes=minute),
                layer=layer,
                cut=cut,
                outcomes=self.filed,
                failing=0.0,
                budget=0.02,
            )

    def epoch(self, question: str, *, minute: float, number: int = 1, baseline: int | None = 1) -> None:
        """Open an epoch under the question with this digest."""
        opened_at = START + timedelta(minutes=minute)
        self.insert(
            "epochs",
            migration=MIGRATION,
            epoch=number,
            opened_at=opened_at,
            reason="because",
            question=question,
            baseline=baseline,
        )

    def loss(self, loss_id: str, *, reason: str, minute: float, count: int) -> None:
        """Captures that never became a pair, in this minute."""
        at = START + timedelta(minutes=minute)
        self.insert("losses", loss_id=loss_id, migration=MIGRATION, minute=at, process="p", reason=reason, count=count)

    def insert(self, table: str, **row: Any) -> None:
        """One row of one table, by column name; written before the ledger is next looked at."""
        self.waiting.setdefault((table, tuple(row)), []).append(tuple(row.values()))

    def read(self) -> Ledger:
        """The ledger as the analysis reads it."""
        return relations.read(self.connection, MIGRATION)


@pytest.fixture
def filing(tmp_path: Path) -> Iterator[Filing]:
    """An empty ledger with the newest schema."""
    with duckdb.connect() as connection:
        for step in STEPS:
            for statement in step:
                connection.execute(statement)
        yield Filing(connection, tmp_path / "rows.csv")
