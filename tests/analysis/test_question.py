"""What a verdict is asked under, and the name that this has."""

from typing import Any

import pytest

from analysis.question import Question


def test_defaults() -> None:
    """Without settings both metrics are guards at their own margins."""
    asked = Question()
    assert dict(asked.margins) == {"quality": 2.0, "gate_failures": 0.015}
    assert (asked.alpha_go, asked.alpha_rollback, asked.minimum_pairs, asked.minimum_hours) == (0.05, 0.05, 200, 24.0)
    assert [metric.name for metric in asked.metrics] == ["quality", "gate_failures"]


def test_facts_carry_units_and_ranges() -> None:
    """Everything asked is told as text with its unit."""
    facts = Question(margins={"quality": 3}, settings={"judge": "a judge"}).facts()
    assert facts == {
        "alpha_go": "0.05",
        "alpha_rollback": "0.05",
        "minimum_pairs": "200",
        "minimum_hours": "24.0",
        "baseline": "none",
        "quality.margin": "3.0 points",
        "quality.range": "0.0 to 100.0 points",
        "settings.judge": "a judge",
    }


def test_equal_questions_have_equal_names() -> None:
    """The digest does not depend on the order of settings nor on how a number is written."""
    one = Question(margins={"quality": 2, "gate_failures": 0.015}, settings={"judge": "a", "rubric": "b"})
    two = Question(margins={"gate_failures": 0.015, "quality": 2.0}, settings={"rubric": "b", "judge": "a"})
    assert one.digest() == two.digest()
    assert len(one.digest()) == 64


CHANGES: list[dict[str, Any]] = [
    {"margins": {"quality": 2.5, "gate_failures": 0.015}},
    {"margins": {"quality": 2.0}},
    {"alpha_go": 0.01},
    {"alpha_rollback": 0.01},
    {"minimum_pairs": 100},
    {"minimum_hours": 0.0},
    {"baseline": 1},
    {"settings": {"judge": "another"}},
]


def test_any_change_asks_another_question() -> None:
    """Each of the settings changes the digest, and no two changes give the same one."""
    digests = {Question(**change).digest() for change in CHANGES}
    assert len(digests | {Question().digest()}) == len(CHANGES) + 1
    assert Question().under(1).digest() == Question(baseline=1).digest()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"margins": {}}, "at least one guard"),
        ({"margins": {"speed": 1.0}}, "unknown metric 'speed'; legal: quality, gate_failures"),
        ({"margins": {"quality": 0.0}}, "margin of quality must lie between 0 and 100, not 0"),
        ({"margins": {"gate_failures": 1.5}}, "margin of gate_failures must lie between 0 and 1, not 1.5"),
        ({"alpha_go": 0.0}, "alpha_go must lie between 0 and 1"),
        ({"alpha_rollback": 1.0}, "alpha_rollback must lie between 0 and 1"),
        ({"minimum_pairs": -1}, "cannot be negative"),
        ({"minimum_hours": -0.5}, "cannot be negative"),
        ({"margins": {"quality": float("nan")}}, "margin of quality"),
    ],
)
def test_what_no_verdict_can_be_asked_under(wrong: dict[str, Any], message: str) -> None:
    """Unknown metrics and numbers out of range are refused with the legal values."""
    with pytest.raises(ValueError, match=message):
        Question(**wrong)
