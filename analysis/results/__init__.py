"""The frozen results of a study: the only room that reports may read. Numbers and labels, no words."""

from analysis.results.distribution import Distribution, KolmogorovSmirnov, PercentileShift, StyleShift
from analysis.results.doubts import Consistency, Dependence, Doubts, SelfComparison
from analysis.results.evidence import LayerFinding, OutcomeEvidence, PairEvidence
from analysis.results.study import ArmSummary, Baseline, Coverage, CutoverEvent, Study
from analysis.results.verdict import Decision, GuardResult, Interval, Reason, ReasonCode, Verdict

__all__ = [
    "ArmSummary",
    "Baseline",
    "Consistency",
    "Coverage",
    "CutoverEvent",
    "Decision",
    "Dependence",
    "Distribution",
    "Doubts",
    "GuardResult",
    "Interval",
    "KolmogorovSmirnov",
    "LayerFinding",
    "OutcomeEvidence",
    "PairEvidence",
    "PercentileShift",
    "Reason",
    "ReasonCode",
    "SelfComparison",
    "Study",
    "StyleShift",
    "Verdict",
]
