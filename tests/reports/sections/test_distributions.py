"""Scores and features."""

import math
from dataclasses import replace

from report_parts import described
from report_studies import empty, rollback

from analysis.results import KolmogorovSmirnov
from reports.quantities import MINUS
from reports.sections.distributions import distributions


def test_scores_come_in_a_fixed_order_and_features_by_their_shift() -> None:
    """Quality, similarity, judge first; the style that moved most before the others."""
    part = distributions(rollback())
    assert [card.label for card in part.scores] == ["Quality", "Similarity", "Judge"]
    assert [card.label for card in part.features] == ["Saturation", "Contrast", "Negative space", "Sharpness"]


def test_a_score_is_told_with_means_gap_cut_and_percentiles() -> None:
    """Everything drawn is also in words and numbers."""
    judge = distributions(rollback()).scores[2]
    assert judge.means == "Mean 84.0 → 75.9"
    assert judge.gap == "Largest gap 40.5%: the candidate has that many more pictures at or below 80."
    assert judge.cut == "Cut of the baseline: 61; a lower score fails the gate."
    assert [row.percentile for row in judge.shifts] == ["P5", "P10", "P25", "P50", "P75", "P90", "P95"]
    assert judge.shifts[3].shift == f"{MINUS}8"
    assert "p under 0.001" in judge.small_print
    assert judge.chart is not None


def test_a_better_candidate_has_fewer_low_values() -> None:
    """The direction of the gap is told, not only its size."""
    better = described("judge", "score", 0, 100, before=70, after=80, spread=9)
    card = distributions(replace(rollback(), distributions=(better,))).scores[0]
    assert "fewer pictures" in card.gap
    assert card.cut == ""


def test_a_shift_of_a_quarter_spread_is_marked() -> None:
    """Below it a feature is shown without a mark."""
    marked = {card.label: (card.marked, card.shift) for card in distributions(rollback()).features}
    assert marked["Saturation"] == (True, "1.13 spreads lower")
    assert marked["Negative space"] == (True, "0.60 spreads higher")
    assert marked["Sharpness"] == (False, "0.04 spreads lower")


def test_what_does_not_vary_or_cannot_be_drawn_is_said() -> None:
    """No division by nought, no broken chart."""
    flat = described("contrast", "feature", 0, 1, before=0.5, after=0.5, spread=0.1)
    same = replace(flat, ks=KolmogorovSmirnov(gap=0.0, at=0.5, candidate_lower=False, p_value=1.0))
    stiff = replace(
        same, name="entropy", incumbent_deviation=0.0, edges=(), incumbent_histogram=(), candidate_histogram=()
    )
    score = replace(same, name="judge", kind="score", edges=(), incumbent_histogram=(), candidate_histogram=())
    part = distributions(replace(rollback(), distributions=(same, stiff, score)))
    assert [card.shift for card in part.features] == ["unchanged", "the incumbent does not vary"]
    assert part.features[1].chart is part.scores[0].chart is None
    assert part.scores[0].gap == "No gap between the two distributions."


def test_a_percentile_that_is_not_known_is_left_out_of_the_drawing() -> None:
    """A number that is none is told as unknown and breaks no chart."""
    judge = described("judge", "score", 0, 100, before=80, after=70, spread=9)
    odd = replace(judge, shifts=(replace(judge.shifts[0], candidate=math.nan), *judge.shifts[1:]))
    card = distributions(replace(rollback(), distributions=(odd,))).scores[0]
    assert card.shifts[0].shift == "unknown"
    assert card.chart is not None


def test_an_empty_study_has_no_cards() -> None:
    """Nothing measured, nothing shown."""
    part = distributions(empty())
    assert part.scores == part.features == ()
