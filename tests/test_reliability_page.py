"""docs/reliability.md names tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"


def test_every_row_names_a_test_that_exists() -> None:
    """A fault without a test that holds its end does not belong in the table."""
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ") and "how it ends" not in line]
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
