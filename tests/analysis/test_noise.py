"""How much the instruments differ from themselves."""

import math
from typing import Any

import numpy as np
import pytest

from analysis import noise
from analysis.looking import look
from analysis.question import Question
from analysis.results import ReasonCode

ASKED = Question(minimum_hours=0.0)


def twice(filing: Any, size: int, lean: float) -> None:
    """Pairs whose incumbent was drawn twice, the second lower by `lean` on average."""
    generator = np.random.default_rng(2)
    for first, gap in zip(generator.normal(70, 8, size), generator.normal(-lean, 8, size), strict=True):
        capture = filing.pair({"judge": float(np.clip(round(first), 0, 100))}, {})
        filing.outcome(capture, "incumbent", judge=float(np.clip(round(first + gap), 0, 100)), draw=2)
    filing.connection.execute("update outcomes set picture = capture_id || '2' where draw = 2")


def test_the_noise_floor(filing: Any) -> None:
    """Two draws of the same model tell the spread that means nothing, and raise no alarm."""
    twice(filing, 150, 0.0)
    found = noise.self_comparison(filing.read(), pairs=600)
    assert found is not None
    assert (found.pairs, found.judged_twice, found.judge_deviation) == (150, 0, None)
    assert found.deviation == pytest.approx(8, abs=1)
    assert found.log_e_biased < 1
    smaller = noise.self_comparison(filing.read(), pairs=150)
    assert smaller is not None
    assert 0 < found.floor < smaller.floor


def test_a_leaning_harness_holds(filing: Any) -> None:
    """A second draw that is surely lower makes the instrument suspect, whatever the candidate does."""
    twice(filing, 250, 5.0)
    filing.baseline({"judge": 10.0, "quality": 60.0}, minute=0)
    filing.epoch(ASKED.under(1).digest(), minute=0)
    found = look(filing.read(), ASKED)
    assert found.doubts.self_comparison is not None
    assert found.doubts.self_comparison.log_e_biased > math.log(20)
    assert found.verdict.reasons[0].code is ReasonCode.HARNESS_BIASED


def test_the_same_picture_twice_is_the_judges_own_noise(filing: Any) -> None:
    """Its spread is that of one judgement: the deviation of the gap over the square root of two."""
    for number in range(40):
        capture = filing.pair({"judge": 70.0}, {})
        filing.outcome(capture, "incumbent", judge=70.0 + (4 if number % 2 else -4), draw=2)
    found = noise.self_comparison(filing.read(), pairs=40)
    assert found is not None
    assert (found.pairs, found.judged_twice) == (0, 40)
    assert found.judge_deviation == pytest.approx(4 / math.sqrt(2))


def test_a_judge_that_leans_the_second_time_holds(filing: Any) -> None:
    """The same picture judged lower the second time, again and again: something in the order of asking matters."""
    for number in range(250):
        capture = filing.pair({"judge": 75.0}, {})
        filing.outcome(capture, "incumbent", judge=71.0 + number % 3, draw=2)
    filing.baseline({"judge": 10.0, "quality": 60.0}, minute=0)
    filing.epoch(ASKED.under(1).digest(), minute=0)
    found = look(filing.read(), ASKED)
    assert found.doubts.self_comparison is not None
    assert found.doubts.self_comparison.pairs == 0
    assert found.verdict.reasons[0].code is ReasonCode.HARNESS_BIASED


def test_without_second_draws_nothing_is_said(filing: Any) -> None:
    """Nothing was measured, so there is no floor."""
    filing.pair()
    assert noise.self_comparison(filing.read(), pairs=1) is None


@pytest.mark.parametrize(("share", "alarm"), [(0.0, False), (0.12, True)])
def test_an_uneven_judge_is_noticed(filing: Any, share: float, alarm: bool) -> None:
    """Missing judgements of one arm alone hold; a refusal is the model's and no failure of the judge."""
    generator = np.random.default_rng(8)
    for lost in generator.random(200) < share:
        filing.pair({}, {"missing": "blocked"} if lost else {})
    for _ in range(30):
        filing.pair({"kind": "refusal"}, {"kind": "refusal"})
    filing.baseline({"judge": 10.0, "quality": 60.0}, minute=0)
    filing.epoch(ASKED.under(1).digest(), minute=0)
    codes = [reason.code for reason in look(filing.read(), ASKED).verdict.reasons]
    assert (ReasonCode.UNEVEN_JUDGE in codes) is alarm


def test_repeats_are_shown_as_consistency(filing: Any) -> None:
    """Within a brief the deviation of each arm is pooled; briefs sent once say nothing."""
    for brief, judge in (("fox", 60.0), ("fox", 64.0), ("owl", 80.0), ("owl", 80.0), ("elk", 1.0)):
        filing.pair({"judge": judge}, {"judge": 70.0}, brief=brief)
    found = look(filing.read(), ASKED).doubts.consistency
    assert found is not None
    assert (found.briefs, found.pairs) == (2, 4)
    assert found.incumbent_deviation == pytest.approx(2.0)
    assert found.candidate_deviation == 0.0
