"""The reader of a judge's answer tells a score from six kinds of nothing."""

import json

import pytest

from shadow.providers.reading import read_judgement

GOOD = '{"score": 85, "reason": "The sky is too dark."}'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}```",
        f"Here is my judgement:\n{GOOD}\nI hope it helps.",
        f"The scale is {{0, 100}}. {GOOD}",
        f"[{GOOD}]",
        f"{GOOD}\n{GOOD}",
        '{"score": 85.0, "reason": "The sky is too dark.", "confidence": null}',
        '{"score": "85", "reason": "The sky is too dark."}',
        '{"reason": "The sky is too dark.", "score": " 85.0 "}',
        '{"note": {"a": 1}} {"score": 85, "reason": "The sky is too dark."}',
    ],
)
@pytest.mark.parametrize("finish", ["STOP", None, "MAX_TOKENS", "SOMETHING_NEW"])
def test_a_complete_answer_is_read(text: str, finish: str | None) -> None:
    """Plain, fenced, wrapped in prose, with a number as a string: a complete object is an answer."""
    found = read_judgement(text, finish, None)
    assert (found.score, found.reason, found.missing) == (85, "The sky is too dark.", None)


@pytest.mark.parametrize(
    ("text", "finish", "block", "label"),
    [
        (None, None, "SAFETY", "blocked"),
        (GOOD, "STOP", "PROHIBITED_CONTENT", "blocked"),
        (GOOD, "SAFETY", None, "blocked"),
        (None, "PROHIBITED_CONTENT", None, "blocked"),
        ("", "RECITATION", None, "blocked"),
        (None, "MAX_TOKENS", None, "truncated"),
        ("", "MAX_TOKENS", None, "truncated"),
        ('{"score": 85, "reason": "The sk', "MAX_TOKENS", None, "truncated"),
        ('{"score": 8', "MAX_TOKENS", None, "truncated"),
        ('```json\n{"score": 85', "MAX_TOKENS", None, "truncated"),
        (None, "STOP", None, "empty"),
        ("", None, None, "empty"),
        (" \n\t", "OTHER", None, "empty"),
        ("I would give it 85 points.", "STOP", None, "bad json"),
        ('{"score": 85, "reason": "The sk', "STOP", None, "bad json"),
        ('{"score": 85, "reason": "x",}', "STOP", None, "bad json"),
        ("{'score': 85, 'reason': 'x'}", "STOP", None, "bad json"),
        ('{"score": NaN, "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": Infinity, "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": -Infinity, "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": true, "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": null, "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": [85], "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": {"value": 85}, "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": "85/100", "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": "nan", "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": "1e2", "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": "٨٥", "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": 10, "score": 90, "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": 10, "reason": "x"} {"score": 90, "reason": "y"}', "STOP", None, "bad json"),
        ('{"score": ' + "9" * 5000 + ', "reason": "x"}', "STOP", None, "bad json"),
        ('{"score": 85}', "STOP", None, "missing keys"),
        ('{"reason": "x"}', "STOP", None, "missing keys"),
        ("{}", "STOP", None, "missing keys"),
        ('{"Score": 85, "Reason": "x"}', "STOP", None, "missing keys"),
        ('{"score": 85, "reason": null}', "STOP", None, "missing keys"),
        ('{"score": 85, "reason": ["x"]}', "STOP", None, "missing keys"),
        ('{"score": 101, "reason": "x"}', "STOP", None, "out of range"),
        ('{"score": 100.0001, "reason": "x"}', "STOP", None, "out of range"),
        ('{"score": -1, "reason": "x"}', "STOP", None, "out of range"),
        ('{"score": "-1", "reason": "x"}', "STOP", None, "out of range"),
        ('{"score": 1e999, "reason": "x"}', "STOP", None, "out of range"),
        ('{"score": ' + "9" * 400 + ', "reason": "x"}', "STOP", None, "out of range"),
    ],
)
def test_nothing_has_a_name(text: str | None, finish: str | None, block: str | None, label: str) -> None:
    """Blocked, truncated, empty, bad JSON, missing keys and out of range are told apart, and never a score."""
    found = read_judgement(text, finish, block)
    assert (found.score, found.missing) == (None, label)
    assert found.reason
    assert len(found.reason) <= 500


@pytest.mark.parametrize("score", [0, 0.5, 100])
def test_the_ends_of_the_scale_are_scores(score: float) -> None:
    """0 and 100 are on the scale."""
    assert read_judgement(json.dumps({"score": score, "reason": ""}), "STOP", None).score == score


def test_a_reason_is_made_harmless() -> None:
    """Line breaks, escapes, direction overrides and half characters become spaces; the length is bounded."""
    hostile = "a\x00b\x1b[31mc\u202ed\n\ne\ud800f" + "x" * 9999
    found = read_judgement(json.dumps({"score": 1, "reason": hostile}), "STOP", None)
    assert found.reason.startswith("a b [31mc d e fxxx")
    assert len(found.reason) == 500
    assert found.reason.endswith("x…")
    found.reason.encode()


@pytest.mark.parametrize(
    "text", ["{" * 100_000, '{"a":' * 100_000, "[" * 100_000, '{"a":1}' * 100_000, "x" * 10_000_000]
)
def test_an_endless_answer_is_bounded(text: str) -> None:
    """Deep nesting, countless objects and megabytes end in a label, soon."""
    assert read_judgement(text, "STOP", None).missing in {"bad json", "missing keys"}
