"""The emulator of the quick start."""

from collections.abc import Iterator
from datetime import date

import pytest

from shadow.emulator import SCENARIOS, Emulator


@pytest.fixture(scope="module")
def washed_out() -> Iterator[str]:
    """Address of an emulator whose new model paints washed-out pictures, while the preview still answers."""
    candidates = frozenset({"gemini-3-pro-image"})
    with Emulator(scenario=SCENARIOS["washed-out"], candidates=candidates, today=date(2026, 6, 1)) as served:
        yield served.url
