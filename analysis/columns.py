"""What the ledger holds about one migration, as aligned columns: one row per pair, in the order of dispatch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analysis.arrays import Booleans, Floats, Integers, Moments, Words
from analysis.results import CutoverEvent

Cuts = Mapping[str, float]
"""Layer to cut; a score strictly below the cut fails the gate. "quality" is the cut of the tail: it fails nothing."""

INFRASTRUCTURE = "infrastructure"
MODEL_FAILURES = ("refusal", "failure")


class Feature(NamedTuple):
    """A continuous measurement and the layer that took it."""

    layer: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """A column of few different words: a code per row; `words[0]` is "", which stands for none."""

    words: tuple[str, ...]
    codes: Integers

    def among(self, *words: str) -> Booleans:
        """Which rows hold one of these words, shape (n,)."""
        wanted = [number for number, word in enumerate(self.words) if word in words]
        found = np.zeros(self.codes.shape, dtype=np.bool_)
        for number in wanted:
            found |= self.codes == number
        return found

    @property
    def given(self) -> Booleans:
        """Which rows hold a word at all, shape (n,)."""
        return self.codes > 0

    def counts(self, rows: Integers) -> dict[str, int]:
        """How often each word occurs in these rows; words that do not occur, and none, are left out."""
        numbers = np.bincount(self.codes[rows], minlength=len(self.words))
        return {word: int(number) for word, number in zip(self.words, numbers, strict=True) if word and number}

    def __getitem__(self, row: int) -> str:
        """The word of one row."""
        return self.words[int(self.codes[row])]


@dataclass(frozen=True, kw_only=True)  # no slots: what every metric asks is worked out once
class ArmColumns:
    """The first draw of one arm in every pair; each column has shape (n,), NaN or "" where there is nothing."""

    kinds: Labels
    """"image", "refusal", "failure", "infrastructure"; none where the arm has no outcome on record."""
    roles: Labels
    labels: Labels
    """Why there is no image."""
    models: Labels
    latency: Floats
    """Seconds."""
    output_tokens: Integers
    attempts: Integers
    """How often the arm was asked until this outcome; 0 where there is none."""
    scores: Mapping[str, Floats]
    """By layer."""
    hard_failures: Mapping[str, Labels]
    """By layer."""
    missing: Mapping[str, Labels]
    """By layer: the layer itself failed and nothing is known."""
    features: Mapping[Feature, Floats]

    @cached_property
    def not_asked(self) -> Booleans:
        """Where the arm could not be asked: infrastructure, or no outcome on record. Never scored."""
        return self.kinds.among("", INFRASTRUCTURE)

    @cached_property
    def failed_hard(self) -> Booleans:
        """Where the model made nothing usable: a refusal, a failure, or a hard failure of any layer."""
        failed = self.kinds.among(*MODEL_FAILURES)
        for labels in self.hard_failures.values():
            failed = failed | labels.given
        return failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """A stretch of evidence under one question; only pairs dispatched at or after `opened_at` count."""

    number: int
    opened_at: datetime
    reason: str
    question: str
    """sha256 of everything the verdict is asked under."""
    baseline: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenBaseline:
    """The cuts that the current epoch names."""

    version: int
    frozen_at: datetime
    outcomes: int
    cuts: Cuts
    budget: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Latch:
    """The first ROLLBACK said in the current epoch: it stands until a person opens a new one."""

    said_at: datetime
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The second draws of the incumbent, laid out by the row of their pair: how much it differs from itself."""

    arm: ArmColumns
    same_picture: Booleans
    """Where draw 2 is the picture of draw 1 judged once more, shape (n,); elsewhere it is another picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Frozen pictures of the calibration under the judge of today, day by day."""

    pictures: int
    """With a first judgement."""
    days: int
    """After the first."""
    gaps: Floats
    """Points of each later judgement minus the first one of the same picture, in the order of days, shape (n,)."""
    latest: Booleans
    """Which of them are of the last day, shape (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything about one migration that numbers are made from. Times are UTC."""

    migration: str
    layers: tuple[str, ...]
    """In the order of the walk."""
    features: tuple[Feature, ...]
    capture_ids: Words
    brief_digests: Words
    briefs: Integers
    """A number per brief, from 0 on, shape (n,)."""
    sequence: Integers
    dispatched_at: Moments
    filed_at: Moments
    segments: Labels
    incumbent: ArmColumns
    candidate: ArmColumns
    epoch: Epoch | None
    baseline: FrozenBaseline | None
    cutover: tuple[CutoverEvent, ...]
    """Oldest first."""
    losses: Mapping[str, int]
    """Captures that never became a pair, by reason."""
    candidate_served: Booleans
    """Where the candidate gave the live answer, shape (n,)."""
    keys: Integers
    """A number per assignment key, -1 where there was none, shape (n,)."""
    clusters: Integers
    """A number per campaign or session, -1 where none was told, shape (n,)."""
    again: Again | None = None
    dropped: int = 0
    """Of the losses, those since the epoch was opened that are the harness's own."""
    latch: Latch | None = None
    accepted: Mapping[str, str] = field(default_factory=dict)
    """Style shift that a person accepted under the current question, to the reason given."""
    anchors: Anchors | None = None
    sides: Floats | None = None
    """Side by side: +1 where the candidate is preferred, -1 the incumbent, 0 a tie, NaN where nothing is known; shape
    (2, n), first with the incumbent's picture in front, then with the candidate's. None where none was compared."""
    cut_from: Booleans | None = None
    """Pairs that the tail's cut was made from and that yet count otherwise, shape (n,); they never enter that guard."""

    @property
    def pairs(self) -> int:
        """The number of rows."""
        return len(self.capture_ids)

    @property
    def cuts(self) -> Cuts:
        """The cuts in force; none while uncalibrated."""
        return self.baseline.cuts if self.baseline else {}
