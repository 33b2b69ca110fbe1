"""How results of the database become arrays."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from analysis.arrays import Floats, Integers


def columns(connection: DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The result as one array per column."""
    # Not one column of these queries is null or an enumeration, so each comes as a plain array.
    return cast("dict[str, NDArray[Any]]", connection.execute(query, parameters).fetchnumpy())


def rows(connection: DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The result as tuples."""
    return connection.execute(query, parameters).fetchall()


def one(connection: DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The first row."""
    return connection.execute(query).fetchall()[0]


def words(found: Sequence[str | None] | None) -> tuple[str, ...]:
    """Distinct words in order, "" first, which stands for none."""
    return ("", *sorted({word for word in found or () if word}))


def spread(values: NDArray[Any], place: tuple[Integers, ...], shape: tuple[int, ...]) -> Floats:
    """The values at their places, NaN elsewhere."""
    found = np.full(shape, np.nan)
    found[place] = values
    return found


def laid_out(values: NDArray[Any], place: tuple[Integers, ...], shape: tuple[int, ...]) -> Integers:
    """The values at their places, 0 elsewhere."""
    found = np.zeros(shape, dtype=np.int64)
    found[place] = values
    return found


def utc(moment: datetime) -> datetime:
    """A moment of the ledger with its zone."""
    return moment.replace(tzinfo=UTC)
