"""Whether pairs may be counted singly."""

from typing import Any

import numpy as np
import pytest

from analysis.dependence import dependence, surely_dependent
from analysis.looking import look
from analysis.question import MY_LIST, Question
from analysis.results import ReasonCode


def test_numbers_by_hand() -> None:
    """Sixteen clusters of two equal differences: the correlation is 1, the design effect 2."""
    values = np.repeat(np.arange(16.0), 2)
    found = dependence(values, np.repeat(np.arange(16), 2))
    assert found is not None
    assert found.clusters == 16
    assert found.correlation == pytest.approx(1.0)
    assert found.design_effect == pytest.approx(2.0)


def test_pairs_without_a_cluster_stand_alone() -> None:
    """Without labels there is nothing to say; an unknown difference is left out."""
    assert dependence(np.arange(50.0), np.full(50, -1)) is None
    assert dependence(np.full(50, np.nan), np.zeros(50, dtype=np.int64)) is None


@pytest.mark.parametrize(("shared", "sure"), [(0.0, 0), (8.0, 40)])
def test_only_sure_dependence_holds(shared: float, sure: int) -> None:
    """Forty sets of independent pairs never hold; with an effect of the campaign all of them do."""
    generator = np.random.default_rng(4)
    clusters = np.repeat(np.arange(60), 10)
    held = 0
    for _ in range(40):
        values = generator.normal(0, 10, 600) + shared * generator.normal(0, 1, 60)[clusters]
        found = dependence(values, clusters)
        assert found is not None
        held += surely_dependent(values, clusters, found)
    assert held == sure


def test_campaigns_hold_new_briefs_and_not_a_list(filing: Any) -> None:
    """Of a list every brief is there already, so its likeness to another does not matter."""
    generator = np.random.default_rng(6)
    for campaign in range(40):
        effect = generator.normal(0, 12)
        for _ in range(6):
            judge = float(np.clip(round(70 + effect + generator.normal(0, 4)), 0, 100))
            filing.pair({"judge": 70.0}, {"judge": judge}, cluster=f"campaign {campaign}")
    for population, held in (("new briefs", True), (MY_LIST, False)):
        codes = {reason.code for reason in look(filing.read(), Question(population=population)).verdict.reasons}
        assert (ReasonCode.NOT_INDEPENDENT in codes) is held
