"""The frozen pictures that are judged again each day, read from the ledger; and what was judged, on its way into it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from shadow.brief import Brief
from shadow.store.rows import Row, moment, real, some_text, text

BASELINE = """
    select e.baseline, max(b.frozen_at)
    from epochs e join baselines b on b.migration = e.migration and b.version = e.baseline
    where e.migration = $migration and e.epoch = (select max(epoch) from epochs where migration = $migration)
    group by e.baseline"""
# A picture that came twice is one anchor, with its first score.
CALIBRATION = """
    select outcomes.picture, arg_min(briefs.record, pairs.sequence)
    from findings join outcomes using (capture_id, arm, draw) join pairs using (capture_id)
         join briefs using (brief_digest)
    where pairs.migration = $migration and pairs.filed_at <= $frozen_at and findings.arm = 'incumbent'
      and findings.draw = 1 and findings.layer = 'judge' and findings.score is not null
      and outcomes.picture is not null
    group by outcomes.picture order by arg_min(findings.score, pairs.sequence), outcomes.picture"""
DONE = """
    select picture from anchors
    where migration = $migration and baseline = $baseline and judge = $judge and day = $day"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One frozen picture and what it answers."""

    picture: str
    brief: Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorDay:
    """The anchors of one migration on one day."""

    migration: str
    baseline: int
    judge: str
    """sha256 of everything the judge is told, and its name: scores of another are other scores."""
    day: float
    """Start of the UTC day, Unix seconds."""
    due: tuple[Anchor, ...] = ()
    """Not judged yet on this day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorScore:
    """One judgement of one anchor."""

    migration: str
    baseline: int
    judge: str
    day: float
    picture: str
    judged_at: float
    score: float | None
    missing: str | None
    reason: str


def due(connection: DuckDBPyConnection, migration: str, *, judge: str, day: float, size: int) -> AnchorDay | None:
    """What is to be judged today; None while no baseline is in force.

    The anchors are `size` pictures of the calibration, evenly spread over its incumbent pictures ordered by score: the
    same ones each day, and neither the good nor the bad ones more often than they occur.
    """
    found = connection.execute(BASELINE, {"migration": migration}).fetchall()
    if not found:
        return None
    baseline, frozen_at = found[0]
    asked: dict[str, str | datetime] = {"migration": migration, "frozen_at": frozen_at}
    rows = _spread(connection.execute(CALIBRATION, asked).fetchall(), size)
    today = {"migration": migration, "baseline": baseline, "judge": judge, "day": moment(day)}
    done = {picture for (picture,) in connection.execute(DONE, today).fetchall()}
    anchors = (Anchor(picture=picture, brief=_brief(record)) for picture, record in rows if picture not in done)
    return AnchorDay(migration=migration, baseline=baseline, judge=judge, day=day, due=tuple(anchors))


def anchor_row(item: AnchorScore) -> Row:
    """The row of a judgement; its id says which picture, judge and day, so that each is filed once for ever."""
    return {
        "anchor_id": text(f"{item.migration} {item.baseline} {item.judge} {item.day:.0f} {item.picture}"),
        "migration": text(item.migration),
        "baseline": item.baseline,
        "judge": item.judge,
        "day": moment(item.day),
        "judged_at": moment(item.judged_at),
        "picture": item.picture,
        "score": real(item.score),
        "missing": some_text(item.missing),
        "reason": some_text(item.reason),
    }


class Journal:
    """Judgements that are paid for and not in the ledger yet, one line each. One process at a time."""

    def __init__(self, path: Path) -> None:
        """`path` need not exist."""
        self._path = path

    def keep(self, item: AnchorScore) -> None:
        """It survives this process from now on."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(item)) + "\n")

    def kept(self) -> list[AnchorScore]:
        """Everything kept; a line that a dying process wrote in part is none."""
        return list(self._read())

    def clear(self) -> None:
        """It is in the ledger."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> Iterator[AnchorScore]:
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                yield AnchorScore(**json.loads(line))
            except (ValueError, TypeError):
                continue


def _spread(rows: Sequence[tuple[str, str]], size: int) -> list[tuple[str, str]]:
    kept = min(size, len(rows))
    return [rows[(2 * number + 1) * len(rows) // (2 * kept)] for number in range(kept)]


def _brief(record: str) -> Brief:
    return Brief.from_record(json.loads(record))
