"""The pairs for any other tool."""

import csv
import re
from pathlib import Path

import duckdb
import pytest
from filed import desk_with, does

PAGE = Path(__file__).parents[3] / "docs" / "export.md"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty counted pairs behind a baseline of sixty; one prompt would run in a spreadsheet."""
    config = desk_with(tmp_path_factory.mktemp("desk"), pairs=30, loss=2.0)
    with duckdb.connect(config.parent / ".shadow" / "scores.duckdb") as connection:
        connection.execute(
            "insert into briefs select distinct brief_digest, '=HYPERLINK(1)', '{}', '1:1', null, now()::timestamp "
            "from pairs"
        )
        connection.execute("update pairs set key_hash = 'hashed', tags = '{\"a\": \"b\"}', segment = 'land, sea'")
    return config


def columns_of(file: Path) -> list[str]:
    """The names of a table's columns."""
    with duckdb.connect() as connection:
        return [row[0] for row in connection.execute("describe from '" + str(file) + "'").fetchall()]


@pytest.mark.parametrize("name", ["pairs.parquet", "pairs.csv"])
def test_every_pair_is_a_row(config: Path, name: str) -> None:
    """Counted and not, with scores, texts and the difference."""
    said = does(config, "export", name)
    assert (said.exit_code, said.output) == (0, f"{name}: 90 pairs.\n")
    file = config.parent / name
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select count(*), sum(counted::int), avg(quality_difference) filter (counted), min(key_hash) "
            "from '" + str(file) + "'"
        ).fetchall()
    assert rows == [(90, 30, -2.0, "hashed")]
    assert not list(config.parent.glob(".*.part"))


def test_a_spreadsheet_runs_no_text(config: Path) -> None:
    """In CSV a formula becomes a text; in Parquet it stays what it is."""
    does(config, "export", "a.csv")
    does(config, "export", "a.parquet")
    with (config.parent / "a.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["prompt"], row["segment"]) == ("'=HYPERLINK(1)", "land, sea")
    with duckdb.connect() as connection:
        told = connection.read_parquet(str(config.parent / "a.parquet")).select("prompt").distinct().fetchall()
    assert told == [("=HYPERLINK(1)",)]


def test_redacted_it_holds_numbers_only(config: Path) -> None:
    """No prompt, no key, no tag, no segment, no reason, no identity."""
    does(config, "export", "r.parquet", "--redact")
    names = columns_of(config.parent / "r.parquet")
    assert "quality_difference" in names
    private = ("prompt", "key_hash", "tags", "cluster", "segment", "capture_id", "brief_digest", "candidate_reason")
    assert not set(private) & set(names)


def test_every_column_stands_in_the_page(config: Path) -> None:
    """As itself, or under the name of its kind."""
    does(config, "export", "p.parquet")
    section = PAGE.read_text().partition("## The columns")[2].partition("\n## ")[0]
    told = {
        name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    }
    for name in columns_of(config.parent / "p.parquet"):
        kind = re.sub(r"^(incumbent|candidate)_", "ARM_", name)
        kind = re.sub(r"^ARM_\w+\.(score|hard_failure)$", r"ARM_LAYER.\1", kind)
        kind = re.sub(r"^ARM_\w+\.(?!score|hard_failure)\w+$", "ARM_LAYER.FEATURE", kind)
        assert {name, kind} & told, name


@pytest.mark.parametrize(
    ("name", "words"), [("pairs.xlsx", "*.parquet or *.csv"), ("nowhere/pairs.csv", "cannot be written")]
)
def test_a_file_that_cannot_be_is_said(config: Path, name: str, words: str) -> None:
    """The name, and what is legal."""
    said = does(config, "export", name)
    assert said.exit_code != 0
    assert words in str(said.exception)
