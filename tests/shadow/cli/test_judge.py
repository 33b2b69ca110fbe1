"""`shadow judge calibrate`: a file of labels against the judge."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from ledgers import add_pairs, ledger_in
from PIL import Image as Pillow

from shadow.brief import Brief, Text
from shadow.cli import main, root
from shadow.errors import ShadowError
from shadow.pair import Image
from shadow.providers.replay import ReplayProvider
from shadow.providers.rubric import Rubric
from shadow.settings import RUBRIC

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"
provider = "replay"
"""
Row = Sequence[object]


@pytest.fixture
def calibrate(tmp_path: Path) -> Any:
    """Writes the labels and calibrates on them, in a folder with a config and a recording of nothing."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / ".shadow").mkdir()
    (tmp_path / ".shadow" / "replay.jsonl").touch()

    def run(rows: Sequence[Row], *more: str) -> Result:
        with (tmp_path / "labels.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        arguments = [
            "judge",
            "calibrate",
            str(tmp_path / "labels.csv"),
            "--config",
            str(tmp_path / "config.toml"),
            *more,
        ]
        return CliRunner().invoke(root, arguments)

    return run


def on_file(folder: Path, favour: float = 0.0) -> list[Row]:
    """Two hundred pairs in the ledger, and what a person thinks of their pictures."""
    add_pairs(ledger_in(folder), "b", 200, loss=-favour)
    generator = np.random.default_rng(5)
    rows: list[Row] = [("capture", "arm", "human_score")]
    arms = ("incumbent", "candidate")
    rows += [
        (f"b{number}", arm, round(60 + number % 30 + generator.normal(0, 2))) for number in range(200) for arm in arms
    ]
    return rows


def test_a_judge_that_agrees_with_people_may_be_trusted(calibrate: Any, tmp_path: Path) -> None:
    """Exit 0, a table, and the sentence; as JSON every number."""
    rows = on_file(tmp_path)
    told = calibrate(rows)
    assert told.exit_code == 0, told.output
    assert "against people on 400 pictures" in told.output
    assert "The judge may be trusted" in told.output
    found = json.loads(calibrate(rows, "--json").output)
    assert found["trusted"] is True
    assert found["spearman"] > 0.9
    assert set(found["arms"]) == {"incumbent", "candidate"}


def test_a_judge_that_favours_the_candidate_may_not(calibrate: Any, tmp_path: Path) -> None:
    """Exit 3, and why."""
    told = calibrate(on_file(tmp_path, favour=6.0))
    assert told.exit_code == 3
    assert "surely favours one arm" in told.output


def picture(folder: Path, number: int) -> str:
    """A picture file; its name."""
    stream = io.BytesIO()
    Pillow.new("RGB", (8, 8), (number, 2 * number % 256, 99)).save(stream, "PNG")
    (folder / f"{number}.png").write_bytes(stream.getvalue())
    return f"{number}.png"


def test_pictures_are_judged_now(calibrate: Any, tmp_path: Path) -> None:
    """What the judge says of the files is what the labels are held against; scores may have a scale of their own."""
    rows: list[Row] = [("picture", "brief", "arm", "score")]
    replay = ReplayProvider({})
    for number in range(60):
        name, words = picture(tmp_path, number), f"fox {number}"
        image, brief = Image.of((tmp_path / name).read_bytes()), Brief(parts=(Text(text=words),))
        said = replay.judge(brief, image, model="gemini-3.5-flash", rubric=Rubric(instructions=RUBRIC)).score
        rows.append((name, words, ("incumbent", "candidate")[number % 2], (said or 0.0) / 20))
    told = calibrate(rows, "--scale", "0", "5", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert (found["pictures"], found["distance"]) == (60, pytest.approx(0.0, abs=1e-9))


def test_bad_rows_are_named_by_line(calibrate: Any, tmp_path: Path) -> None:
    """All of them at once, and nothing is judged."""
    picture(tmp_path, 1)
    rows = [
        ("picture", "brief", "arm", "score"),
        ("1.png", "fox", "candidate", 101),
        ("1.png", "fox", "left", 50),
        ("1.png", "", "candidate", 50),
        ("2.png", "fox", "candidate", 50),
        ("", "fox", "", 50),
        ("1.png", "fox", "candidate", ""),
        ("1.png", "fox", "candidate", "nan"),
    ]
    done = calibrate(rows)
    assert isinstance(done.exception, ShadowError)
    said = str(done.exception)
    reasons = (
        "out of the scale",
        "neither incumbent nor candidate",
        "words of its brief",
        "no picture at",
        "neither a picture",
        "no score",
        "not a number",
    )
    for line, why in enumerate(reasons, 2):
        assert f"line {line}: " in said
        assert why in said


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("brief", "arm", "score"), ("unheard", "incumbent", 5)], "line 2: no judgement of the incumbent's picture"),
        ([("brief", "arm")], "needs a column score"),
        ([("arm", "score")], "needs a column score"),
        ([("brief", "arm", "score")], "no row to calibrate on"),
    ],
)
def test_what_cannot_be_held_against_anything_is_said(
    calibrate: Any, tmp_path: Path, rows: list[Row], why: str
) -> None:
    """In one sentence."""
    add_pairs(ledger_in(tmp_path), "b", 3)
    assert why in str(calibrate(rows).exception)


def test_without_a_judge_in_the_gate_there_is_nothing_to_calibrate(calibrate: Any, tmp_path: Path) -> None:
    """It says so."""
    (tmp_path / "config.toml").write_text(CONFIG + '\n[gate]\nlayers = ["properties"]\n')
    rows = [("picture", "brief", "score"), (picture(tmp_path, 1), "fox", 5)]
    assert "names no judge" in str(calibrate(rows).exception)


def test_a_file_that_is_no_csv_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence and exit 2."""
    (tmp_path / "labels.csv").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(SystemExit) as ended:
        main(["judge", "calibrate", str(tmp_path / "labels.csv")])
    assert ended.value.code == 2
    assert "not a CSV in UTF-8" in capsys.readouterr().err
