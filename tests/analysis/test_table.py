"""The pairs as one flat table."""

from typing import Any

import numpy as np

from analysis.question import Question
from analysis.table import table


def test_every_pair_has_a_row_with_both_arms(filing: Any) -> None:
    """Scores, features, outcomes and the difference, aligned in dispatch order."""
    filing.pair({"judge": 80.0}, {"judge": 71.0, "features": {"saturation": 0.25}}, segment="a")
    filing.pair(candidate={"kind": "refusal", "label": "NO_IMAGE"})
    columns = table(filing.read(), Question())
    assert {values.size for values in columns.values()} == {2}
    assert columns["capture_id"].tolist() == ["capture-0", "capture-1"]
    assert columns["segment"].tolist() == ["a", ""]
    assert columns["quality_difference"].tolist() == [-9.0, -80.0]
    assert columns["candidate_outcome"].tolist() == ["image", "refusal"]
    assert columns["candidate_label"].tolist() == ["", "NO_IMAGE"]
    assert columns["candidate_properties.saturation"][0] == 0.25
    assert np.isnan(columns["candidate_judge.score"][1])
    assert columns["candidate_gate_failed"].tolist() == [False, True]


def test_a_pair_that_is_no_evidence_is_there_and_says_so(filing: Any) -> None:
    """A repeat of a brief and a pair that could not be asked do not count."""
    filing.pair(brief="one")
    filing.pair(brief="one")
    filing.pair(candidate={"kind": "infrastructure"})
    columns = table(filing.read(), Question())
    assert columns["counted"].tolist() == [True, False, False]


def test_an_empty_ledger_gives_empty_columns(filing: Any) -> None:
    """Whoever reads the table finds its columns even then."""
    columns = table(filing.read(), Question())
    assert columns["counted"].size == 0
    assert "incumbent_quality" in columns
