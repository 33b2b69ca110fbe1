"""The page about the statistics names everything that decides."""

from pathlib import Path

import pytest

from analysis.metrics import METRICS, Metric
from analysis.results import Decision, ReasonCode
from analysis.verdict import RULES

PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"


@pytest.mark.parametrize(
    "name",
    [
        *(f"`{metric.name}`" for metric in METRICS),
        *(f"`{rule.__name__}`" for rule in RULES),
        *(f"| {code.value} |" for code in ReasonCode),
        *(decision.value for decision in Decision),
    ],
)
def test_the_page_names_it(name: str) -> None:
    """Every metric, rule, reason and decision appears on the page as it is named in the code."""
    if not PAGE.exists():
        pytest.skip("the tests run without the documentation")
    assert name in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_the_page_tells_unit_and_margin(metric: Metric) -> None:
    """A metric's row tells its unit and the margin that holds unless another is set."""
    if not PAGE.exists():
        pytest.skip("the tests run without the documentation")
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{metric.name}`"))
    assert metric.unit in row
    assert f"{metric.margin:g}" in row
