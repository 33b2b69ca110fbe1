"""shadow run: what is sent, what is remembered, what is left out."""

import json
from pathlib import Path

import pytest
from verbs import PAIR, Desk, pointed_at

from shadow.emulator import Emulator
from shadow.emulator.painter import encode, paint
from shadow.emulator.scene import read_scene
from shadow.harness import Harness
from shadow.spool.spool import Lease

INCUMBENT = "gemini-3-pro-image-preview"


@pytest.fixture
def desk(emulator: Emulator, tmp_path: Path) -> Desk:
    """A folder with a config file, beside the emulator."""
    (tmp_path / "config.toml").write_text(PAIR)
    return Desk(folder=tmp_path, environment=pointed_at(emulator.url))


def sent(desk: Desk, *arguments: str) -> dict[str, object]:
    """What `run --json` counts."""
    counted: dict[str, object] = json.loads(desk.does("run", *arguments, "--json"))
    return counted


def captured(desk: Desk) -> list[Lease]:
    """What waits in the spool, in the order of acceptance."""
    from shadow.config import load

    spool = Harness(load(desk.folder / "config.toml")).spool
    leases = spool.lease(limit=100, seconds=60)
    spool.close()
    return leases


def test_a_file_is_sent_once_however_often_it_is_called(desk: Desk) -> None:
    """--limit goes on where the last call ended; --again begins anew; an edited file is another file."""
    (desk.folder / "briefs.txt").write_text("".join(f"a red fox number {n}\n" for n in range(5)))
    assert sent(desk, "briefs.txt", "--limit", "2") == {
        "sent": 2,
        "outcomes": {"pictures": 2},
        "left": 3,
        "not_captured": 0,
    }
    assert sent(desk, "briefs.txt")["sent"] == 3
    assert sent(desk, "briefs.txt")["sent"] == 0
    assert "sent before. --again" in desk.does("run", "briefs.txt")
    assert sent(desk, "briefs.txt", "--again", "--limit", "1")["sent"] == 1
    (desk.folder / "briefs.txt").write_text("a blue hare\n")
    assert sent(desk, "briefs.txt")["sent"] == 1


def test_what_no_model_answered_is_sent_again(desk: Desk) -> None:
    """A missing model is nobody's answer: exit 1, one sentence says where to look, the row stays to be sent."""
    price = '\n[prices.gemini-3-pro-imagge]\nas_of = 2026-06-01\nsource = "a test"\nper_image = { 1K = 0.0 }\n'
    (desk.folder / "config.toml").write_text(PAIR.replace(INCUMBENT, "gemini-3-pro-imagge") + price)
    (desk.folder / "briefs.txt").write_text("a red fox\n")
    for _ in range(2):
        said = desk.shadow("run", "briefs.txt")
        assert said.code == 1
        assert "1 404 NOT_FOUND" in said.out
        assert "gemini-3-pro-imagge was not found: check `incumbent`" in said.err


def test_bad_rows_stop_the_file_or_are_left_out(desk: Desk) -> None:
    """Without --skip-bad nothing is sent; with it the bad rows are named and the good ones go."""
    (desk.folder / "briefs.jsonl").write_text('{"prompt": "a fox"}\n{"prompt": 3}\n{"prompt": "a hare"}\n')
    said = desk.shadow("run", "briefs.jsonl")
    assert (said.code, "line 2" in said.err, "--skip-bad" in said.err) == (2, True, True)
    said = desk.shadow("run", "briefs.jsonl", "--skip-bad", "--json")
    assert json.loads(said.out)["sent"] == 2
    assert "briefs.jsonl, line 2" in said.err


def test_a_table_carries_settings_pictures_key_and_tags(desk: Desk) -> None:
    """What a row says reaches the capture: settings, reference picture, segment, cluster, tags, the key as a hash."""
    (desk.folder / "in").mkdir()
    reference = encode(paint(read_scene("a lone tree at dawn"), (240, 136), seed=1), "image/png")
    (desk.folder / "in" / "tree.png").write_bytes(reference)
    (desk.folder / "in" / "briefs.csv").write_text(
        "prompt,aspect_ratio,image_size,seed,pictures,key,segment,cluster,tag.tone\n"
        '"the same tree, in winter",16:9,1K,5,tree.png,user-1,land,june,cold\n'
    )
    assert sent(desk, "in/briefs.csv")["outcomes"] == {"pictures": 1}
    (lease,) = captured(desk)
    brief = lease.capture.brief
    assert brief.prompt == "the same tree, in winter"
    assert (brief.aspect_ratio, brief.image_size, brief.settings["seed"]) == ("16:9", "1K", 5)
    assert len(brief.parts) == 2
    assert (lease.capture.segment, lease.capture.cluster, lease.capture.tags) == ("land", "june", {"tone": "cold"})
    assert lease.capture.key_hash
    assert "user-1" not in json.dumps(lease.capture.to_record())
