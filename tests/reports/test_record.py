"""A study as JSON."""

import json
import math
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from report_studies import empty, go, hold, hostile, rollback

from analysis.results import Study
from reports.record import record

PAGE = Path(__file__).parents[2] / "docs" / "export.md"


@pytest.mark.parametrize("study", [go(), hold(), rollback(), empty(), hostile()])
def test_the_record_is_json_with_every_part_of_the_study(study: Study) -> None:
    """Nothing is lost, nothing is of a kind that JSON does not know."""
    told = json.loads(json.dumps(record(study), allow_nan=False))
    assert {field.name for field in fields(Study)} <= set(told)
    assert told["schema"] == 1
    assert told["verdict"]["decision"] == study.verdict.decision.value
    assert len(told["guards"]) == len(study.guards)
    assert told["made_at"] == "2026-11-23T06:45:00+00:00"


def test_a_number_that_is_none_is_null() -> None:
    """Infinity is not JSON."""
    study = replace(hold(), percent=math.inf)
    assert record(study)["percent"] is None


def test_the_names_stand_in_the_page() -> None:
    """Who reads the JSON finds every name of its first floor explained."""
    section = PAGE.read_text().partition("## The JSON of a report")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(record(hold()))
