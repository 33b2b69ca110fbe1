"""Rows go into the ledger as numpy columns, a thousand times faster than one by one, and are held against what went in.

DuckDB scans the arrays in place. Columns are contiguous, native and never masked, because it loses the mask of a masked
array without a word; and there are versions of it that scan numpy wrongly at times, so what was written is read back.
"""

import base64
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from shadow.errors import StoreBroken
from shadow.store.rows import Row
from shadow.store.tables import BYTES, REAL, TEXT, Table

Columns = dict[str, NDArray[Any]]


def insert(connection: DuckDBPyConnection, table: Table, rows: Sequence[Row]) -> list[Row]:
    """Insert rows inside the transaction of the caller; of a table with a key only those whose key is new.

    Returns the rows that were inserted, in order. Raises `StoreBroken` where DuckDB wrote anything else, the order of
    rows included: findings stand in the order of the walk.
    """
    if table.key:
        rows = _new(connection, table, rows)
    if rows:
        _insert(connection, table, rows)
    return list(rows)


def _new(connection: DuckDBPyConnection, table: Table, rows: Sequence[Row]) -> list[Row]:
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row[table.key], row)
    with _scanned(connection, {"key": _column(list(first), table.columns[table.key])}):
        there = f"select {table.key} from {table.name} where {table.key} in (select key from batch)"  # noqa: S608  ours
        known = {found[0] for found in connection.execute(there).fetchall()}
    return [row for key, row in first.items() if key not in known]


def _insert(connection: DuckDBPyConnection, table: Table, rows: Sequence[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in table.columns)
    values = ", ".join(
        f'from_base64("{name}")' if kind == BYTES else f'"{name}"' for name, kind in table.columns.items()
    )
    with _scanned(connection, columns(table, rows)):
        statement = f"insert into {table.name} ({names}) select {values} from batch returning {names}"  # noqa: S608  ours
        written = connection.execute(statement).fetchall()
    if written != [tuple(row[name] for name in table.columns) for row in rows]:
        msg = f"DuckDB wrote something else into {table.name} than it was given; nothing was filed."
        raise StoreBroken(msg)


@contextmanager
def _scanned(connection: DuckDBPyConnection, batch: Columns) -> Iterator[None]:
    """The columns under the name `batch`. A list as a parameter would take DuckDB longer than scanning the arrays."""
    connection.register("batch", batch)
    try:
        yield
    finally:
        connection.unregister("batch")


def columns(table: Table, rows: Sequence[Row]) -> Columns:
    """The rows as one numpy array per column: missing is NaN, NaT or None."""
    return {name: _column([row[name] for row in rows], kind) for name, kind in table.columns.items()}


def _column(values: list[Any], kind: str) -> NDArray[Any]:
    if kind == REAL:
        values = [math.nan if value is None else value for value in values]
    if kind == BYTES:
        values, kind = [base64.b64encode(value).decode("ascii") for value in values], TEXT
    column = np.empty(len(values), dtype=kind)
    column[:] = values
    return column
