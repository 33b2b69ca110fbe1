"""Scores from elsewhere: how a file is read, and what the verdict makes of eight real migrations."""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner, Result

from shadow.cli import root
from shadow.cli.scores import read
from shadow.errors import InputError

REAL = Path(__file__).parents[4] / "shared" / "data" / "scores"
GOOD = "brief,incumbent,candidate,segment\nfox,1,5,sky\nowl,,3,\nelk,2,,sea\n"


def write(folder: Path, text: str) -> Path:
    """A file of scores."""
    path = folder / "scores.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_become_points_and_blanks_failures(tmp_path: Path) -> None:
    """The scale is stretched to 0 to 100; a blank is unusable, a segment optional."""
    found = read(write(tmp_path, GOOD), (1.0, 5.0))
    assert found.briefs.tolist() == ["fox", "owl", "elk"]
    np.testing.assert_array_equal(found.incumbent, [0, np.nan, 25])
    np.testing.assert_array_equal(found.candidate, [100, 50, np.nan])
    assert found.segments == ("sky", "", "sea")


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    """The same table gives the same scores, whatever the file is called."""
    text = write(tmp_path, GOOD)
    parquet = tmp_path / "scores.bin"
    duckdb.sql(f"copy (from read_csv('{text}')) to '{parquet}' (format parquet)")
    one, two = read(text, (1.0, 5.0)), read(parquet, (1.0, 5.0))
    assert one.briefs.tolist() == two.briefs.tolist()
    np.testing.assert_array_equal(one.candidate, two.candidate)
    assert one.segments == two.segments


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("brief,incumbent,candidate\nfox,1,2\nowl,7,2\n", "line 3: incumbent 7 is out of the scale 1 to 5"),
        ("brief,incumbent,candidate\nfox,1,2\nfox,1,2\n", "line 3: duplicate brief 'fox', first on line 2"),
        ("brief,incumbent,candidate\nfox,1,good\n", "line 2: candidate 'good' is not a number"),
        ("brief,incumbent,candidate\nfox,1,nan\n", "line 2: candidate 'nan' is not a number"),
        ("brief,incumbent,candidate\n,1,2\n", "line 2: no brief"),
        ('brief,incumbent,candidate\n"a\nb",1,2\nfox,1,9\n', "line 4: candidate 9 is out of the scale"),
        ("brief,incumbent\nfox,1\n", "no column candidate or candidate_score. Its columns: brief, incumbent."),
        ("brief,incumbent,candidate\n", "no row"),
        ("", "no column"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, text: str, words: str) -> None:
    """Nothing is decided on a file with a mistake in it."""
    with pytest.raises(InputError) as caught:
        read(write(tmp_path, text), (1.0, 5.0))
    assert words in str(caught.value)


def test_every_bad_row_counts_and_the_first_are_named(tmp_path: Path) -> None:
    """A file with thousands of mistakes gives a message one can read."""
    text = "brief,incumbent,candidate\n" + "".join(f"b{number},x,1\n" for number in range(50))
    with pytest.raises(InputError, match=r"50 bad rows(.|\n)*line 21: .*\n  and 30 more"):
        read(write(tmp_path, text), (1.0, 5.0))


def test_only_some_rows(tmp_path: Path) -> None:
    """A file with several metrics is asked about one of them."""
    text = "brief,metric,incumbent,candidate\nfox,a,1,2\nfox,b,3,4\n"
    assert read(write(tmp_path, text), (1.0, 5.0), ("metric=b",)).incumbent.tolist() == [50.0]
    with pytest.raises(InputError, match="--only needs COLUMN=VALUE"):
        read(write(tmp_path, text), (1.0, 5.0), ("metrik=b",))


def shadow(*arguments: str) -> Result:
    """A verb in this process."""
    return CliRunner().invoke(root, arguments)


def test_a_verdict_without_a_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal scores are GO with the exit code of a GO; hours of traffic are not asked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHADOW_CONFIG", raising=False)
    rows = "".join(f"brief {number},{50 + number % 40},{50 + number % 40}\n" for number in range(400))
    path = write(tmp_path, "brief,incumbent,candidate\n" + rows)
    done = shadow("verdict", "--scores", str(path))
    assert (done.exit_code, done.stdout.splitlines()[1][:3]) == (0, "GO:")
    assert not (tmp_path / ".shadow").exists()
    told = shadow("report", "--scores", str(path), "-o", "report.html")
    assert told.exit_code == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "not made by this harness" in page
    assert "brief 7" not in page  # no pair lost quality


def test_segments_of_a_file_are_guards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the rows that lose thirty points keep a GO back, however well the rest does."""
    monkeypatch.chdir(tmp_path)
    rows = [
        f"b{number},80,{50 if number % 10 == 0 else 84},{'night' if number % 10 == 0 else 'day'}"
        for number in range(2000)
    ]
    path = write(tmp_path, "brief,incumbent,candidate,segment\n" + "\n".join(rows))
    said = json.loads(shadow("verdict", "--scores", str(path), "--json").stdout)
    assert said["decision"] != "GO"
    assert "quality in night" in [reason["guard"] for reason in said["reasons"]]


def parts(path: Path) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """A real file by metric and rater, or by model: each part is one migration measured in one way."""
    found: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[tuple(row.get(name, "") for name in ("metric", "score_source", "model"))].append(row)
    return found


def decision(folder: Path, rows: list[dict[str, str]]) -> Mapping[str, Any]:
    """The verdict on these rows, on a scale of 0 to 1."""
    with (folder / "part.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["brief", "incumbent", "candidate"])
        writer.writerows([row["prompt_id"], row["incumbent_score"], row["candidate_score"]] for row in rows)
    done = shadow("verdict", "--scores", str(folder / "part.csv"), "--scale", "0", "1", "--json")
    said: Mapping[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.skipif(not REAL.exists(), reason="the real migrations are not in this checkout")
def test_eight_real_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never GO for what must not be promoted, never ROLLBACK for what may, and no difference is never a ROLLBACK."""
    monkeypatch.chdir(tmp_path)
    expected = json.loads((REAL / "expected.json").read_text(encoding="utf-8"))
    assert len(expected) == 8
    found = {}
    for name, facts in expected.items():
        wanted = facts["verdict"]
        for key, rows in parts(REAL / f"{name}.csv").items():
            said = decision(tmp_path, rows)["decision"]
            found[name[:5], *key] = said
            assert said != ("GO" if wanted == "must_not_promote" else "ROLLBACK"), (name, key)
    assert found["pub01", "quality", "human", ""] == "ROLLBACK"
    assert found["pub02", "quality", "human", ""] == "GO"
    assert found["pub04", "quality", "human", ""] == "ROLLBACK"
