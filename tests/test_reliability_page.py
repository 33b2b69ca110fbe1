"""docs/reliability.md and the table of docs/proxy.md name tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRIED = "## What was tried"


def rows_of(page: str) -> list[str]:
    """The rows of its tables of faults, without their heads."""
    text = (ROOT / "docs" / page).read_text()
    text = text.partition(TRIED)[2].partition("\n## ")[0] if TRIED in text else text
    return [line for line in text.splitlines() if line.startswith("| ") and "| held by |" not in line]


@pytest.mark.parametrize("page", ["reliability.md", "proxy.md"])
def test_every_row_names_a_test_that_exists(page: str) -> None:
    """A fault without a test that holds its end does not belong in the table."""
    rows = rows_of(page)
    missing = []
    for row in rows:
        found = re.search(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert found, row
        path, name = found.groups()
        tree = ast.parse((ROOT / path).read_text())
        if name not in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{path}::{name}")
    assert len(rows) >= 25
    assert missing == []
