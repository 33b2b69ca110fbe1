"""Checks of the evidence in sentences."""

from dataclasses import replace

from report_studies import hold

from analysis.results import Consistency, Dependence, Doubts, SelfComparison
from reports.doubts import doubts
from reports.sections.evidence import evidence

FOUND = Doubts(
    self_comparison=SelfComparison(
        pairs=120, mean=-0.3, deviation=8.0, floor=1.2, log_e_biased=0.0, judged_twice=40, judge_deviation=2.5
    ),
    consistency=Consistency(briefs=12, pairs=30, incumbent_deviation=3.0, candidate_deviation=None),
    dependence=Dependence(clusters=8, correlation=0.1, design_effect=1.4, serial_correlation=0.05),
    lost_share=0.004,
)


def test_every_check_is_told() -> None:
    """Noise floor, judge, repeats, campaigns and losses each have their sentence with their numbers."""
    told = " ".join(doubts(FOUND))
    for words in (
        "below 1.2 points",
        "40 pictures twice, varies by 2.5 points",
        "12 briefs",
        "design effect 1.40",
        "0.4%",
    ):
        assert words in told
    assert "for the incumbent by 3 points." in told


def test_what_was_not_looked_at_is_not_told() -> None:
    """Without second draws, repeats, clusters or losses there is nothing to say."""
    assert list(doubts(Doubts())) == []


def test_the_report_shows_them_beside_the_effects() -> None:
    """They stand among the notes of the evidence."""
    assert evidence(replace(hold(), doubts=FOUND)).doubts == tuple(doubts(FOUND))
