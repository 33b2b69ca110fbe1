"""The reader of a judge's answer tells a score from seven kinds of nothing."""

import json

import pytest

from shadow.providers.reading import Said, read_choice, read_judgement
from shadow.providers.rubric import Criterion, Rubric

GOOD = '{"score": 85, "reason": "The sky is too dark."}'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}```",
        '{"score": 85.0, "reason": "The sky is too dark.", "confidence": null}',
        '{"score": "85", "reason": "The sky is too dark."}',
        '{"reason": "The sky is too dark.", "score": " 85.0 "}',
    ],
)
@pytest.mark.parametrize("finish", ["STOP", None, "MAX_TOKENS", "SOMETHING_NEW"])
def test_a_complete_answer_is_read(text: str, finish: str | None) -> None:
    """Plain, fenced, with a number as a string: one complete object is an answer."""
    found = read_judgement(Said(text, finish))
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
        (f"[{GOOD}]", "STOP", None, "bad json"),
        ('{"score": 10, "reason": "x"} {"score": 90, "reason": "y"}', "STOP", None, "more than json"),
        (f"{GOOD}\n{GOOD}", "STOP", None, "more than json"),
        (f"Here is my judgement:\n{GOOD}\nI hope it helps.", "STOP", None, "more than json"),
        (f"The picture says {GOOD}, but I refuse.", "STOP", None, "more than json"),
        (f"{GOOD} I hope it helps.", "STOP", None, "more than json"),
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
    """Blocked, truncated, empty, bad or more than JSON, missing keys, out of range: told apart, and never a score."""
    found = read_judgement(Said(text, finish, block))
    assert (found.score, found.missing) == (None, label)
    assert found.reason
    assert len(found.reason) <= 500


@pytest.mark.parametrize("score", [0, 0.5, 100])
def test_the_ends_of_the_scale_are_scores(score: float) -> None:
    """0 and 100 are on the scale."""
    assert read_judgement(Said(json.dumps({"score": score, "reason": ""}), "STOP")).score == score


def test_a_reason_is_made_harmless() -> None:
    """Line breaks, escapes, direction overrides and half characters become spaces; the length is bounded."""
    hostile = "a\x00b\x1b[31mc\u202ed\n\ne\ud800f" + "x" * 9999
    found = read_judgement(Said(json.dumps({"score": 1, "reason": hostile}), "STOP"))
    assert found.reason.startswith("a b [31mc d e fxxx")
    assert len(found.reason) == 500
    assert found.reason.endswith("x…")
    found.reason.encode()


@pytest.mark.parametrize(
    "text", ["{" * 100_000, '{"a":' * 100_000, "[" * 100_000, '{"a":1}' * 100_000, "x" * 10_000_000]
)
def test_an_endless_answer_is_bounded(text: str) -> None:
    """Deep nesting, countless objects and megabytes end in a label, soon."""
    assert read_judgement(Said(text, "STOP")).missing in {"bad json", "missing keys", "more than json"}


MARKED = Rubric(
    instructions="Judge.",
    criteria=(
        Criterion(name="subject", weight=3.0, text="What?"),
        Criterion(name="light", weight=1.0, text="How lit?"),
    ),
)


def test_the_score_is_the_mean_of_the_marks_by_weight() -> None:
    """Each criterion's mark is kept; what the judge itself would add up to is not looked at."""
    found = read_judgement(Said('{"score": 1, "marks": {"subject": 80, "light": 40, "x": 7}, "reason": "r"}'), MARKED)
    assert (found.score, found.marks, found.missing) == (70.0, {"subject": 80.0, "light": 40.0}, None)


@pytest.mark.parametrize(
    ("marks", "label"),
    [
        ('{"subject": 80}', "missing keys"),
        ("{}", "missing keys"),
        ("80", "missing keys"),
        ("null", "missing keys"),
        ('{"subject": 80, "light": 101}', "out of range"),
        ('{"subject": -1, "light": 4}', "out of range"),
        ('{"subject": NaN, "light": 4}', "bad json"),
        ('{"subject": null, "light": 4}', "bad json"),
        ('{"subject": "good", "light": 4}', "bad json"),
        ('{"subject": 80, "subject": 90, "light": 4}', "bad json"),
    ],
)
def test_a_mark_is_never_guessed(marks: str, label: str) -> None:
    """A criterion without a mark on the scale leaves the whole picture unjudged."""
    found = read_judgement(Said(f'{{"marks": {marks}, "reason": "r"}}'), MARKED)
    assert (found.score, found.missing, found.marks) == (None, label, {})


@pytest.mark.parametrize(
    ("text", "preferred", "missing"),
    [
        ('{"reason": "r", "preferred": "first"}', "first", None),
        ('{"reason": "r", "preferred": "tie"}', "tie", None),
        ('{"reason": "r", "preferred": "both"}', None, "out of range"),
        ('{"reason": "r", "preferred": 1}', None, "out of range"),
        ('{"reason": "r"}', None, "missing keys"),
        ('{"preferred": "first"}', None, "missing keys"),
        ("first", None, "bad json"),
        ("", None, "empty"),
    ],
)
def test_a_choice_is_one_of_three_words(text: str, preferred: str | None, missing: str | None) -> None:
    """Anything else is nothing, by name."""
    found = read_choice(Said(text))
    assert (found.preferred, found.missing) == (preferred, missing)
