"""Whether the look has shifted."""

from typing import Any

import numpy as np
import pytest

from analysis.looking import look
from analysis.question import Question
from analysis.results import ReasonCode

ASKED = Question(minimum_hours=0.0)


def filled(filing: Any, shift: float, *, pairs: int = 600, question: Question = ASKED, high: float = 1.0) -> Any:
    """A calibration of 100 pairs, then pairs whose candidate is less saturated."""
    generator = np.random.default_rng(3)
    for number in range(100 + pairs):
        before = float(np.clip(generator.normal(0.5, 0.1), 0, 1))
        after = float(np.clip(before - shift + generator.normal(0, 0.02), 0, high))
        sharp = {"sharpness": float(number)}
        features = ({"saturation": value, **sharp} for value in (before, after))
        filing.pair(*({"features": found} for found in features), minute=number)
        if number == 99:
            filing.baseline({"judge": 40.0, "similarity": 0.1, "quality": 70.0}, minute=99.5)
            filing.epoch(question.under(1).digest(), minute=99.5)
    return filing


def test_a_sure_shift_holds_until_it_is_accepted(filing: Any) -> None:
    """The interval lies wholly beyond a quarter of a standard deviation; an acceptance under this question frees it."""
    filled(filing, 0.12)
    held = look(filing.read(), ASKED)
    (shift,) = held.styles
    assert (shift.feature, shift.pairs, shift.beyond, shift.accepted) == ("saturation", 600, True, None)
    assert shift.estimate == pytest.approx(-1.2, abs=0.2)
    assert shift.interval.low < shift.estimate < shift.interval.high < -0.25
    assert ReasonCode.STYLE_NOT_ACCEPTED in [reason.code for reason in held.verdict.reasons]
    accepted = {"migration": "pro", "accepted_at": "2026-06-03", "actor": "ann", "feature": "saturation"}
    filing.insert("acceptances", acceptance_id="1", question="another", reason="no", **accepted)
    assert look(filing.read(), ASKED).styles[0].accepted is None
    filing.insert("acceptances", acceptance_id="2", question=ASKED.under(1).digest(), reason="softer", **accepted)
    freed = look(filing.read(), ASKED)
    assert freed.styles[0].accepted == "softer"
    assert ReasonCode.STYLE_NOT_ACCEPTED not in [reason.code for reason in freed.verdict.reasons]


def test_a_small_shift_is_only_described(filing: Any) -> None:
    """Within the margin nothing holds; what has no near range is no guard and no shift."""
    filled(filing, 0.0)
    found = look(filing.read(), ASKED)
    assert [shift.feature for shift in found.styles] == ["saturation"]
    assert not found.styles[0].beyond


def test_a_feature_made_a_guard_must_be_shown_to_have_stayed(filing: Any) -> None:
    """Both ways have to be refuted; a feature nobody measured holds too."""
    guarded = Question(minimum_hours=0.0, style_guards=("saturation", "entropy"), style_margin=1.0)
    filled(filing, 0.0, question=guarded)
    found = look(filing.read(), guarded)
    assert found.styles[0].go
    undecided = [reason for reason in found.verdict.reasons if reason.code is ReasonCode.STYLE_UNDECIDED]
    assert [reason.guard for reason in undecided] == ["entropy"]
    shifted = [(reason.code, reason.guard) for reason in found.verdict.reasons]
    assert (ReasonCode.STYLE_NOT_ACCEPTED, "saturation") not in shifted


def test_a_feature_beyond_its_range_stops_the_verdict(filing: Any) -> None:
    """It is named with its pair and never clipped."""
    filled(filing, -0.9, pairs=20, high=9.0)
    reason = look(filing.read(), ASKED).verdict.reasons[0]
    assert (reason.code, reason.guard, reason.required) == (ReasonCode.RANGE_VIOLATED, "saturation", 1.0)
    assert reason.where.startswith("capture-")
