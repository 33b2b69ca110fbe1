"""shadow export."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shadow.cli.options import config_option, migration_option, opened
from shadow.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analysis.table import Table
    from shadow.harness import Harness

FORMATS = {".parquet": "format parquet, compression zstd", ".csv": "format csv, header true"}
TEXTS = """
    select capture_id, any_value(coalesce(prompt, '')) as prompt, any_value(coalesce(aspect_ratio, '')) as aspect_ratio,
           any_value(coalesce(image_size, '')) as image_size, any_value(coalesce(cluster, '')) as cluster,
           any_value(coalesce(key_hash, '')) as key_hash, any_value(coalesce(tags, '')) as tags,
           coalesce(max(reason) filter (arm = 'incumbent'), '') as incumbent_reason,
           coalesce(max(reason) filter (arm = 'candidate'), '') as candidate_reason
    from pairs left join briefs using (brief_digest)
         left join (from findings where draw = 1 and layer = 'judge') using (capture_id)
    where migration = $migration group by capture_id"""
"""What the numbers do not need: only for those who may see it."""
PRIVATE = ("capture_id", "brief_digest", "segment")
"""Columns of the numbers that --redact leaves out too."""
JOINED = "select n.*, t.* exclude (capture_id) from numbers n left join texts t using (capture_id)"
FORMULA = r"^[=+\-@\t\r]"
"""A spreadsheet would run a text that begins so (OWASP, "CSV Injection"); an apostrophe before it makes it a text."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@config_option
@migration_option
@click.option("--redact", is_flag=True, help="Leave out prompts, judge reasons, segments, keys, tags and identities.")
def export(file: Path, config: str | None, migration: str | None, redact: bool) -> None:
    """Write every pair to FILE, a Parquet or CSV table for any other tool.

    One row a pair, in the order of dispatch; docs/export.md says what each column holds. Pairs that are not evidence
    are there too, with counted = false.

    \b
    Examples:
      shadow export pairs.parquet
      shadow export pairs.csv --redact
    """
    if file.suffix.lower() not in FORMATS:
        msg = f"{file}: a table is *.parquet or *.csv; its name says which."
        raise InputError(msg)
    from analysis.table import table
    from shadow.cli.evidence import columns_of, question_of, unsettled
    from shadow.cli.progress import steps

    harness = opened(config)
    name = harness.config.named(migration)
    with steps("export", 2) as reached:
        columns = table(columns_of(harness, name), question_of(harness.config, name), unsettled(harness, name))
        texts = {} if redact else _texts(harness, name)
        reached("writing")
        numbers = {column: values for column, values in columns.items() if not (redact and column in PRIVATE)}
        written = _written(file, numbers, texts)
    click.echo(f"{file}: {written:,} pairs.")


def _texts(harness: "Harness", name: str) -> "Table":
    with harness.ledger.reading() as connection:
        return dict(connection.execute(TEXTS, {"migration": name}).fetchnumpy())


def _written(file: Path, numbers: "Table", texts: "Table") -> int:
    """Whole or not at all; how many rows there are."""
    import duckdb
    import numpy as np

    if not file.parent.is_dir():
        msg = f"{file}: cannot be written: there is no folder {file.parent}."
        raise InputError(msg)
    size = len(next(iter(numbers.values())))
    part = file.with_name(f".{file.name}.part")
    try:
        with duckdb.connect() as connection:
            connection.register("numbers", {**numbers, "place": np.arange(size)})
            if texts:
                connection.register("texts", texts)
            connection.execute(f"create view pairs as {JOINED if texts else 'from numbers'}")
            _copy(connection, part, file.suffix.lower())
        part.replace(file)
    except (duckdb.Error, OSError) as error:
        part.unlink(missing_ok=True)
        msg = f"{file}: cannot be written: {str(error).partition(chr(10))[0]}"
        raise InputError(msg) from error
    return size


def _copy(connection: "DuckDBPyConnection", part: Path, ending: str) -> None:
    told = connection.execute("describe pairs").fetchall()
    columns = {name: kind for name, kind, *_ in told if name != "place"}
    chosen = [_chosen(name, kind == "VARCHAR" and ending == ".csv") for name, kind in columns.items()]
    target = os.fspath(part).replace("'", "''")
    query = f"select {', '.join(chosen)} from pairs order by place"  # noqa: S608  names of our own columns, quoted
    connection.execute(f"copy ({query}) to '{target}' ({FORMATS[ending]})")


def _chosen(name: str, harmless: bool) -> str:
    """The column as it is, or as a text that no spreadsheet runs."""
    quoted = '"' + name.replace('"', '""') + '"'
    return f"regexp_replace({quoted}, '{FORMULA}', '''\\0') as {quoted}" if harmless else quoted
