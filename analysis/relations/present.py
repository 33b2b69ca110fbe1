"""Which of several versions of a finding is read."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from duckdb import DuckDBPyConnection

from analysis.arrays import Booleans
from analysis.relations import sql

Present = Mapping[str, str]
"""Layer to the name of the settings it is scored under now."""
NOTHING_KNOWN: Present = MappingProxyType({})
"""Nobody says what the present settings are: the newest findings are read, and none is called otherwise."""


def choose(connection: DuckDBPyConnection, present: Present) -> None:
    """Lay out `scored` and `measured`: one finding, with its features, of each outcome and layer."""
    if connection.execute(sql.SCORED_AGAIN).fetchall()[0][0]:
        connection.execute(sql.SCORED_LAST, {"present": list(present.values())})
        connection.execute(sql.MEASURED_LAST)
    else:
        connection.execute(sql.SCORED_ONCE)
        connection.execute(sql.MEASURED_ONCE)


def forget(connection: DuckDBPyConnection) -> None:
    """Drop what `choose` laid out, however far it came."""
    for name, kind in connection.execute(sql.LAID_OUT).fetchall():  # the view before the table that it stands on
        connection.execute(f"drop {kind} temp.{name}")


def marked(connection: DuckDBPyConnection, query: str, pairs: int, present: Present | None = None) -> Booleans:
    """Which of the pairs the query names by their row, shape (pairs,)."""
    found = np.zeros(pairs, dtype=np.bool_)
    parameters = {} if present is None else {"layers": list(present), "present": list(present.values())}
    found[connection.execute(query, parameters).fetchnumpy()["row"]] = True
    return found
