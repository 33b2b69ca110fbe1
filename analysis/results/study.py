"""Everything a report says about one migration at one moment. Numbers and labels, no words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from analysis.results.costs import Costs
from analysis.results.distribution import Distribution, StyleShift
from analysis.results.doubts import Doubts
from analysis.results.evidence import PairEvidence
from analysis.results.growth import GrowthPoint
from analysis.results.segments import SegmentSummary
from analysis.results.verdict import GuardResult, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSummary:
    """How one arm behaved over the counted pairs."""

    model: str
    outcomes: Mapping[str, int]  # by kind
    labels: Mapping[str, int]  # refusals and failures, by label
    gate_failures: Mapping[str, int]  # by layer
    unjudged: int
    latency_median: Mapping[str, float]
    """Seconds by role ("live", "shadow"): compared only within one role."""
    latency_p95: Mapping[str, float]
    output_tokens: int
    near_copies: int = 0
    """Pictures that are all but the same as one that the arm made of another brief."""
    compared_pictures: int = 0
    """The latest pictures that were compared with each other for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was counted, and what was not compared and why."""

    paired: int
    counted: int
    calibration: int
    """Pairs of earlier epochs, the calibration among them; they never enter the verdict."""
    repeats: int
    """Pairs whose brief was seen before in this epoch; the first occurrence is the unit of evidence."""
    unjudged: int
    infrastructure: int
    """Pairs in which an arm could not be asked; never scored."""
    late: int = 0
    """Pairs finished after their deadline: shown, never counted."""
    behind: int = 0
    """Pairs that wait for an earlier capture to be finished: pairs count in the order of dispatch."""
    not_compared: Mapping[str, int]
    """Captures that never became a pair, by reason: sampled out, shed, dropped, waiting, dead letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The frozen cuts in force."""

    version: int
    frozen_at: datetime
    outcomes: int
    cuts: Mapping[str, float]
    """Layer to cut; a score strictly below its cut fails the gate."""
    failing: float
    """Share of the calibration outcomes that all cuts and hard failures together fail."""
    budget: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverEvent:
    """One audited move."""

    at: datetime
    actor: str
    verb: str
    from_percent: float
    to_percent: float
    reason: str
    decision: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Everything a report says about one migration at one moment."""

    migration: str
    incumbent: ArmSummary
    candidate: ArmSummary
    made_at: datetime
    epoch: int
    epoch_opened_at: datetime | None
    first_pair_at: datetime | None
    last_pair_at: datetime | None
    verdict: Verdict
    guards: tuple[GuardResult, ...]
    distributions: tuple[Distribution, ...]
    worst: tuple[PairEvidence, ...]
    """Counted pairs with the largest loss of quality, worst first."""
    coverage: Coverage
    baseline: Baseline | None
    cutover: tuple[CutoverEvent, ...]
    percent: float
    """The candidate's share of live traffic now."""
    question: str
    """sha256 of everything the verdict was asked under."""
    best: tuple[PairEvidence, ...] = ()
    """Counted pairs with the largest gain of quality, best first."""
    surprising: tuple[PairEvidence, ...] = ()
    """Counted pairs about which the judge and the similarity disagree most."""
    growth: tuple[GrowthPoint, ...] = ()
    """How the evidence grew; only where a report asks for it."""
    segments: tuple[SegmentSummary, ...] = ()
    """The largest segments, largest first."""
    costs: Costs = field(default_factory=Costs)
    styles: tuple[StyleShift, ...] = ()
    doubts: Doubts = field(default_factory=Doubts)
    population: str = ""
    """"new briefs" or "my list": what the verdict speaks of."""
    source: str = ""
    """The file that the scores came from, where they were not made by the harness."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The settings that make the study reproducible, name to value as text."""
    versions: Mapping[str, str] = field(default_factory=dict)
