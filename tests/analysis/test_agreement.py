"""A judge held against people."""

import numpy as np
import pytest
from scipy import stats

from analysis.agreement import agreement, weighted_kappa

ARMS = ["incumbent", "candidate"] * 100


def rated(size: int = 200, *, noise: float = 3.0, favour: float = 0.0, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """People's scores and a judge's, who gives the candidate `favour` points more."""
    generator = np.random.default_rng(seed)
    human = np.clip(np.round(generator.normal(70, 18, size)), 0, 100)
    judge = np.clip(np.round(human + generator.normal(0, noise, size)), 0, 100)
    judge[1::2] = np.clip(judge[1::2] + favour, 0, 100)
    return human, judge


def test_a_judge_like_people_may_be_trusted() -> None:
    """Every number is there, the correlations are scipy's, and nothing is in doubt."""
    human, judge = rated()
    found = agreement(human, judge, ARMS, margin=2.0)
    assert found.doubts == ()
    assert found.spearman == pytest.approx(stats.spearmanr(human, judge).statistic)
    assert found.kendall == pytest.approx(stats.kendalltau(human, judge).statistic)
    assert found.spearman_interval is not None
    assert 0.9 < found.spearman_interval.low < found.spearman < found.spearman_interval.high < 1
    assert set(found.arms) == {"incumbent", "candidate"}


@pytest.mark.parametrize(
    ("change", "arms", "doubt"),
    [
        ({"favour": 6.0}, ARMS, "favours an arm"),
        ({"favour": -6.0}, ARMS, "favours an arm"),
        ({"favour": 2.0}, ARMS, "may favour an arm"),
        ({}, [""] * 200, "arms not told apart"),
        ({}, ["incumbent"] * 200, "arms not told apart"),
        ({"noise": 90.0}, ARMS, "ranks differently"),
        ({"noise": 90.0}, ARMS, "bands differ"),
        ({"size": 40}, ARMS[:40], "too few pictures"),
    ],
)
def test_what_speaks_against_a_judge_is_named(change: dict[str, float], arms: list[str], doubt: str) -> None:
    """Favouring one arm is the worst: it goes straight into the verdict."""
    human, judge = rated(**change)  # type: ignore[arg-type]
    assert doubt in agreement(human, judge, arms, margin=2.0).doubts


def test_weighted_kappa_of_a_table_worked_by_hand() -> None:
    """Two raters, three bands, six pictures: 1 minus (observed 2/6) over (expected 50/36)."""
    one, other = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 1, 2, 1])
    shares = np.outer([2 / 6, 2 / 6, 2 / 6], [1 / 6, 4 / 6, 1 / 6])
    weights = np.array([[0, 1, 4], [1, 0, 1], [4, 1, 0]])
    assert weighted_kappa(one, other, 3) == pytest.approx(1 - (2 / 6) / float((weights * shares).sum()))
    assert weighted_kappa(one, one, 3) == 1.0
    assert weighted_kappa(np.zeros(4, dtype=int), np.zeros(4, dtype=int), 3) is None


def test_the_intervals_cover_what_they_say() -> None:
    """In nineteen of twenty samples the favour and the correlation lie within their intervals."""
    covered = ranked = 0
    for seed in range(300):
        generator = np.random.default_rng(seed)
        human = generator.normal(50, 10, 60)
        judge = human + generator.normal(0, 10, 60)
        judge[1::2] += 3.0
        found = agreement(human, judge, ARMS[:60], margin=2.0)
        assert found.favour is not None
        assert found.favour.interval is not None
        assert found.spearman_interval is not None
        covered += found.favour.interval.low <= 3.0 <= found.favour.interval.high
        ranked += found.spearman_interval.low <= 0.68 <= found.spearman_interval.high
    assert covered / 300 > 0.92
    assert ranked / 300 > 0.9


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_handful_of_labels_is_no_error(size: int) -> None:
    """It is too few, and says so."""
    scores = np.array([50.0, 60.0, 70.0])[:size]
    assert "too few pictures" in agreement(scores, scores, ARMS[:size], margin=2.0).doubts


def test_a_judge_who_says_one_thing_only_ranks_nothing() -> None:
    """No correlation is made up."""
    human, _ = rated()
    found = agreement(human, np.full(200, 80.0), ARMS, margin=2.0)
    assert (found.spearman, found.kendall) == (None, None)
    assert "ranks differently" in found.doubts
