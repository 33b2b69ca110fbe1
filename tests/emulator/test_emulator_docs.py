"""docs/emulator.md says what the emulator does."""

from pathlib import Path

import pytest

from shadow.emulator import MODELS, SCENARIOS
from shadow.emulator.server import PAGES
from shadow.emulator.service import METHODS

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_is_in_the_table_with_its_truth(name: str) -> None:
    """Effect, tolerance and failure shares in the docs are those of the code."""
    truth = SCENARIOS[name].truth
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    shares = (truth.model_failures, truth.infrastructure_failures, truth.touched)
    assert [cell.strip() for cell in row.split("|")[3:8]] == [
        points(truth.quality, truth.tolerance),
        *(f"{share:.0%}".replace("%", " %") for share in shares),
        "" if truth.each is None else points(truth.each, truth.each_tolerance),
    ]
    assert truth.slowness == 1 or f"takes {truth.slowness:g} times as long" in row


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_is_described_with_its_numbers(name: str) -> None:
    """Factors, shares and starts in the docs are those of the code."""
    scenario = SCENARIOS[name]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    style = scenario.style
    told = {
        f"saturation × {style.saturation:g}": style.saturation != 1,  # noqa: RUF001 - a true times sign
        f"contrast × {style.contrast:g}": style.contrast < 1,  # noqa: RUF001 - a true times sign
        f"{100 * style.emptiness:g} % of things left out": style.emptiness > 0,
        scenario.word: bool(scenario.word),
        f"for {scenario.after} pictures": scenario.after > 0,
    }
    assert [words for words, holds in told.items() if holds and words not in row] == []


def points(effect: float, tolerance: float) -> str:
    return f"{effect:g} ± {tolerance:g} points".replace("-", "−")  # noqa: RUF001 - a true minus sign


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_is_listed_with_its_shutdown(name: str) -> None:
    """No id is served in secret, and the dates agree."""
    row = next(line for line in PAGE.splitlines() if line.startswith("|") and f"`{name}`" in line)
    shutdown = MODELS[name].shutdown
    assert shutdown is None or str(shutdown) in row
    assert " ".join(MODELS[name].tokens) in row


@pytest.mark.parametrize("path", sorted(PAGES))
def test_every_page_of_its_own_is_in_the_table(path: str) -> None:
    """What the emulator tells about itself is documented."""
    assert f"| GET `{path}` |" in PAGE


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"get"}))
def test_every_method_is_in_the_table(method: str) -> None:
    """Every path that answers is documented."""
    assert f"models/{{model}}:{method}`" in PAGE
