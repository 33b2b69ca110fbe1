"""Near copies of one arm are counted over different briefs, and the fingerprint is neither described nor shown."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from analysis import likeness, study
from analysis.question import Question
from analysis.results import ArmSummary, Study

NOW = datetime(2026, 6, 9, tzinfo=UTC)
QUESTION = Question(margins={"quality": 2.0, "gate_failures": 0.015})
ONE_PICTURE = 0xF0F0F0F0F0F0


@pytest.fixture
def fingerprints() -> list[int]:
    """Forty pictures that have nothing to do with each other."""
    random = np.random.default_rng(8)
    return [int(sum(1 << int(bit) for bit in random.permutation(48)[:24])) for _ in range(40)]


def features(fingerprint: int) -> dict[str, Any]:
    """What the gate files about a picture."""
    return {"features": {"brightness": 100.0, "fingerprint": float(fingerprint)}}


def filed(filing: Any, before: list[int], after: list[int], *, brief: str = "brief-{}") -> Study:
    """The study of these pictures, all of them counted."""
    filing.epoch(QUESTION.under(None).digest(), minute=0)
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        filing.pair(features(one), features(other), minute=number, brief=brief.format(number))
    return study.of(filing.read(), QUESTION, made_at=NOW)


def copies(summary: ArmSummary) -> tuple[int, int]:
    """Near copies, and how many pictures were compared."""
    return summary.near_copies, summary.compared_pictures


def test_a_collapsed_arm_is_told_from_a_varied_one(filing: Any, fingerprints: list[int]) -> None:
    """An arm that answers every third brief with one picture, slightly changed, has those as near copies."""
    changed = [ONE_PICTURE ^ (1 << at % 48) ^ (1 << (7 * at + 3) % 48) for at in range(40)]
    collapsed = [changed[at] if at % 3 == 0 else other for at, other in enumerate(fingerprints)]
    found = filed(filing, fingerprints, collapsed)
    assert (copies(found.incumbent), copies(found.candidate)) == ((0, 40), (14, 40))


def test_more_bits_apart_is_another_picture(filing: Any) -> None:
    """Four bits are near, five are not."""
    found = filed(filing, [ONE_PICTURE, ONE_PICTURE ^ 0b1111], [ONE_PICTURE, ONE_PICTURE ^ 0b11111])
    assert (copies(found.incumbent), copies(found.candidate)) == ((2, 2), (0, 2))


def test_pictures_without_structure_or_fingerprint_are_not_compared(filing: Any) -> None:
    """Flat pictures are another fault, and what was filed before there were fingerprints is no copy."""
    found = filed(filing, [0, 0], [ONE_PICTURE, 0])
    assert (copies(found.incumbent), copies(found.candidate)) == ((0, 0), (0, 1))


def test_one_brief_asked_twice_has_no_copies(filing: Any) -> None:
    """The same picture for the same brief is what was asked for."""
    filed(filing, [ONE_PICTURE] * 3, [ONE_PICTURE] * 3, brief="one brief")
    ledger = filing.read()
    assert likeness.near_copies(ledger.incumbent, ledger.briefs, np.arange(3)) == (0, 3)


def test_only_the_latest_are_compared(filing: Any, fingerprints: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is bounded: copies of pictures long gone are not looked for."""
    monkeypatch.setattr(likeness, "RECENT", 5)
    found = filed(filing, [ONE_PICTURE, *fingerprints[:6], ONE_PICTURE], [ONE_PICTURE] * 8)
    assert (copies(found.incumbent), copies(found.candidate)) == ((0, 5), (5, 5))


def test_the_fingerprint_is_no_measurement(filing: Any, fingerprints: list[int]) -> None:
    """It is left out of the distributions and of the features of the pairs that are shown."""
    found = filed(filing, fingerprints, fingerprints[::-1])
    assert "brightness" in {item.name for item in found.distributions}
    assert "fingerprint" not in {item.name for item in found.distributions}
    assert all(set(pair.incumbent.features) == {"brightness"} for pair in found.worst)
