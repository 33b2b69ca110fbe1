"""Files of briefs: text, CSV, TSV and JSON Lines give the same rows; bad rows are named by line."""

import json
from pathlib import Path

import pytest

from shadow.cli.briefs import BETWEEN_PICTURES, FIELDS, SHAPES, SHOWN_BAD, BriefLine, read
from shadow.errors import InputError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two reference pictures."""
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PNG)
    return tmp_path


def written(folder: Path, name: str, text: str) -> Path:
    """A file of briefs."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_every_format_says_the_same(folder: Path) -> None:
    """One brief with everything a row may have reads alike from JSON Lines, CSV and TSV."""
    record = {
        "prompt": 'a "red", fox',
        "aspect_ratio": "16:9",
        "image_size": "1K",
        "seed": -7,
        "config": {"temperature": 0.5},
        "pictures": ["a.png", "b.png"],
        "key": "user-1",
        "segment": "animals",
        "cluster": "june",
        "tags": {"tone": "warm"},
    }
    assert set(record) == set(FIELDS)
    header = [*(name for name in FIELDS if name != "tags"), "tag.tone"]
    cells = {**record, "config": '{"temperature": 0.5}', "pictures": BETWEEN_PICTURES.join(("a.png", "b.png"))}

    def row(separator: str) -> str:
        quoted = ['"' + str(cells.get(name, "warm")).replace('"', '""') + '"' for name in header]
        return f"{separator.join(header)}\n{separator.join(quoted)}\n"

    files = [
        written(folder, "x.jsonl", json.dumps(record)),
        written(folder, "x.csv", row(",")),
        written(folder, "x.tsv", row("\t")),
    ]
    lines = [next(iter(read(path).rows.values())) for path in files]
    assert lines[0] == lines[1] == lines[2]
    assert lines[0].pictures == (folder / "a.png", folder / "b.png")
    assert lines[0].settings() == {
        "response_modalities": ["IMAGE"],
        "image_config": {"aspect_ratio": "16:9", "image_size": "1K"},
        "seed": -7,
        "temperature": 0.5,
    }


def test_plain_text_is_a_brief_a_line(folder: Path) -> None:
    """Blank lines are passed over, line numbers are the file's, and a row without settings asks for none."""
    file = read(written(folder, "x.txt", "\ufeffa fox\n\n  a hare \n"))
    assert file.rows == {1: BriefLine(prompt="a fox"), 3: BriefLine(prompt="a hare")}
    assert file.rows[1].settings() is None
    assert not file.bad


def test_a_cell_may_hold_line_breaks_and_a_row_may_be_short(folder: Path) -> None:
    """A quoted line break belongs to the prompt; the row is named by the line it ends on; missing cells are empty."""
    file = read(written(folder, "x.csv", 'prompt,key\n"a fox\nat dawn",u1\n,\na hare\n'))
    assert file.rows == {3: BriefLine(prompt="a fox\nat dawn", key="u1"), 5: BriefLine(prompt="a hare")}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('{"prompt": 3}', 'needs a "prompt"'),
        ("[1]", "no JSON object"),
        ("{", "not JSON"),
        ('{"prompt": "x", "aspect": "1:1"}', "Did you mean 'aspect_ratio'?"),
        ('{"prompt": "x", "seed": true}', "seed = True is not a whole number"),
        ('{"prompt": "x", "tags": {"a": 1}}', "not an object of texts"),
        ('{"prompt": "x", "pictures": "a.png"}', "not a list of file names"),
        ('{"prompt": "x", "pictures": ["none.png"]}', "none.png cannot be read: No such file"),
        ('{"prompt": "x", "pictures": ["x.jsonl"]}', "is no picture"),
        ('{"prompt": "x", "config": {"temprature": 1}}', "config: temprature"),
        ('{"prompt": "x", "key": 4}', "key = 4 is not a text"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_stay(folder: Path, row: str, words: str) -> None:
    """What is wrong is said in words with file and line; the rest of the file can still be sent."""
    file = read(written(folder, "x.jsonl", f'{{"prompt": "a fox"}}\n{row}\n'))
    assert list(file.rows) == [1]
    assert list(file.bad) == [2]
    assert words in file.bad[2]
    assert f"{folder / 'x.jsonl'}, line 2: " in file.complaint()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.csv", "brief,key\na,b\n", 'one of them "prompt"'),
        ("x.csv", "prompt;key\na;b\n", "save it with commas"),
        ("x.csv", "prompt,kee\na,b\n", "Did you mean 'key'?"),
        ("x.txt", '{"prompt": "a fox"}\n', "*.jsonl"),
        ("x.txt", "\n", "no brief"),
        ("x.csv", "prompt,key\n", "no brief"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(folder: Path, name: str, text: str, words: str) -> None:
    """Without a readable shape there are no rows to speak of."""
    with pytest.raises(InputError) as error:
        read(written(folder, name, text))
    assert words in str(error.value)


def test_too_many_cells_are_a_bad_row(folder: Path) -> None:
    """An unquoted comma in a prompt does not silently become a key."""
    file = read(written(folder, "x.csv", "prompt,key\na fox, red,u1\n"))
    assert "quote a text" in file.bad[2]


def test_a_long_complaint_is_cut(folder: Path) -> None:
    """Ten bad rows are shown and the rest is counted."""
    file = read(written(folder, "x.jsonl", "{\n" * (SHOWN_BAD + 3)))
    assert len(file.complaint().splitlines()) == SHOWN_BAD + 1
    assert file.complaint().endswith("... and 3 more.")


def test_the_digest_follows_the_content(folder: Path) -> None:
    """An edited file is another file; a copy is the same."""
    first = read(written(folder, "x.txt", "a fox\n"))
    assert read(written(folder, "y.txt", "a fox\n")).digest == first.digest
    assert read(written(folder, "x.txt", "a hare\n")).digest != first.digest
    assert set(SHAPES) < set(FIELDS)
