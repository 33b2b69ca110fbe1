"""Paired scores that the harness did not make, as a ledger: human ratings, another tool's judge."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from analysis.arrays import Booleans, Floats, Integers, Words, moment_of
from analysis.columns import ArmColumns, Epoch, FrozenBaseline, Labels, Ledger
from analysis.metrics import JUDGE, TAIL_CUT
from analysis.question import Question
from analysis.relations import Texts
from analysis.thresholds import FAILURE_BUDGET, tail_cut

GUARDS = ("quality", "tail_rate", "gate_failures")
"""What can be asked of scores alone: a missing score is a failure of the gate."""
CUT_SHARE = 5
"""One brief in so many makes the tail's cut, chosen by its name, not its score; it then stays out of that guard."""
SEGMENT_SHARE = 0.05
"""A segment of the file is a guard of its own from this share of the rows on; the rest is pooled."""
SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The rows of a file, each shape (n,)."""

    name: str
    briefs: Words
    """Distinct names of the briefs."""
    incumbent: Floats
    """Points in [0, 100], NaN where the arm made nothing usable."""
    candidate: Floats
    segments: Sequence[str]
    """"" for none."""


def question_about(scores: Scores, question: Question) -> Question:
    """The question as it can be asked of scores: no hours of traffic, no style, no limits; segments as in the file."""
    counts = {name: list(scores.segments).count(name) for name in sorted(set(scores.segments) - {""})}
    return replace(
        question,
        margins={name: question.margins[name] for name in GUARDS},
        segments=tuple(name for name, count in counts.items() if count >= SEGMENT_SHARE * len(scores.segments)),
        limits={},
        style_guards=(),
        minimum_hours=0.0,
        baseline=1,
    )


def ledger_of(scores: Scores, question: Question, *, now: datetime) -> Ledger:
    """The rows as pairs of one epoch, in the order of the file, opened under this question."""
    size = len(scores.briefs)
    moments = moment_of(now) + np.arange(size) * SECOND
    cutting = _cutting(scores.briefs)
    cut = tail_cut(scores.incumbent[cutting])
    words = ("", *sorted(set(scores.segments) - {""}))
    number = {word: place for place, word in enumerate(words)}
    none = np.full(size, -1, dtype=np.int64)
    return Ledger(
        migration=scores.name,
        layers=(JUDGE,),
        features=(),
        capture_ids=scores.briefs,
        brief_digests=scores.briefs,
        briefs=np.arange(size),
        sequence=np.arange(size),
        dispatched_at=moments,
        filed_at=moments,
        segments=Labels(words=words, codes=np.array([number[name] for name in scores.segments], dtype=np.int64)),
        candidate_served=np.zeros(size, dtype=np.bool_),
        keys=none,
        clusters=none,
        incumbent=_arm(scores.incumbent, "live"),
        candidate=_arm(scores.candidate, "shadow"),
        epoch=Epoch(number=1, opened_at=now, reason="scores from a file", question=question.digest(), baseline=1),
        baseline=FrozenBaseline(
            version=1,
            frozen_at=now,
            outcomes=int(cutting.sum()),
            cuts={} if cut is None else {TAIL_CUT: cut},
            budget=FAILURE_BUDGET,
        ),
        cutover=(),
        losses={},
        cut_from=cutting,
    )


def texts_of(scores: Scores) -> Mapping[str, Texts]:
    """What can be shown of each pair: the name of its brief."""
    return {brief: Texts(prompt=brief, pictures={}, reasons={}) for brief in scores.briefs}


def _cutting(briefs: Words) -> Booleans:
    drawn = [hashlib.sha256(str(brief).encode("utf-8", "surrogatepass")).digest()[0] for brief in briefs]
    chosen: Booleans = np.array(drawn, dtype=np.int64) % CUT_SHARE == 0
    return chosen


def _arm(points: Floats, role: str) -> ArmColumns:
    size = points.size
    nothing = Labels(words=("",), codes=np.zeros(size, dtype=np.int64))
    ones: Integers = np.ones(size, dtype=np.int64)
    return ArmColumns(
        kinds=Labels(words=("", "image", "failure"), codes=np.where(np.isnan(points), 2, 1)),
        roles=Labels(words=("", role), codes=ones),
        labels=Labels(words=("", "no score"), codes=np.isnan(points).astype(np.int64)),
        models=nothing,
        latency=np.full(size, np.nan),
        output_tokens=np.zeros(size, dtype=np.int64),
        attempts=ones,
        scores={JUDGE: points},
        hard_failures={JUDGE: nothing},
        missing={JUDGE: nothing},
        features={},
    )
