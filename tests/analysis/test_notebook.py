"""A study in a notebook."""

import html
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from ledgers import add_pairs

import analysis
from analysis import Study
from analysis.question import Question
from shadow.store.ledger import Ledger

SIZE = 120


def columns(**more: object) -> dict[str, object]:
    """A table of scores in which the candidate loses five points."""
    generator = np.random.default_rng(5)
    before = generator.integers(60, 90, SIZE)
    return {"brief": [f"b{place}" for place in range(SIZE)], "incumbent": before, "candidate": before - 5, **more}


class Framed:
    """What pandas and polars look like from here: columns by name, and a list of the names."""

    def __init__(self, held: dict[str, object]) -> None:
        self.held = held
        self.columns = list(held)

    def __getitem__(self, name: str) -> object:
        return self.held[name]


class Arrow(Framed):
    """What pyarrow looks like: the names stand elsewhere, and `columns` are the values."""

    def __init__(self, held: dict[str, object]) -> None:
        super().__init__(held)
        self.column_names = list(held)
        self.columns = [object()]


@pytest.mark.parametrize("kind", [dict, Framed, Arrow])
def test_a_table_of_scores_is_decided_whatever_holds_it(kind: type) -> None:
    """A mapping, or anything with columns by name."""
    study = Study(kind(columns()))
    quality = study.result.guards[0]
    assert (quality.name, quality.estimate, study.result.verdict.pairs) == ("quality", -5.0, SIZE)
    assert study.decision in repr(study)


def test_a_ledger_is_read_and_asked_the_notebooks_own_question(tmp_path: Path) -> None:
    """Whatever its pairs were collected under; the file is closed again at once."""
    file = tmp_path / "scores.duckdb"
    ledger = Ledger(file)
    add_pairs(ledger, "c", 80, loss=9.0)
    ledger.open_epoch("pro", reason="r", question="of another margin", baseline=None)
    with duckdb.connect(file) as connection:
        connection.execute("update epochs set opened_at = opened_at - $back", {"back": timedelta(days=1)})
    study = Study(file)
    assert study.result.verdict.pairs == 80
    assert study.pairs()["quality_difference"].tolist() == [-9.0] * 80
    assert Study(file, question=Question(margins={"quality": 20.0})).result.guards[0].margin == 20.0
    with duckdb.connect(file) as connection:  # nobody holds it
        assert connection.execute("select count(*) from pairs").fetchone() == (80,)


def test_it_shows_itself_as_html_with_every_text_escaped() -> None:
    """Decision and guards as one table; a name cannot become markup."""
    name = "<script>alert(1)</script>"
    shown = Study(columns(segment=[name] * SIZE), migration=name)._repr_html_()
    assert "<script" not in shown
    assert html.escape(name) in shown
    assert "ROLLBACK" in shown
    assert shown.count("<tr>") == 1 + 5


def test_scores_on_another_scale_and_missing_ones_are_understood() -> None:
    """Zero to ten is stretched to points; what is missing failed."""
    table = columns()
    table["incumbent"] = [8.0] * SIZE
    table["candidate"] = [7.0] * (SIZE - 1) + [None]
    study = Study(table, scale=(0, 10))
    assert study.result.candidate.outcomes == {"image": SIZE - 1, "failure": 1}
    assert study.result.guards[0].incumbent_mean == 80.0


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"brief": ["a"], "incumbent": [1]}, "no column 'candidate' among brief, incumbent"),
        ({"brief": ["a"], "incumbent": [101], "candidate": [1]}, "incumbent: 101 is out of the scale 0 to 100"),
        ({"brief": ["a", "a"], "incumbent": [1, 2], "candidate": [1, 2]}, "several rows"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(table: dict[str, object], words: str) -> None:
    """What is wrong, and what is legal."""
    with pytest.raises(ValueError, match=words):
        Study(table)


def test_a_ledger_that_is_not_there_or_another_migration_is_said(tmp_path: Path) -> None:
    """With the names there are."""
    with pytest.raises(ValueError, match="no such ledger"):
        Study(tmp_path / "none.duckdb")
    file = tmp_path / "scores.duckdb"
    add_pairs(Ledger(file), "c", 3)
    with pytest.raises(ValueError, match="legal: pro"):
        Study(file, migration="prod")


def test_the_package_has_nothing_else_at_its_door() -> None:
    """A misspelt name is an error as anywhere."""
    with pytest.raises(AttributeError, match="Studio"):
        _ = analysis.Studio
