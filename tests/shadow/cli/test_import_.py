"""Pictures made earlier become a baseline, without a picture being generated."""

import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from verbs import AT_ONCE, PAIR, Desk, pointed_at

from shadow.emulator import Emulator

ROWS = 22


def painted(number: int) -> bytes:
    """A picture of its own for each number."""
    pixels = np.random.default_rng(number).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Pillow.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def desk(emulator: Emulator, tmp_path: Path) -> Desk:
    """A folder with a config and a folder of pictures."""
    (tmp_path / "config.toml").write_text(PAIR + AT_ONCE)
    (tmp_path / "pictures").mkdir()
    for number in range(2 * ROWS):
        (tmp_path / "pictures" / f"{number}.png").write_bytes(painted(number))
    return Desk(folder=tmp_path, environment=pointed_at(emulator.url))


def generated(emulator: Emulator) -> Counter[str]:
    """Pictures paid for, by model."""
    paid = emulator.counts().get("paid", {})
    return Counter({model: calls.get("generateContent", 0) for model, calls in paid.items() if "image" in model})


def test_an_archive_becomes_a_baseline(desk: Desk, emulator: Emulator) -> None:
    """Bad rows are named by line and column; twice brought in is once filed; the verdict knows what it sees."""
    lines = ["brief,incumbent,candidate,aspect_ratio,tag.year"]
    for number in range(ROWS):
        candidate = f"pictures/{ROWS + number}.png" if number < 3 else ""
        lines.append(f"a lighthouse number {number},pictures/{number}.png,{candidate},1:1,2025")
    bad = ["a fox,pictures/none.png,,,", "a fox,,,,", "a fox,archive.csv,,,"]
    manifest = desk.folder / "archive.csv"
    manifest.write_text("\n".join([*lines, *bad]))
    before = generated(emulator)

    refused = desk.shadow("import", "archive.csv")
    assert refused.code == 2
    for line, column in ((ROWS + 2, "none.png"), (ROWS + 3, "needs the file"), (ROWS + 4, "unknown")):
        told = next(said for said in refused.err.splitlines() if f"line {line}:" in said)
        assert "column incumbent" in told
        assert column in told or "first bytes" in told
    planned = json.loads(desk.does("import", "archive.csv", "--dry-run", "--json"))
    assert (planned["rows"], planned["bad"], planned["ask_candidate"]) == (ROWS, 3, 0)
    assert planned["usd_at_most"] > 0
    assert "0 ready" in desk.does("status") or "ready" not in desk.does("status")

    for _ in range(2):
        assert f"{ROWS} rows brought in" in desk.does("import", "archive.csv", "--skip-bad")
    assert f"{ROWS} pairs filed" in desk.does("work", "--until-empty")
    manifest.write_text("\n".join(lines[:5]))
    again = json.loads(desk.does("import", "archive.csv", "--json"))
    assert (again["rows"], again["known"]) == (0, 4)
    assert "baseline 1 frozen" in desk.does("baseline", "freeze")
    said = json.loads(desk.does("verdict", "--json", code=3))
    assert (said["coverage"]["imported"], said["coverage"]["counted"]) == (ROWS, 0)
    assert generated(emulator) == before


def test_the_candidate_is_asked_where_that_is_wanted(desk: Desk, emulator: Emulator) -> None:
    """JSON Lines with settings and reference pictures; only the candidate is generated, once."""
    row = {
        "prompt": "a red bicycle",
        "settings": {"seed": 7},
        "references": ["pictures/1.png"],
        "incumbent_picture": "pictures/0.png",
        "tags": {"device": "tablet"},
    }
    (desk.folder / "m.jsonl").write_text(json.dumps(row))
    before = generated(emulator)
    assert "for 1 of them the candidate is asked" in desk.does("import", "m.jsonl", "--ask-candidate")
    assert "1 pairs filed" in desk.does("work", "--until-empty")
    assert generated(emulator) - before == {"gemini-3-pro-image": 1}
    assert generated(emulator)["gemini-3-pro-image-preview"] == before["gemini-3-pro-image-preview"]


def test_a_file_of_words_is_no_manifest(desk: Desk) -> None:
    """It cannot name pictures."""
    (desk.folder / "briefs.txt").write_text("a fox\n")
    said = desk.shadow("import", "briefs.txt")
    assert said.code == 2
    assert "incumbent, candidate" in said.err
