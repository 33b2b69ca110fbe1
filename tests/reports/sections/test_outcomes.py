"""Refusals, failures, latency."""

from dataclasses import replace

from report_studies import empty, hold

from reports.quantities import NOTHING
from reports.sections.outcomes import LABELS_SHOWN, outcomes


def test_outcomes_are_counted_with_shares_of_their_arm() -> None:
    """Both arms side by side, in words."""
    kinds = {
        row.label: (row.incumbent, row.incumbent_share, row.candidate, row.candidate_share)
        for row in outcomes(hold()).kinds
    }
    assert kinds["Picture"] == ("1,456", "98.7%", "1,449", "98.2%")
    assert kinds["Refusal"] == ("12", "0.8%", "19", "1.3%")


def test_labels_are_explained_and_bounded() -> None:
    """The most frequent first, and a flood of labels is cut with a count."""
    study = hold()
    many = replace(study.candidate, labels={f"LABEL {number:03}": 1 for number in range(30)})
    part = outcomes(replace(study, candidate=many))
    assert part.labels[0].label == "IMAGE_SAFETY: picture withheld as unsafe"
    assert len(part.labels) == LABELS_SHOWN
    assert part.labels_left_out == "12 rarer ones are not shown."
    assert outcomes(study).labels_left_out == ""


def test_gate_failures_are_told_by_layer_and_unjudged_apart() -> None:
    """What the judge could not score is not a failure of the model."""
    assert [row.label for row in outcomes(hold()).gates] == [
        "Failed at: judge",
        "Failed at: similarity",
        "Failed at: properties",
        "Unjudged",
    ]


def test_latency_is_told_within_a_role() -> None:
    """One row per role; an arm without calls in a role has no number there."""
    study = hold()
    silent = replace(study.candidate, latency_median={"shadow": 12.9}, latency_p95={"shadow": 25.0})
    live, shadow = outcomes(replace(study, candidate=silent)).latency
    assert (live.role, live.incumbent_median, live.candidate_median) == ("Asked by your callers", "11.2 s", NOTHING)
    assert (shadow.role, shadow.candidate_p95) == ("Asked by the harness", "25 s")


def test_an_empty_study_has_no_rows() -> None:
    """Nothing was asked, so there are no kinds, labels or latencies."""
    part = outcomes(empty())
    assert part.kinds == part.labels == part.latency == ()
    assert part.gates[0].incumbent_share == NOTHING


def test_near_copies_are_shown_beside_how_many_pictures_were_compared() -> None:
    """A model that repeats itself; where no pictures were compared nothing is said."""
    study = hold()
    compared = replace(
        study,
        incumbent=replace(study.incumbent, near_copies=2, compared_pictures=1000),
        candidate=replace(study.candidate, near_copies=150, compared_pictures=1000),
    )
    row = outcomes(compared).gates[-1]
    assert (row.label, row.incumbent, row.incumbent_share) == ("Near copies", "2", "0.2%")
    assert (row.candidate, row.candidate_share) == ("150", "15%")
    assert outcomes(study).gates[-1].label == "Unjudged"
