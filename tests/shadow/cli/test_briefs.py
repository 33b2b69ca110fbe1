"""Files of briefs: text, CSV, TSV and JSON Lines give the same rows; bad rows are named by line."""

import json
import tracemalloc
from pathlib import Path

import pytest

from shadow.cli.brief_rows import FIELDS, SHAPES, BriefLine
from shadow.cli.briefs import BETWEEN_PICTURES, SHOWN_BAD, read
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
    lines = [next(iter(read(path).rows()))[1] for path in files]
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
    assert dict(file.rows()) == {1: BriefLine(prompt="a fox"), 3: BriefLine(prompt="a hare")}
    assert next(file.rows())[1].settings() is None
    assert not file.bad


def test_a_cell_may_hold_line_breaks_and_a_row_may_be_short(folder: Path) -> None:
    """A quoted line break belongs to the prompt; the row is named by the line it ends on; missing cells are empty."""
    file = read(written(folder, "x.csv", 'prompt,key\n"a fox\nat dawn",u1\n,\na hare\n'))
    assert dict(file.rows()) == {3: BriefLine(prompt="a fox\nat dawn", key="u1"), 5: BriefLine(prompt="a hare")}


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
        ('{"prompt": "x", "pictures": ["none.png"]}', "none.png' cannot be read: No such file"),
        ('{"prompt": "x", "pictures": ["x.jsonl"]}', "is no picture"),
        ('{"prompt": "x", "config": {"temprature": 1}}', "config: temprature"),
        ('{"prompt": "x", "key": 4}', "key = 4 is not a text"),
        ("[" * 100_000, "not JSON"),
        ('{"prompt": "x", "seed": ' + "9" * 5000 + "}", "not JSON"),
        ('{"prompt": "half a letter: \\ud83d"}', "a text holds half a letter"),
        ('{"prompt": "x", "pictures": ["a\\u0000.png"]}', "cannot be read"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_stay(folder: Path, row: str, words: str) -> None:
    """What is wrong is said in words with file and line; the rest of the file can still be sent."""
    file = read(written(folder, "x.jsonl", f'{{"prompt": "a fox"}}\n{row}\n'))
    assert list(file.numbers) == [1]
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
        ("x.csv", "prompt,key,prompt\na,b,c\n", "two columns are named 'prompt'"),
        ("x.csv", "prompt,,key\na,b,c\n", "column 2 has no name"),
        ("x.csv", "Prompt,key\na,b\n", "it says: Prompt, key."),
        ("x.csv", 'prompt,key\na fox,u1\n"a hare,u2\na dog,u3\n', "line 3: cannot be read as a table"),
        ("x.csv", "prompt\n" + "x" * 200_000, "field larger"),
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


@pytest.mark.parametrize("name", ["x.csv", "x.txt", "x.jsonl"])
def test_windows_files_read_alike(folder: Path, name: str) -> None:
    """A byte order mark and Windows line ends change nothing; nor does a missing last line end."""
    text = {
        "x.csv": "prompt,key\na fox,u\na hare,u",
        "x.txt": "a fox\na hare",
        "x.jsonl": '{"prompt": "a fox"}\n{"prompt": "a hare"}',
    }
    (folder / name).write_bytes(b"\xef\xbb\xbf" + text[name].replace("\n", "\r\n").encode())
    assert [line.prompt for _, line in read(folder / name).rows()] == ["a fox", "a hare"]


def test_a_line_is_what_ends_with_a_line_end(folder: Path) -> None:
    """Unicode's other separators are part of a prompt, as they are in JSON."""
    file = read(written(folder, "x.jsonl", '{"prompt": "a\u2028fox"}\n'))
    assert [line.prompt for _, line in file.rows()] == ["a\u2028fox"]
    assert len(read(written(folder, "x.txt", "a\x0bfox\x85 at dawn\n")).numbers) == 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('a fox,{"a": 1,warm', "tags: not JSON"),
        ("a fox,[1],warm", "tags: [1] is no JSON object"),
        (f"a fox,,warm,{'9' * 5000}", "is not a whole number"),
    ],
)
def test_a_cell_that_cannot_be_read_is_a_bad_row(folder: Path, row: str, words: str) -> None:
    """Whatever stands in a cell, its row is named."""
    file = read(written(folder, "x.csv", f"prompt,tags,tag.tone,seed\n{row}\n"))
    assert words in file.bad[2]


def test_text_that_is_not_utf8_is_refused_with_the_way_out(folder: Path) -> None:
    """Also where the first such byte comes late."""
    (folder / "x.csv").write_bytes(b"prompt\n" + b"a fox\n" * 5000 + b"caf\xe9\n")
    with pytest.raises(InputError, match="save it as UTF-8"):
        read(folder / "x.csv")


def test_a_long_file_costs_no_memory(folder: Path) -> None:
    """Of 4,000 rows of a kilobyte no more than the numbers of their lines are held, eight bytes each."""
    path = folder / "x.txt"
    with path.open("w") as out:
        out.writelines(f"brief {number} {'x' * 1000}\n" for number in range(4_000))
    tracemalloc.start()
    file = read(path)
    count = sum(1 for _ in file.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == len(file.numbers) == 4_000
    assert peak < 1_000_000
