"""The banner."""

from dataclasses import replace

import pytest
from report_studies import empty, go, hold, rollback, uncalibrated

from analysis.results import Decision
from reports.sections.banner import banner


@pytest.mark.parametrize(
    ("decision", "tone"), [(Decision.GO, "go"), (Decision.HOLD, "hold"), (Decision.ROLLBACK, "rollback")]
)
def test_every_decision_has_its_tone_and_words(decision: Decision, tone: str) -> None:
    """Colour is never alone: the decision and its meaning stand beside it."""
    made = banner(replace(hold(), verdict=replace(hold().verdict, decision=decision)))
    assert (made.decision, made.tone) == (decision.value, tone)
    assert made.meaning


def test_the_facts_that_a_reader_asks_for_first() -> None:
    """Pairs, time spanned, present share; how many more pairs only while it is undecided."""
    told = {fact.label: fact.value for fact in banner(hold()).facts}
    assert told == {
        "Pairs counted": "1,475",
        "Traffic spanned": "2 days 19 h",
        "Candidate's share of live traffic": "5%",
        "More pairs needed": "about 420",
    }
    for study in (go(), rollback()):
        assert "More pairs needed" not in [fact.label for fact in banner(study).facts]


def test_pairs_needed_are_told_as_far_as_they_are_known() -> None:
    """Before the calibration they cannot be known, and near the margin they cannot be foreseen."""
    near = replace(hold(), verdict=replace(hold().verdict, pairs_needed=None))
    enough = replace(hold(), verdict=replace(hold().verdict, pairs_needed=0))
    told = [banner(study).facts[-1].value for study in (uncalibrated(), near, enough)]
    assert told == ["known after calibration", "not foreseeable", "none"]


def test_an_empty_study_spans_nothing() -> None:
    """There is no first and no last pair to reckon with."""
    assert [fact.value for fact in banner(empty()).facts][:2] == ["0", "none yet"]
