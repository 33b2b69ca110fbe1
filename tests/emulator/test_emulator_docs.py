"""docs/emulator.md says what the emulator does."""

from pathlib import Path

import pytest

from shadow.emulator import MODELS, SCENARIOS
from shadow.emulator.service import METHODS

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_is_in_the_table_with_its_truth(name: str) -> None:
    """Effect, tolerance and failure shares in the docs are those of the code."""
    truth = SCENARIOS[name].truth
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    effect = f"{truth.quality:g} ± {truth.tolerance:g} points".replace("-", "−")  # noqa: RUF001 - a true minus sign
    assert row.split("|")[3:6] == [
        f" {effect} ",
        f" {truth.model_failures:.0%} ".replace("%", " %"),
        f" {truth.infrastructure_failures:.0%} ".replace("%", " %"),
    ]


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_is_listed_with_its_shutdown(name: str) -> None:
    """No id is served in secret, and the dates agree."""
    row = next(line for line in PAGE.splitlines() if line.startswith("|") and f"`{name}`" in line)
    shutdown = MODELS[name].shutdown
    assert shutdown is None or str(shutdown) in row
    assert " ".join(MODELS[name].tokens) in row


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"get"}))
def test_every_method_is_in_the_table(method: str) -> None:
    """Every path that answers is documented."""
    assert f"models/{{model}}:{method}`" in PAGE
