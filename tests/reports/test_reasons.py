"""Reasons in sentences."""

import pytest
from report_parts import guard, reason_about

from analysis.results import Reason, ReasonCode
from reports import reasons

QUALITY = guard("quality", "points", -8.1, 1.2, 2.0, go=False, needed=420)


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_is_a_sentence_without_its_code_or_a_blank(code: ReasonCode) -> None:
    """Each reason is worded with all its numbers and with none of them."""
    for reason in (reason_about(code, QUALITY), Reason(code=code), Reason(code=code, value=5.2, required=24.0)):
        told = reasons.reason_sentence(reason)
        assert told[0].isupper()
        assert told.endswith(".")
        assert "None" not in told


def test_each_reason_names_the_numbers_it_is_about() -> None:
    """Estimate, interval, margin and pairs needed are all in the sentence."""
    assert reasons.reason_sentence(reason_about(ReasonCode.NEEDS_DATA, QUALITY)) == (
        "Quality: the candidate is 8.1 points worse (90% interval \N{MINUS SIGN}9.3 to \N{MINUS SIGN}6.9 points); "
        "a loss of up to 2 points is allowed. The pairs do not settle it yet. About 420 more pairs should settle it."
    )
    hours = Reason(code=ReasonCode.TOO_FEW_HOURS, value=5.2, required=24.0)
    assert "span 5 h 12 min of traffic; a GO requires 24 h" in reasons.reason_sentence(hours)
    pairs = Reason(code=ReasonCode.TOO_FEW_PAIRS, value=80, required=200, pairs_needed=120)
    assert reasons.reason_sentence(pairs) == "Too few pairs: 80 of the 200 that a GO requires."
    beyond = Reason(code=ReasonCode.RANGE_VIOLATED, guard="quality", unit="points", value=120.0, required=100.0)
    assert "a value of 120 lies outside the declared range, whose limit is 100" in reasons.reason_sentence(beyond)


@pytest.mark.parametrize(
    ("name", "unit", "value", "words"),
    [
        ("quality", "points", -8.1, "is 8.1 points worse"),
        ("quality", "points", 0.4, "is 0.4 points better"),
        ("quality", "points", 0.001, "is level with the incumbent"),
        ("gate_failures", "share", -0.032, "fails 3.2 percentage points more often"),
        ("gate_failures", "share", 0.01, "fails 1 percentage point less often"),
        ("tail_rate", "share", -0.04, "falls into the tail 4 percentage points more often"),
        ("similarity", "cosine", -0.04, "is 0.04 cosine worse"),
        ("saturation", "spreads", -0.5, "lies 0.5 spreads lower"),
    ],
)
def test_an_effect_says_who_is_better(name: str, unit: str, value: float, words: str) -> None:
    """A sign is never left to the reader."""
    assert reasons.effect(name, value, unit) == words
