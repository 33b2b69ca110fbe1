"""The tables as they are written, held against the schema that the migrations make."""

import duckdb

from shadow.store.migrations import STEPS
from shadow.store.tables import BYTES, COUNT, MOMENT, REAL, SOME_COUNT, TABLES, TEXT

KINDS = {
    "VARCHAR": {TEXT},
    "TIMESTAMP": {MOMENT},
    "DOUBLE": {REAL},
    "BIGINT": {COUNT, SOME_COUNT},
    "BLOB": {BYTES},
    "INTEGER": {COUNT, SOME_COUNT},
}


def schema() -> dict[str, dict[str, str]]:
    """Every table that the migrations make: column to type, in order."""
    found: dict[str, dict[str, str]] = {}
    with duckdb.connect() as connection:
        for step in STEPS:
            for statement in step:
                connection.execute(statement)
        columns = connection.execute(
            """select table_name, column_name, data_type from duckdb_columns() where not internal
               order by table_oid, column_index"""
        )
        for table, column, kind in columns.fetchall():
            found.setdefault(table, {})[column] = kind
    return found


def test_every_column_of_the_schema_is_written() -> None:
    """Each table names exactly the columns that the migrations make, in the same order."""
    assert {table.name: list(table.columns) for table in TABLES} == {name: list(it) for name, it in schema().items()}


def test_values_travel_in_a_type_that_fits() -> None:
    """Each column's numpy type fits the type of the column in the schema."""
    found = schema()
    for table in TABLES:
        for name, kind in table.columns.items():
            assert kind in KINDS[found[table.name][name]], f"{table.name}.{name}"


def test_keys_are_the_primary_keys() -> None:
    """A table's key is its primary key in the schema, and tables without one have none."""
    with duckdb.connect() as connection:
        for step in STEPS:
            for statement in step:
                connection.execute(statement)
        found = connection.execute(
            """select table_name, constraint_column_names[1] from duckdb_constraints()
               where constraint_type = 'PRIMARY KEY'"""
        ).fetchall()
    assert {table.name: table.key for table in TABLES if table.key} == dict(found)
