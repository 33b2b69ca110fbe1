"""Ledgers on disk with many pairs, made by SQL in one go: for the tests of the verbs that decide."""

from pathlib import Path

import duckdb

from shadow.store.ledger import Ledger

PAIRS = """
    insert into pairs
    select $name || i, 'pro', $first + i, 'brief ' || $name || i, now()::timestamp, now()::timestamp,
           'incumbent', null, null, null, null, null
    from range($size) t(i)"""
OUTCOMES = """
    insert into outcomes
    select $name || i, arm, 1, if(arm = 'incumbent', 'live', 'shadow'), 'image', null, null, arm, null, null,
           null, null, null, 1.0, null, 0, 0, 0, 1
    from range($size) t(i), (values ('incumbent'), ('candidate')) a(arm)"""
FINDINGS = """
    insert into findings
    select $name || i, arm, 1, layer,
           if(layer = 'judge', 60 + i % 30 - if(arm = 'candidate', $loss, 0), if(layer = 'similarity', 0.3, null)),
           null, null, null, null, 1
    from range($size) t(i), (values ('incumbent'), ('candidate')) a(arm),
         (values ('properties'), ('similarity'), ('judge')) l(layer)"""
FEATURES = """
    insert into features
    select $name || i, arm, 1, 'properties', 'saturation',
           0.5 + 0.2 * sin(i) - if(arm = 'candidate', $shift, 0), 1
    from range($size) t(i), (values ('incumbent'), ('candidate')) a(arm)"""


def add_pairs(ledger: Ledger, name: str, size: int, *, first: int = 0, loss: float = 0.0, shift: float = 0.0) -> None:
    """File so many pairs of new briefs, dispatched now; the candidate loses `loss` points and `shift` saturation."""

    def change(connection: duckdb.DuckDBPyConnection) -> None:
        known = {"name": name, "size": size}
        connection.execute(PAIRS, {**known, "first": first})
        connection.execute(OUTCOMES, known)
        connection.execute(FINDINGS, {**known, "loss": loss})
        connection.execute(FEATURES, {**known, "shift": shift})

    ledger._file.write(change)  # noqa: SLF001  the ledger files pairs one by one; a test wants hundreds at once


def ledger_in(folder: Path) -> Ledger:
    """The ledger of the default home in this folder."""
    return Ledger(folder / ".shadow" / "scores.duckdb")
