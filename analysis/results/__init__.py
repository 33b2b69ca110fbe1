"""The frozen results of a study: the only room that reports may read. Numbers and labels, no words."""

from analysis.results.agreement import Agreement, Bias
from analysis.results.costs import ArmCost, Costs, Spending
from analysis.results.distribution import (
    Classical,
    Distribution,
    KolmogorovSmirnov,
    Panel,
    PercentileShift,
    ShiftBand,
    StyleShift,
)
from analysis.results.doubts import Consistency, Dependence, Doubts, JudgeDrift, Preference, SelfComparison
from analysis.results.evidence import LayerFinding, OutcomeEvidence, PairEvidence
from analysis.results.growth import GrowthPoint
from analysis.results.segments import SegmentSummary
from analysis.results.study import ArmSummary, Baseline, Coverage, CutoverEvent, Study
from analysis.results.verdict import Decision, GuardResult, Interval, Reason, ReasonCode, Verdict

__all__ = [
    "Agreement",
    "ArmCost",
    "ArmSummary",
    "Baseline",
    "Bias",
    "Classical",
    "Consistency",
    "Costs",
    "Coverage",
    "CutoverEvent",
    "Decision",
    "Dependence",
    "Distribution",
    "Doubts",
    "GrowthPoint",
    "GuardResult",
    "Interval",
    "JudgeDrift",
    "KolmogorovSmirnov",
    "LayerFinding",
    "OutcomeEvidence",
    "PairEvidence",
    "Panel",
    "PercentileShift",
    "Preference",
    "Reason",
    "ReasonCode",
    "SegmentSummary",
    "SelfComparison",
    "ShiftBand",
    "Spending",
    "Study",
    "StyleShift",
    "Verdict",
]
