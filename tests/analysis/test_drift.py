"""Frozen pictures judged again each day."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from analysis.columns import Anchors
from analysis.drift import drift
from analysis.looking import look
from analysis.question import Question
from analysis.results import Decision, ReasonCode

PICTURES, NOISE = 50, 3.5
START = datetime(2026, 6, 1)  # noqa: DTZ001  the ledger keeps UTC without a zone


def judged(days: int, shift: float, seed: int, *, since: int = 1) -> Anchors:
    """Days of judgements of fifty pictures, lower by `shift` from day `since` on."""
    generator = np.random.default_rng(seed)
    own = generator.normal(75, 10, PICTURES)
    scores = np.round(own + generator.normal(0, NOISE, (days + 1, PICTURES)))
    scores[since:] -= shift
    gaps = (scores[1:] - scores[0]).ravel()
    return Anchors(pictures=PICTURES, days=days, gaps=gaps, latest=np.arange(gaps.size) >= gaps.size - PICTURES)


@pytest.mark.parametrize("shift", [0.0, 2.0])
def test_a_judge_within_the_margin_is_seldom_accused(shift: float) -> None:
    """At any of four looks, with no drift and with one just as large as allowed: at most one run in twenty."""
    accused = 0
    for seed in range(40):
        anchors = judged(30, shift, seed)
        looks = (drift(first_days(anchors, days), margin=2.0) for days in (2, 6, 15, 30))
        accused += any(found is not None and found.sure for found in looks)
    assert accused <= 2


def first_days(anchors: Anchors, days: int) -> Anchors:
    """The same anchors as they stood after so many days."""
    gaps = anchors.gaps[: days * PICTURES]
    return Anchors(pictures=PICTURES, days=days, gaps=gaps, latest=np.arange(gaps.size) >= gaps.size - PICTURES)


@pytest.mark.parametrize("since", [1, 16])
def test_a_judge_that_drifts_is_found_within_days(since: int) -> None:
    """Eight points are found in two weeks, also after two quiet ones."""
    found = [drift(judged(since + 13, 8.0, seed, since=since), margin=2.0) for seed in range(20)]
    assert sum(item is not None and item.sure for item in found) >= 18


def test_the_interval_knows_that_the_first_judgements_are_noisy() -> None:
    """It covers the true drift in at least nineteen of twenty runs, and names the last day by itself."""
    found = [drift(judged(10, 5.0, seed), margin=2.0) for seed in range(60)]
    assert sum(item is not None and item.interval.low <= -5.0 <= item.interval.high for item in found) >= 57
    one = found[0]
    assert one is not None
    assert (one.pictures, one.days, one.judgements) == (PICTURES, 10, 10 * PICTURES)
    assert one.latest == pytest.approx(-5.0, abs=2.0)


def filed(filing: Any, days: int, shift: float, judge: str = "j") -> None:
    """Anchors in a ledger, the first of minute 0."""
    anchors = judged(days, shift, 3)
    first = np.full(PICTURES, 70.0)
    scores = [first, *(first + gaps for gaps in anchors.gaps.reshape(days, PICTURES))]
    for day, row in enumerate(scores):
        for number, score in enumerate(row.tolist()):
            moment = START + timedelta(days=day)
            filing.insert(
                "anchors",
                anchor_id=f"{judge} {day} {number}",
                migration="pro",
                baseline=1,
                judge=judge,
                day=moment,
                judged_at=moment,
                picture=f"picture {number}",
                score=score,
            )


ASKED = Question(minimum_hours=0.0)


def calibrated(filing: Any) -> None:
    """A baseline and an epoch under it."""
    filing.pair()
    filing.baseline({"judge": 10.0, "quality": 60.0}, minute=0)
    filing.epoch(ASKED.under(1).digest(), minute=0)


def test_a_drifting_judge_holds_with_its_numbers(filing: Any) -> None:
    """The reason names the mean shift, its interval and the margin."""
    calibrated(filing)
    filed(filing, 12, 9.0)
    found = look(filing.read(), ASKED).verdict
    reason = next(item for item in found.reasons if item.code is ReasonCode.JUDGE_DRIFT)
    assert found.decision is Decision.HOLD
    assert reason.value == pytest.approx(-9.0, abs=1.5)
    assert reason.interval is not None
    assert reason.interval.high < -2.0
    assert reason.margin == 2.0


def test_another_judge_begins_anew(filing: Any) -> None:
    """Only the judgements under what the judge is told today are compared with each other."""
    calibrated(filing)
    filed(filing, 12, 9.0, judge="before")
    moment = START + timedelta(days=40)
    facts = {"migration": "pro", "baseline": 1, "judge": "new", "day": moment, "judged_at": moment}
    filing.insert("anchors", anchor_id="n", picture="picture 1", score=60.0, **facts)
    ledger = filing.read()
    assert ledger.anchors is not None
    assert (ledger.anchors.pictures, ledger.anchors.days) == (1, 0)
    assert look(ledger, ASKED).doubts.drift is None


def test_a_steady_judge_is_no_reason(filing: Any) -> None:
    """It is said in the report and holds nothing."""
    calibrated(filing)
    filed(filing, 12, 0.0)
    found = look(filing.read(), ASKED)
    assert found.doubts.drift is not None
    assert not found.doubts.drift.sure
    assert ReasonCode.JUDGE_DRIFT not in [item.code for item in found.verdict.reasons]
