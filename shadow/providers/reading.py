"""Our own reader of a judge's answer: what it said, or by name why nothing is known.

The SDK's `response.parsed` is None without an exception for fenced, cut off and out-of-range answers alike, so it
cannot tell a broken judge from a blocked one (https://github.com/googleapis/python-genai/issues/2312). Nothing is ever
guessed: an answer that is more than its one JSON object may quote what somebody painted into the picture.
"""

import json
import math
import re
import unicodedata
from typing import Any, NamedTuple, NoReturn

from shadow.providers.answer import REFUSALS
from shadow.providers.asking import CHOICES
from shadow.providers.provider import Choice, Judgement
from shadow.providers.rubric import Rubric

CUT_OFF = "MAX_TOKENS"
REASON_LENGTH = 500
"""Characters of the judge's reason that are kept."""
TEXT_LENGTH = 50_000
"""Characters of an answer that are read; a judge writes one sentence."""
NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,9})?")
FENCED = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL | re.IGNORECASE)
PLAIN = Rubric(instructions="")
"""A rubric without criteria: one score is asked for."""


class Said(NamedTuple):
    """What came back from a judge."""

    text: str | None
    """The words of the answer, thoughts left out."""
    finish: str | None = None
    block: str | None = None


class _Nothing(Exception):  # noqa: N818  not an error: an answer that says nothing, caught below
    """Why nothing is known: a label and a sentence."""

    def __init__(self, label: str, why: str) -> None:
        super().__init__(why)
        self.label = label
        self.why = _sentence(why)


def read_judgement(said: Said, rubric: Rubric = PLAIN) -> Judgement:
    """What a judge's answer says: score, reason and marks, or `missing` with one of seven labels. Never raises.

    Labels, first match wins:

    - "blocked": the API blocked the prompt, or the answer ended with a finish reason of `REFUSALS`;
    - "empty": no words;
    - "truncated": cut off (`MAX_TOKENS`) before a complete JSON object;
    - "bad json": no JSON object, a key said twice, NaN or Infinity, a score or a mark that is no number;
    - "more than json": words or a second object around the first one;
    - "missing keys": no `score` (no mark for one of the criteria), or no `reason` in words;
    - "out of range": a score or a mark outside [0, 100]. It is never clipped.

    A fence around the object is accepted, and so is a score written as a plain decimal string ("85"): both can be read
    in one way only. Where the rubric has criteria the score is the mean of their marks by weight; what the judge
    itself would make of them is not asked.
    """
    try:
        answer = _answer(said)
        reason = _reason(answer)
        if not rubric.criteria:
            return Judgement(score=_points(answer, "score"), reason=reason)
        marks = answer.get("marks")
        if not isinstance(marks, dict):
            _nothing("missing keys", f"No marks. Keys: {', '.join(answer)}")
        found = {item.name: _points(marks, item.name) for item in rubric.criteria}
        return Judgement(score=rubric.score(found), reason=reason, marks=found)
    except _Nothing as nothing:
        return Judgement(score=None, missing=nothing.label, reason=nothing.why)


def read_choice(said: Said) -> Choice:
    """Which of two pictures a judge's answer prefers, or `missing` as in `read_judgement`. Never raises."""
    try:
        answer = _answer(said)
        reason = _reason(answer)
        preferred = answer.get("preferred")
        if preferred is None:
            _nothing("missing keys", f"No preference. Keys: {', '.join(answer)}")
        if preferred not in CHOICES:
            _nothing("out of range", f"Prefers {preferred!r}, which is none of {', '.join(CHOICES)}.")
        return Choice(preferred=preferred, reason=reason)
    except _Nothing as nothing:
        return Choice(preferred=None, missing=nothing.label, reason=nothing.why)


def _answer(said: Said) -> dict[str, Any]:
    """The one JSON object that the answer is."""
    if said.block or said.finish in REFUSALS:
        _nothing("blocked", said.block or said.finish or "")
    words = (said.text or "")[:TEXT_LENGTH].strip()
    if not words:
        label = "truncated" if said.finish == CUT_OFF else "empty"
        _nothing(label, f"No words; finish reason {said.finish or 'not given'}.")
    fenced = FENCED.fullmatch(words)
    words = fenced[1] if fenced else words
    try:
        found, end = DECODER.raw_decode(words)
    except (ValueError, RecursionError):
        _nothing(*_unread(words, said.finish))
    if not isinstance(found, dict):
        _nothing("bad json", f"No JSON object: {words}")
    if words[end:].strip():
        _nothing("more than json", f"Words beside the JSON object: {words}")
    return found


def _unread(words: str, finish: str | None) -> tuple[str, str]:
    """Label and sentence of words that do not begin with a complete JSON object."""
    if finish == CUT_OFF:
        return "truncated", f"Cut off: {words}"
    opening = words.find("{")
    try:
        DECODER.raw_decode(words, opening)
    except (ValueError, RecursionError):
        return "bad json", f"No complete JSON object: {words}"
    return ("more than json", f"Words beside the JSON object: {words}") if opening > 0 else ("bad json", words)


def _reason(answer: dict[str, Any]) -> str:
    reason = answer.get("reason")
    if not isinstance(reason, str):
        _nothing("missing keys", f"No reason in words. Keys: {', '.join(answer) or 'none'}")
    return _sentence(reason)


def _points(answer: dict[str, Any], key: str) -> float:
    if key not in answer:
        _nothing("missing keys", f"No {key}. Keys: {', '.join(answer) or 'none'}")
    points = _number(answer[key])
    if points is None:
        _nothing("bad json", f"Not a number as {key}: {answer[key]!r}")
    if not 0 <= points <= 100:
        _nothing("out of range", f"{key} {points:g} is outside 0 to 100.")
    return points


def _nothing(label: str, why: str) -> NoReturn:
    raise _Nothing(label, why)


def _number(value: Any) -> float | None:
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _sentence(text: str) -> str:
    """The text on one line, without control, format, surrogate and unassigned characters, of bounded length."""
    # A reason goes into a database, a terminal and a page: escapes, direction overrides and half characters may not.
    kept = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text[: 4 * REASON_LENGTH])
    line = " ".join(kept.split())
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        msg = "a key is said twice"
        raise ValueError(msg)
    return found


def _refuse(constant: str) -> float:
    msg = f"{constant} is not JSON"
    raise ValueError(msg)


DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse)
