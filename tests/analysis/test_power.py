"""The planner against published numbers and against the evidence itself."""

import math

import numpy as np
import pytest

from analysis.power import pairs_at_this_rate, planned_pairs
from analysis.sequences import Histogram, log_bets, log_e_value, reached

TWENTY = math.log(20)


@pytest.mark.parametrize(("quantile", "pairs"), [(0.0, 296), (1.2816, 499)])
def test_vector_of_the_planner(quantile: float, pairs: int) -> None:
    """The closed form gives the published median and ninth decile (V12)."""
    planned = planned_pairs(gap=2, deviation=10.74, reach=98, log_threshold=TWENTY, normal_quantile=quantile)
    assert planned == pairs


@pytest.mark.parametrize(
    ("margin", "deviation", "median", "ninth"),
    [
        (1, 10.7, 837, 1825),
        (1, 20, 3677, 7874),
        (2, 6, 242, 317),
        (2, 15, 415, 902),
        (3, 8, 164, 220),
        (5, 20, 135, 261),
    ],
)
def test_published_table_of_the_judge(margin: float, deviation: float, median: int, ninth: int) -> None:
    """An identical candidate needs the published median and ninth decile of pairs until GO on the mean."""
    planned = [
        planned_pairs(
            gap=margin, deviation=deviation, reach=100 - margin, log_threshold=TWENTY, normal_quantile=quantile
        )
        for quantile in (0.0, 1.2816)
    ]
    assert planned == [median, ninth]


@pytest.mark.parametrize(
    ("margin", "discordance", "median"),
    [(0.005, 0.02, 7334), (0.01, 0.06, 6053), (0.015, 0.005, 348), (0.015, 0.06, 2459), (0.03, 0.1, 989)],
)
def test_published_table_of_the_gate(margin: float, discordance: float, median: int) -> None:
    """An identical candidate needs the published median of pairs until GO on gate failures."""
    deviation = math.sqrt(discordance)
    planned = planned_pairs(gap=margin, deviation=deviation, reach=1 - margin, log_threshold=TWENTY)
    assert planned == median


def test_on_the_wrong_side_no_number_is_enough() -> None:
    """At the margin or beyond it, and where the limit is too small, the planner says never."""
    assert planned_pairs(gap=0, deviation=10, reach=98, log_threshold=TWENTY) is None
    assert planned_pairs(gap=-1, deviation=10, reach=98, log_threshold=TWENTY) is None
    assert planned_pairs(gap=2, deviation=10.74, reach=98, log_threshold=TWENTY, limit=295) is None
    assert planned_pairs(gap=2, deviation=10.74, reach=98, log_threshold=TWENTY, limit=296) == 296


def test_the_rate_so_far_meets_the_evidence() -> None:
    """If later pairs repeat those so far, the evidence reaches its threshold at the number told and not before."""
    pattern = np.array([0.0, 0, 5, -5, 0, 3, -10, 0, 0, 5])
    so_far = Histogram.of_differences(np.tile(pattern, 10))
    needed = pairs_at_this_rate(log_bets(so_far, boundary=-2, worst=-100), so_far.total, TWENTY)
    assert needed is not None
    for blocks in (math.floor(needed / 10), math.ceil(needed / 10)):
        evidence = Histogram.of_differences(np.tile(pattern, blocks))
        assert reached(log_e_value(evidence, boundary=-2, worst=-100), 0.05) == (blocks * 10 >= needed)


def test_evidence_that_shrinks_is_never_enough() -> None:
    """A stream whose every bet loses has no number of pairs; one that is there already needs no more."""
    losing = Histogram.of_differences(np.full(100, -3.0))
    assert pairs_at_this_rate(log_bets(losing, boundary=-2, worst=-100), 100, TWENTY) is None
    winning = Histogram.of_differences(np.full(400, 0.0))
    assert pairs_at_this_rate(log_bets(winning, boundary=-2, worst=-100), 400, TWENTY) == 400
