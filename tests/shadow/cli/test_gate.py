"""One picture through the gate, explained: exit 0 pass, 6 gate failed, 2 cannot be read."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from verbs import PAIR, Desk, pointed_at

from shadow.emulator import Emulator
from shadow.store.entries import Cuts
from shadow.store.ledger import Ledger


def picture(kind: str = "PNG") -> bytes:
    """A picture of noise, 96 x 96 pixels."""
    pixels = np.random.default_rng(7).integers(0, 255, (96, 96, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Pillow.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder with one sound picture, no config and no key."""
    (tmp_path / "sound.png").write_bytes(picture())
    return Desk(folder=tmp_path)


def test_properties_need_no_key_and_no_config(desk: Desk) -> None:
    """A sound picture passes and is described; one of another shape than asked fails the gate."""
    assert desk.does("gate", "sound.png", "--layers", "properties").startswith("sound.png: PASS\n  properties: pass.")
    failed = desk.does("gate", "sound.png", "--layers", "properties", "--aspect-ratio", "16:9", code=6)
    assert "FAIL" in failed
    assert "wrong ratio" in failed
    assert not (desk.folder / ".shadow").exists()


def test_what_cannot_be_read_is_named(desk: Desk) -> None:
    """Missing, empty, truncated, text, a folder: each in its line, the sound one beside them, and exit 2."""
    (desk.folder / "empty.png").write_bytes(b"")
    (desk.folder / "short.jpg").write_bytes(picture("JPEG")[:900])
    (desk.folder / "notes.png").write_text("hello")
    names = ("missing.png", "empty.png", "short.jpg", "notes.png", ".", "sound.png")
    said = desk.does("gate", *names, "--layers", "properties", code=2)
    assert said.count("CANNOT BE READ") == 5
    for name, why in (
        ("missing.png", "No such file"),
        ("empty.png", "empty"),
        ("short.jpg", "decoded"),
        ("notes.png", "unknown format"),
        (".", "directory"),
    ):
        assert why in said.partition(f"{name}: CANNOT BE READ\n")[2].partition("\n")[0]
    assert "sound.png: PASS" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sound.png",), "No config.toml"),
        (("sound.png", "--layers", "properties,judgee"), "No config.toml"),
    ],
)
def test_the_other_layers_need_a_config(desk: Desk, arguments: tuple[str, ...], said: str) -> None:
    """Which provider is asked stands there."""
    assert said in desk.shadow("gate", *arguments).err


def test_scores_are_held_against_the_baseline(emulator: Emulator, tmp_path: Path, desk: Desk) -> None:
    """Without one only hard failures fail; with one its cuts do, and it is named. Nothing is generated."""
    (tmp_path / "config.toml").write_text(PAIR)
    desk = Desk(folder=tmp_path, environment=pointed_at(emulator.url))
    asked = ("gate", "sound.png", "--brief", "a lighthouse at dusk")
    assert "--brief TEXT is needed" in desk.shadow("gate", "sound.png").err
    assert "Did you mean 'judge'" in desk.shadow(*asked, "--layers", "judgee").err
    free = desk.does(*asked)
    assert "There is no baseline" in free
    cuts = Cuts(migration="pro", cuts={"judge": 100.5}, failing={"judge": 0.0}, outcomes=300, budget=0.02)
    Ledger(tmp_path / ".shadow" / "scores.duckdb").freeze(cuts, question=str, reason="a test")
    said = json.loads(desk.does(*asked, "--json", code=6))
    assert (said["said"], said["baseline"]) == ("FAIL", 1)
    judged = next(item for item in said["findings"] if item["layer"] == "judge")
    assert judged["cut"] == 100.5
    assert any("below the cut 100.5" in line for line in said["lines"])
    paid = emulator.counts()["paid"]
    assert not any("image" in model for model in paid)
    assert paid["gemini-3.5-flash"] == {"generateContent": 2}
