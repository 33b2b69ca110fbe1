"""What was compared and what was not."""

from dataclasses import replace

from report_studies import empty, hold

from reports.sections.coverage import coverage


def test_every_live_call_is_accounted_for() -> None:
    """The lead says how many were seen, compared and left out."""
    part = coverage(hold())
    assert part.lead == "2,205 live calls seen, 1,980 of them answered by both models; 225 (10.2%) were not compared."
    assert [row.count for row in part.pairs] == ["1,475", "300", "160", "0", "0", "6", "45"]


def test_reasons_are_explained_the_largest_first() -> None:
    """A reason has a label, a meaning, a count and a share; an unknown one is still shown."""
    study = hold()
    more = {**study.coverage.not_compared, "new reason": 300}
    part = coverage(replace(study, coverage=replace(study.coverage, not_compared=more)))
    assert [row.label for row in part.lost] == ["New reason", "Sampled out", "Waiting", "Memory full"]
    assert [row.count for row in part.lost] == ["300", "220", "4", "1"]
    assert part.lost[-1].share == "under 0.1%"
    assert part.lost[-1].about


def test_a_complete_and_an_empty_study_say_so() -> None:
    """Nothing left out and nothing seen are different sentences."""
    study = hold()
    whole = replace(study, coverage=replace(study.coverage, not_compared={}))
    assert coverage(whole).lead.endswith("1,980 of them answered by both models: nothing was left out.")
    assert coverage(empty()).lead == "No live call has been seen yet."
