"""Weeks of a migration in seconds: a real ledger, the real steps of the cutover, a clock that the test turns.

The pairs' scores are drawn, seeded, from what an emulator's scenario is known to do to quality (its `truth`, which the
emulator's own tests measure); everything from the ledger on is the product.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np

from analysis import thresholds
from shadow.cli.cutover.auto import Taken, step
from shadow.cli.evidence import columns_of, question_of
from shadow.config import load
from shadow.emulator import SCENARIOS
from shadow.emulator.scenarios import Truth
from shadow.harness import Harness
from shadow.store.entries import Cuts
from shadow.store.ledger import Ledger

DAY = 86_400.0
BEGAN = datetime(2026, 6, 1, 6, tzinfo=UTC).timestamp()
CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"
{last_day}

[verdict]
min_hours = 24.0

[cutover]
stage_hours = 20.0
stage_pairs = 100
{cutover}
"""
PAIRS = """
    insert into pairs
    select $name || i, 'pro', $first + i, 'brief ' || $name || i,
           make_timestamp(($at + i * $apart)::bigint), make_timestamp(($at + i * $apart)::bigint + 1000000),
           if($candidate_serves, 'candidate', 'incumbent'), null, null, null, null, null
    from drawn"""
OUTCOMES = """
    insert into outcomes
    select $name || i, arm, 1, 'shadow', if(arm = 'incumbent' and $gone, 'infrastructure', 'image'),
           if(arm = 'incumbent' and $gone, '404 NOT_FOUND', null), null, arm, null, null,
           null, null, null, 1.0, null, 0, 0, 0, 1
    from drawn, (values ('incumbent'), ('candidate')) t(arm)"""
FINDINGS = """
    insert into findings
    select $name || i, arm, 1, layer,
           if(layer = 'judge', if(arm = 'candidate', a, b), if(layer = 'similarity', 0.3, null)),
           null, null, null, null, 1
    from drawn, (values ('incumbent'), ('candidate')) t(arm),
         (values ('properties'), ('similarity'), ('judge')) l(layer)
    where arm = 'candidate' or not $gone"""


@dataclass(slots=True, kw_only=True)
class Weeks:
    """One migration. `per_day` pairs come evenly over each day; one step of the cutover ends it."""

    harness: Harness
    generator: np.random.Generator
    per_day: int = 400
    now: float = BEGAN
    first: int = 0
    percents: list[float] = field(default_factory=list)
    """After each day."""

    def clock(self) -> float:
        """Unix time in the simulation."""
        return self.now

    def calibrate(self) -> None:
        """A day of pairs, and the baseline cut from it."""
        self._pairs(Truth(quality=0.0, tolerance=0.0, touched=0.0), gone=False)
        columns = columns_of(self.harness, "pro")
        made = thresholds.calibrate(columns, budget=0.02)
        cuts, below = made.frozen
        question = question_of(self.harness.config, "pro")
        self.harness.ledger.freeze(
            Cuts(migration="pro", cuts=cuts, failing=below, outcomes=made.outcomes, budget=made.budget),
            question=lambda version: question.under(version).digest(),
            reason="frozen",
        )

    def day(self, scenario: str, *, gone: bool = False) -> Taken:
        """A day of pairs in which the candidate paints as in this scenario, then one step."""
        self._pairs(SCENARIOS[scenario].truth, gone=gone)
        taken = step(self.harness, "pro", clock=self.clock)
        self.harness.carry_moves()
        self.percents.append(taken.to_percent)
        return taken

    def _pairs(self, truth: Truth, *, gone: bool) -> None:
        before, after = self._drawn(truth)
        known = {"name": f"d{self.first}-", "gone": gone}
        place = {
            "first": self.first,
            "at": self.now * 1e6,
            "apart": DAY / self.per_day * 1e6 * 0.9,
            "candidate_serves": self.harness.cutover_file.read().of("pro") >= 100,
            "name": known["name"],
        }

        def change(connection: duckdb.DuckDBPyConnection) -> None:
            connection.register("drawn", {"i": np.arange(self.per_day), "b": before, "a": after})
            connection.execute(PAIRS, place)
            connection.execute(OUTCOMES, known)
            connection.execute(FINDINGS, known)
            connection.unregister("drawn")

        self.harness.ledger._file.write(change)  # noqa: SLF001  the ledger files pairs one by one; days want hundreds
        self.first += self.per_day
        self.now += DAY

    def _drawn(self, truth: Truth) -> tuple[np.ndarray, np.ndarray]:
        size, draw = self.per_day, self.generator
        shared = 84 + 6 * draw.standard_normal(size) - 3 * draw.exponential(size=size)
        before, after = shared + 4 * draw.standard_normal((2, size))
        loss = truth.each if truth.each is not None else truth.quality
        after = after + loss * (draw.random(size) < (truth.touched or 0.0))
        return np.clip(np.rint(before), 0, 100), np.clip(np.rint(after), 0, 100)


def weeks_in(folder: Path, *, seed: int = 1, last_day: str = "", cutover: str = "") -> Weeks:
    """A calibrated migration."""
    line = f"last_day = {last_day}" if last_day else ""
    (folder / "config.toml").write_text(CONFIG.format(last_day=line, cutover=cutover))
    harness = Harness(load(folder / "config.toml"))
    weeks = Weeks(harness=harness, generator=np.random.default_rng(seed))
    harness.__dict__["ledger"] = Ledger(harness.config.home / "scores.duckdb", clock=weeks.clock)
    weeks.calibrate()
    return weeks
