"""Stored pictures scored again: paid once through kill -9, filed beside the old scores, ready for a new baseline."""

import json
import re
import time
from pathlib import Path

from verbs import AT_ONCE, PAIR, Desk, pointed_at

from shadow.emulator import Emulator, briefs

BRIEFS, KILLS = 22, 3
JUDGE, EMBEDDER = "gemini-3.5-flash", "gemini-embedding-2"
QUIET = PAIR + AT_ONCE + "\n[noise]\nsecond_draws = 0.0\nsecond_judgements = 0.0\nanchors = 0\n"
"""Every call is one of a pair."""
HIGH_FLOOR = QUIET + "\n[gate.similarity]\nfloor = 0.99\n"
SEVERE = QUIET + '\n[gate.judge]\nrubric = "Score 0 to 100. Be severe."\n'


def paid(emulator: Emulator, model: str) -> int:
    """Calls of this model so far."""
    return sum(emulator.counts()["paid"].get(model, {}).values())


def test_scored_again_through_kills_and_frozen_anew(emulator: Emulator, tmp_path: Path) -> None:
    """Below a floor that was met no cut is made until the judge has seen what it stopped; every answer is paid once."""
    config = tmp_path / "config.toml"
    config.write_text(HIGH_FLOOR)
    (tmp_path / "b.jsonl").write_text("\n".join(json.dumps({"prompt": item.prompt}) for item in briefs(BRIEFS, 3)))
    desk = Desk(folder=tmp_path, environment=pointed_at(emulator.url))
    desk.does("run", "b.jsonl")
    desk.does("work", "--until-empty")
    judged, embedded = paid(emulator, JUDGE), paid(emulator, EMBEDDER)
    assert judged == 0
    assert "every stored picture has its scores" in desk.does("regate", "--dry-run")

    config.write_text(QUIET)
    refused = desk.shadow("baseline", "freeze")
    assert refused.code == 2
    assert f"{BRIEFS} pictures of the incumbent were stopped by an earlier, higher floor" in refused.err
    assert re.search(r"for at most \d\.\d{4} USD", refused.err)
    planned = json.loads(desk.does("regate", "--dry-run", "--json"))
    assert (planned["pictures"], planned["calls"]) == (2 * BRIEFS, {"judge": 2 * BRIEFS})
    assert "Did you mean 'judge'" in desk.shadow("regate", "--layer", "judgee").err

    for number in range(KILLS):
        killed = desk.start("regate", "--threads", "1")
        time.sleep(1.2 + 0.3 * number)
        killed.kill()
        killed.wait()
        assert killed.stdout is not None
        killed.stdout.close()
    done = json.loads(desk.does("regate", "--json"))
    assert done["left"] == 0
    assert 2 * BRIEFS <= paid(emulator, JUDGE) <= 2 * BRIEFS + KILLS
    assert paid(emulator, EMBEDDER) == embedded
    before = paid(emulator, JUDGE)
    assert "0 pictures scored again" in desk.does("regate")
    assert paid(emulator, JUDGE) == before
    assert f"frozen from {BRIEFS} outcomes" in desk.does("baseline", "freeze")
    assert json.loads(desk.does("verdict", "--json", code=3))["coverage"]["counted"] == 0

    config.write_text(SEVERE)
    said = desk.shadow("baseline", "freeze", "--again")
    assert said.code == 2
    assert f"{BRIEFS} pictures of the incumbent have no scores under the present settings" in said.err
    some = json.loads(desk.does("regate", "--layer", "judge", "--limit", "4", "--json"))
    versions = {(item["layer"], item["present"]): item for item in some["versions"]}
    assert versions["judge", True]["incumbents"] + versions["judge", True]["candidates"] == 4
    assert versions["judge", False]["incumbents"] == BRIEFS


def test_nothing_stored_is_one_sentence(tmp_path: Path) -> None:
    """Before the first pair there is nothing to score."""
    (tmp_path / "config.toml").write_text(PAIR)
    said = Desk(folder=tmp_path).shadow("regate")
    assert said.code == 1
    assert "no pairs filed yet" in said.err
