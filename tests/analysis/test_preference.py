"""Both pictures side by side, in both orders."""

import math
from typing import Any

import numpy as np
import pytest

from analysis.looking import look
from analysis.preference import preference
from analysis.question import Question


def compared(filing: Any, incumbent_first: str | None, candidate_first: str | None) -> None:
    """One pair with what was preferred in each order; None where nothing is known."""
    capture = filing.pair()
    for first, preferred in (("incumbent", incumbent_first), ("candidate", candidate_first)):
        missing = None if preferred else "bad json"
        filing.insert("comparisons", capture_id=capture, first_arm=first, preferred=preferred, missing=missing)


def found_in(filing: Any) -> Any:
    """The preference over every pair."""
    ledger = filing.read()
    return preference(ledger, np.arange(ledger.pairs))


def test_only_agreement_is_a_preference(filing: Any) -> None:
    """Disagreement, one tie and two ties are ties; a pair answered in one order only is none."""
    answers = [
        ("candidate", "candidate"),
        ("candidate", "candidate"),
        ("incumbent", "incumbent"),
        ("candidate", "incumbent"),
        ("incumbent", "candidate"),
        ("tie", "candidate"),
        ("tie", "tie"),
        (None, "candidate"),
        (None, None),
    ]
    for pair in answers:
        compared(filing, *pair)
    filing.pair()
    found = found_in(filing)
    assert (found.pairs, found.candidate, found.incumbent, found.ties) == (7, 2, 1, 4)
    assert (found.disagreed, found.unknown) == (3, 1)
    assert found.estimate == pytest.approx(1 / 7)
    assert found.interval.low < found.estimate < found.interval.high


def test_a_judge_that_takes_what_comes_first_prefers_nobody(filing: Any) -> None:
    """Its answers cancel out, and its leaning is named."""
    for _ in range(80):
        compared(filing, "incumbent", "candidate")
    found = found_in(filing)
    assert (found.estimate, found.ties, found.disagreed) == (0.0, 80, 80)
    assert found.first == 1.0
    assert found.log_e_position > math.log(20)


def test_a_judge_without_a_leaning_raises_no_alarm(filing: Any) -> None:
    """It prefers the same picture in whatever order."""
    for number in range(80):
        arm = "candidate" if number % 3 else "incumbent"
        compared(filing, arm, arm)
    found = found_in(filing)
    assert (found.first, found.disagreed) == (0.5, 0)
    assert found.log_e_position < 1
    assert found.interval.high > found.estimate > 0


def test_it_decides_nothing(filing: Any) -> None:
    """However clearly the incumbent is preferred, the verdict is the one without it."""
    for _ in range(60):
        filing.pair()
    before = look(filing.read(), Question(minimum_hours=0.0))
    for number in range(60):
        for first in ("incumbent", "candidate"):
            filing.insert("comparisons", capture_id=f"capture-{number}", first_arm=first, preferred="incumbent")
    result = look(filing.read(), Question(minimum_hours=0.0))
    assert before.doubts.preference is None
    assert result.doubts.preference is not None
    assert result.doubts.preference.interval.high < 0
    assert result.verdict == before.verdict


def test_without_comparisons_nothing_is_said(filing: Any) -> None:
    """It is asked for in the settings."""
    filing.pair()
    assert found_in(filing) is None
