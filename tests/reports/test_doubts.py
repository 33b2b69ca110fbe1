"""Checks of the evidence in sentences."""

from dataclasses import replace

from report_studies import hold

from analysis.results import Consistency, Dependence, Doubts, Interval, JudgeDrift, Preference, SelfComparison
from reports.doubts import doubts
from reports.sections.evidence import evidence

FOUND = Doubts(
    self_comparison=SelfComparison(
        pairs=120, mean=-0.3, deviation=8.0, floor=1.2, log_e_biased=0.0, judged_twice=40, judge_deviation=2.5
    ),
    consistency=Consistency(briefs=12, pairs=30, incumbent_deviation=3.0, candidate_deviation=None),
    dependence=Dependence(clusters=8, correlation=0.1, design_effect=1.4, serial_correlation=0.05),
    lost_share=0.004,
    preference=Preference(
        pairs=50,
        candidate=12,
        incumbent=20,
        ties=18,
        disagreed=9,
        unknown=1,
        estimate=-0.16,
        interval=Interval(low=-0.4, high=0.1, level=0.95, anytime=True),
        first=0.61,
        log_e_position=0.3,
    ),
    drift=JudgeDrift(
        pictures=50,
        days=4,
        judgements=200,
        shift=-3.4,
        latest=-5.1,
        interval=Interval(low=-6.0, high=-0.8, level=0.95, anytime=True),
        margin=2.0,
        sure=False,
    ),
)


def test_every_check_is_told() -> None:
    """Noise floor, judge, repeats, campaigns, both orders, drift, losses: each has its sentence with its numbers."""
    told = " ".join(doubts(FOUND))
    for words in (
        "below 1.2 points",
        "40 pictures twice, varies by 2.5 points",
        "12 briefs",
        "design effect 1.40",
        "0.4%",
        "the candidate preferred 12 times, the incumbent 20 times, 18 ties, of which the two orders disagreed on 9",
        "first was preferred 61%",
        "it decides nothing",
        "50 frozen pictures, judged again on 4 later days",
    ):
        assert words in told
    assert "for the incumbent by 3 points." in told


def test_what_was_not_looked_at_is_not_told() -> None:
    """Without second draws, repeats, clusters or losses there is nothing to say."""
    assert list(doubts(Doubts())) == []


def test_the_report_shows_them_beside_the_effects() -> None:
    """They stand among the notes of the evidence."""
    assert evidence(replace(hold(), doubts=FOUND)).doubts == tuple(doubts(FOUND))
