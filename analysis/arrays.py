"""The array types of the analysis, and how a moment becomes one of their elements."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Moments = NDArray[np.datetime64]
Words = NDArray[np.object_]


def first_places(numbers: Integers) -> Integers:
    """Where each number, all at least 0, occurs for the first time, in order of place: without a sort."""
    first = np.full(int(numbers.max()) + 1 if numbers.size else 0, -1, dtype=np.int64)
    # Of several values for one place the last is kept, so the array is written backwards.
    first[numbers[::-1]] = np.arange(numbers.size - 1, -1, -1)
    marks = np.zeros(numbers.size, dtype=np.bool_)
    marks[first[first >= 0]] = True
    return np.flatnonzero(marks)


def moment_of(time: datetime) -> np.datetime64:
    """An aware time as UTC without a zone, in microseconds: the form in which the ledger keeps times."""
    return np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "us")


def time_of(moment: np.datetime64) -> datetime:
    """The aware time, in UTC, of a moment of the ledger."""
    naive: datetime = moment.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)
