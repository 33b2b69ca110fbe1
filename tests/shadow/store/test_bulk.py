"""Bulk writing: what goes in comes out, and anything else is refused."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pytest
from duckdb import DuckDBPyConnection

from shadow.errors import StoreBroken
from shadow.store.bulk import columns, insert
from shadow.store.tables import COUNT, MOMENT, REAL, SOME_COUNT, TEXT, Table

THINGS = Table(
    name="things",
    key="name",
    columns={"name": TEXT, "words": TEXT, "score": REAL, "size": SOME_COUNT, "number": COUNT, "seen": MOMENT},
)
NOON = datetime(2026, 3, 1, 12, 0, 0, 123456)  # noqa: DTZ001  the ledger's times are UTC without a zone


@pytest.fixture
def connection() -> Iterator[DuckDBPyConnection]:
    """A database in memory with one table, set up as the ledger is."""
    with duckdb.connect(config={"pandas_analyze_sample": 0, "python_enable_replacements": False}) as made:
        made.execute(
            """create table things (name varchar primary key, words varchar, score double, size bigint,
               number integer not null, seen timestamp)"""
        )
        yield made


def thing(name: str, **values: Any) -> dict[str, Any]:
    """A row in which everything but the name and the number is missing."""
    return {"name": name, "words": None, "score": None, "size": None, "number": 1, "seen": None, **values}


def stored(connection: DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """All rows, in the order of writing."""
    return connection.execute("select * from things order by rowid").fetchall()


def test_every_value_comes_out_as_it_went_in(connection: DuckDBPyConnection) -> None:
    """Thousands of rows of every kind, mostly missing, with texts of every length, are stored in order, exactly."""
    rng = np.random.default_rng(5)
    rows = [
        thing(
            f"thing {number}",
            words="ü💥\x00 "[: number % 5] * int(rng.integers(1, 40)) if number % 7 == 0 else None,
            score=float(rng.normal()) if number % 3 else None,
            size=int(rng.integers(0, 2**53)) if number % 4 == 0 else None,
            number=int(rng.integers(-(2**31), 2**31)),
            seen=NOON + timedelta(microseconds=number) if number % 2 else None,
        )
        for number in range(5000)
    ]
    assert insert(connection, THINGS, rows) == rows
    assert stored(connection) == [tuple(row.values()) for row in rows]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("words", "'; drop table things; --"),
        ("words", "\x00"),
        ("words", "\u202e\ufeff\u200d"),
        ("words", "x" * 1_000_000),
        ("words", "NULL"),
        ("words", "nan"),
        ("score", float("inf")),
        ("score", -0.0),
        ("score", 5e-324),
        ("size", 0),
        ("seen", datetime(1970, 1, 1)),  # noqa: DTZ001
    ],
)
def test_odd_values_alone_among_missing_ones(connection: DuckDBPyConnection, column: str, value: Any) -> None:
    """One odd value after thousands of missing ones is stored as it is."""
    rows = [thing(str(number)) for number in range(3000)] + [thing("odd", **{column: value})]
    insert(connection, THINGS, rows)
    found = connection.execute(f"select {column} from things where {column} is not null").fetchall()  # noqa: S608
    assert found == [(value,)]


def test_a_key_is_stored_once(connection: DuckDBPyConnection) -> None:
    """Of rows with the same key the first is stored, within a batch and against the table."""
    assert insert(connection, THINGS, [thing("a", number=1), thing("a", number=2)]) == [thing("a", number=1)]
    assert insert(connection, THINGS, [thing("a", number=3), thing("b", number=4)]) == [thing("b", number=4)]
    assert insert(connection, THINGS, [thing("a", number=5)]) == []
    assert insert(connection, THINGS, []) == []
    assert [(row[0], row[4]) for row in stored(connection)] == [("a", 1), ("b", 4)]


def test_columns_are_plain_arrays() -> None:
    """Columns are contiguous, native and never masked; missing is NaN, NaT or None."""
    made = columns(THINGS, [thing("a", words="w", score=1.5, size=3, seen=NOON), thing("b")])
    assert {name: array.dtype.name for name, array in made.items()} == {
        "name": "object",
        "words": "object",
        "score": "float64",
        "size": "float64",
        "number": "int64",
        "seen": "datetime64[us]",
    }
    for array in made.values():
        assert array.flags.c_contiguous
        assert array.dtype.isnative
        assert not isinstance(array, np.ma.MaskedArray)
    assert np.isnan(made["score"][1])
    assert np.isnat(made["seen"][1])
    assert made["words"][1] is None


def test_what_came_out_differently_is_refused(connection: DuckDBPyConnection) -> None:
    """Where the database keeps another value than it was given, the batch is refused."""
    connection.execute("alter table things alter score set data type float")
    with pytest.raises(StoreBroken, match="wrote something else into things"):
        insert(connection, THINGS, [thing("a", score=0.1)])
