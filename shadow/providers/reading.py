"""Our own reader of a judge's answer: what it said, or by name why nothing is known.

The SDK's `response.parsed` is None without an exception for fenced, cut off and out-of-range answers alike, so it
cannot tell a broken judge from a blocked one (https://github.com/googleapis/python-genai/issues/2312).
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from shadow.providers.answer import REFUSALS
from shadow.providers.provider import Judgement

CUT_OFF = "MAX_TOKENS"
REASON_LENGTH = 500
"""Characters of the judge's reason that are kept."""
TEXT_LENGTH = 50_000
"""Characters of an answer that are read; a judge writes one sentence."""
BRACES = 100
"""Opening braces that are tried; an answer with more is not an answer."""
NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,9})?")


def read_judgement(text: str | None, finish_reason: str | None, block_reason: str | None) -> Judgement:
    """What a judge's answer says: score and reason, or `missing` with one of six labels. Never raises.

    `text` are the words of the answer, thoughts left out. Labels, first match wins:

    - "blocked": the API blocked the prompt, or the answer ended with a finish reason of `REFUSALS`;
    - "truncated": cut off (`MAX_TOKENS`) before a complete JSON object;
    - "empty": no words;
    - "bad json": no complete JSON object, a key said twice, two objects with different scores, NaN or Infinity, a score
      that is no number;
    - "missing keys": an object without `score` or without a `reason` in words;
    - "out of range": a score outside [0, 100]. It is never clipped.

    Fences and prose around the object are accepted, and so is a score written as a plain decimal string ("85"): it can
    be read in one way only.
    """
    if block_reason or finish_reason in REFUSALS:
        return Judgement(score=None, missing="blocked", reason=_sentence(block_reason or finish_reason or ""))
    words = (text or "")[:TEXT_LENGTH].strip()
    answers = list(_objects(words))
    if answers:
        return _judgement(answers)
    if finish_reason == CUT_OFF:
        return Judgement(score=None, missing="truncated", reason=_sentence(f"Cut off: {words or 'no words'}"))
    if not words:
        return Judgement(score=None, missing="empty", reason=f"No words; finish reason {finish_reason or 'not given'}.")
    return Judgement(score=None, missing="bad json", reason=_sentence(f"No complete JSON object: {words}"))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Every complete JSON object that lies in the text and not in another one, in order."""
    position = 0
    for _ in range(BRACES):
        position = text.find("{", position)
        if position < 0:
            return
        try:
            found, position = DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            position += 1
        else:
            yield found


def _judgement(answers: list[dict[str, Any]]) -> Judgement:
    complete = [answer for answer in answers if "score" in answer and isinstance(answer.get("reason"), str)]
    if not complete:
        return Judgement(score=None, missing="missing keys", reason=_sentence(f"Keys: {', '.join(answers[0])}"))
    score = _number(complete[0]["score"])
    if score is None or any(_number(answer["score"]) != score for answer in complete):
        said = ", ".join(repr(answer["score"]) for answer in complete)
        return Judgement(score=None, missing="bad json", reason=_sentence(f"Not one number as score: {said}"))
    if not 0 <= score <= 100:
        return Judgement(score=None, missing="out of range", reason=f"Score {score:g} is outside 0 to 100.")
    return Judgement(score=score, reason=_sentence(complete[0]["reason"]))


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
