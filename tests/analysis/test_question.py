"""What a verdict is asked under, and the name that this has."""

from typing import Any

import pytest

from analysis.question import Question


def test_defaults() -> None:
    """Without settings every metric is a guard at its own margin."""
    asked = Question()
    margins = {"quality": 2.0, "tail_rate": 0.04, "gate_failures": 0.015, "errors": 0.01, "similarity": 0.01}
    assert dict(asked.margins) == margins
    assert (asked.alpha_go, asked.alpha_rollback, asked.minimum_pairs, asked.minimum_hours) == (0.05, 0.05, 200, 24.0)


def test_facts_carry_units_and_ranges() -> None:
    """Everything asked is told as text with its unit."""
    facts = Question(margins={"quality": 3}, settings={"judge": "a judge"}).facts()
    assert facts == {
        "alpha_go": "0.05",
        "alpha_rollback": "0.05",
        "minimum_pairs": "200",
        "minimum_hours": "24.0",
        "population": "new briefs",
        "segments": "none",
        "segment.margin": "5.0 points",
        "style.margin": "0.25 standard deviations",
        "drift.margin": "2.0 points",
        "style.guards": "none",
        "bets": "aimed at the margin, 1",
        "similarity.support": "-1.0 to 1.0",
        "baseline": "none",
        "quality.margin": "3.0 points",
        "quality.range": "0.0 to 100.0 points",
        "quality.aim": "18.0 points",
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
    {"segments": ("sky",)},
    {"segment_margin": 4.0},
    {"limits": {"latency": 30.0}},
    {"limits": {"latency": 30.0}, "limit_margin": 0.05},
    {"limits": {"output_tokens": 30.0}},
    {"style_margin": 0.5},
    {"style_guards": ("saturation",)},
    {"similarity_range": (0.0, 0.6)},
    {"population": "my list"},
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
        ({"margins": {"speed": 1.0}}, "unknown metric 'speed'; legal: quality, tail_rate, gate_failures"),
        ({"margins": {"quality": 0.0}}, "margin of quality must lie between 0 and 100, not 0"),
        ({"margins": {"gate_failures": 1.5}}, "margin of gate_failures must lie between 0 and 1, not 1.5"),
        ({"alpha_go": 0.0}, "alpha_go must lie between 0 and 1"),
        ({"alpha_rollback": 1.0}, "alpha_rollback must lie between 0 and 1"),
        ({"population": "all"}, "unknown population 'all'; legal: new briefs, my list"),
        ({"limits": {"price": 1.0}}, "unknown limit 'price'; legal: latency, output_tokens"),
        ({"limits": {"latency": -1.0}}, "limit of latency must lie between 0"),
        ({"style_guards": ("sharpness",)}, "unknown style guard 'sharpness'; legal: saturation"),
        ({"similarity_range": (0.6, 0.0)}, "similarity_range must be two numbers that rise"),
        ({"segment_margin": 100.0}, "segment_margin must lie between 0 and 100"),
        ({"minimum_pairs": -1}, "cannot be negative"),
        ({"minimum_hours": -0.5}, "cannot be negative"),
        ({"margins": {"quality": float("nan")}}, "margin of quality"),
    ],
)
def test_what_no_verdict_can_be_asked_under(wrong: dict[str, Any], message: str) -> None:
    """Unknown metrics and numbers out of range are refused with the legal values."""
    with pytest.raises(ValueError, match=message):
        Question(**wrong)
