"""Several migrations in one harness: two incumbents, and two candidates for one of them."""

import json
from pathlib import Path

from verbs import AT_ONCE, Desk, pointed_at

from shadow.emulator import Emulator, briefs

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"

[migration.pro-to-flash]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3.1-flash-image"
serving = false

[migration.flash]
incumbent = "gemini-3.1-flash-image-preview"
candidate = "gemini-3.1-flash-image"
"""
NAMES = ("flash", "pro", "pro-to-flash")
BRIEFS = 20
QUIET = "\n[noise]\nsecond_draws = 0.0\nsecond_judgements = 0.0\nanchors = 0\n"


def test_each_migration_has_its_own_pairs_baseline_verdict_and_share(emulator: Emulator, tmp_path: Path) -> None:
    """One run feeds every candidate of its incumbent; verbs ask which is meant; nothing of one stands in another."""
    desk = Desk(folder=tmp_path, environment=pointed_at(emulator.url))
    (tmp_path / "config.toml").write_text(CONFIG + AT_ONCE + QUIET)
    (tmp_path / "briefs.txt").write_text("\n".join(item.prompt for item in briefs(BRIEFS)))
    before = emulator.counts().get("paid", {})

    said = desk.shadow("run", "briefs.txt")
    assert (said.code, "--migration flash | pro | pro-to-flash" in said.err) == (2, True)
    desk.does("run", "briefs.txt", "--migration", "pro")
    assert "sent before" in desk.does("run", "briefs.txt", "--migration", "pro-to-flash")
    desk.does("run", "briefs.txt", "--migration", "flash", "--limit", "5")
    status = json.loads(desk.does("status", "--json"))["migrations"]
    assert {name: status[name]["ready"] for name in NAMES} == {"pro": BRIEFS, "pro-to-flash": BRIEFS, "flash": 5}
    desk.does("work", "--until-empty")

    assert "baseline 1 frozen" in desk.does("baseline", "freeze", "--migration", "pro")
    decisions = {}
    for name, counted in (("pro", 0), ("pro-to-flash", BRIEFS), ("flash", 5)):
        said = desk.shadow("verdict", "--json", "--migration", name)
        verdict = json.loads(said.out)
        assert verdict["migration"] == name
        assert verdict["coverage"]["counted"] == counted
        decisions[name] = (said.code, {reason["code"] for reason in verdict["reasons"]})
        desk.does("report", "--migration", name)
        assert name in (tmp_path / f"shadow-{name}.html").read_text()
    assert {code for code, _ in decisions.values()} == {3}
    assert [name for name in NAMES if "uncalibrated" in decisions[name][1]] == ["flash", "pro-to-flash"]

    desk.does("cutover", "set", "25", "--reason", "first stage", "--migration", "flash")
    assert [desk.does("cutover", "percent", "--migration", name) for name in NAMES] == ["25\n", "0\n", "0\n"]
    refused = desk.shadow("cutover", "set", "5", "--reason", "x", "--migration", "pro-to-flash")
    assert (refused.code, "serving = false" in refused.err) == (2, True)

    paid = emulator.counts()["paid"]
    bought = {
        model: paid[model]["generateContent"] - before.get(model, {}).get("generateContent", 0) for model in MODELS
    }
    assert bought == {
        "gemini-3-pro-image-preview": BRIEFS,
        "gemini-3.1-flash-image-preview": 5,
        "gemini-3-pro-image": BRIEFS,
        "gemini-3.1-flash-image": BRIEFS + 5,
    }


MODELS = (
    "gemini-3-pro-image-preview",
    "gemini-3.1-flash-image-preview",
    "gemini-3-pro-image",
    "gemini-3.1-flash-image",
)
