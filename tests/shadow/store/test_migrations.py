"""The numbered steps of the schema."""

import duckdb

from shadow.store.migrations import STEPS


def test_steps_apply_one_after_the_other() -> None:
    """Each step can be applied to what the steps before it made, and all rows of the ledger have their table then."""
    with duckdb.connect() as connection:
        for step in STEPS:
            for statement in step:
                connection.execute(statement)
        found = connection.execute("select table_name from duckdb_tables() order by table_name").fetchall()
    assert [row[0] for row in found] == [
        "acceptances",
        "anchors",
        "baselines",
        "briefs",
        "comparisons",
        "cutover_events",
        "epochs",
        "features",
        "findings",
        "losses",
        "outcomes",
        "pairs",
        "verdicts",
    ]
