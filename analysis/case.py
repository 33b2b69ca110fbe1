"""What the rules of the verdict look at and what they may say."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from analysis.question import Question
from analysis.results import Decision, Doubts, GuardResult, Reason, ReasonCode, StyleShift
from analysis.sequences import DECIDING_DECIMALS, RangeViolated, log_average, reached

ALARM = 0.05
"""Chance at which a check of the evidence itself raises a false alarm, ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything the rules may look at."""

    question: Question
    guards: tuple[GuardResult, ...]
    pairs: int
    """Counted pairs."""
    hours: float
    """Hours between the first and the last counted dispatch."""
    violations: Mapping[str, RangeViolated] = field(default_factory=dict)
    """Guard or feature to a value beyond its declared range."""
    violated_pairs: Mapping[str, str] = field(default_factory=dict)
    """Likewise, to the capture id of the pair."""
    uncut: tuple[str, ...] = ()
    """Guards whose cut the baseline in force does not hold."""
    styles: tuple[StyleShift, ...] = ()
    doubts: Doubts = field(default_factory=Doubts)
    dependent: bool = False
    """Whether pairs resemble each other too much to be counted singly."""
    budget_spent: bool = False
    """Whether nothing is left of the money for further pairs."""
    rolled_back_at: datetime | None = None
    """When ROLLBACK was first said in this epoch."""

    @property
    def log_e_rollback(self) -> float:
        """ln of the weighted average of the evidence against "acceptable": guards and their restarts."""
        evidence = [(guard.log_e_rollback, guard.weight) for guard in self.guards]
        evidence += [(guard.log_e_restarts, guard.restart_weight) for guard in self.guards]
        return log_average([log_e for log_e, _ in evidence], [weight for _, weight in evidence])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one rule says, and why."""

    decision: Decision
    reasons: tuple[Reason, ...]


def hold(*reasons: Reason) -> Ruling | None:
    """HOLD for these reasons; nothing to say where there are none."""
    return Ruling(decision=Decision.HOLD, reasons=reasons) if reasons else None


def strength(guard: GuardResult) -> float:
    """ln of what this guard and its restarts bring into the average; the same order on every machine."""
    parts = [(guard.log_e_rollback, guard.weight), (guard.log_e_restarts, guard.restart_weight)]
    weight = guard.weight + guard.restart_weight
    if not weight > 0:
        return -math.inf
    brought = log_average([log_e for log_e, _ in parts], [share for _, share in parts]) + math.log(weight)
    return round(brought, DECIDING_DECIMALS)


def confirmed(guard: GuardResult, question: Question) -> bool:
    """Whether the guard brings ROLLBACK about on its own (a weighted Bonferroni test)."""
    return reached(strength(guard), question.alpha_rollback)


def about(guard: GuardResult, code: ReasonCode) -> Reason:
    """A reason with the numbers it is about."""
    return Reason(
        code=code,
        guard=guard.name,
        unit=guard.unit,
        value=guard.estimate,
        interval=guard.interval,
        margin=guard.margin,
        pairs_needed=guard.pairs_needed,
    )


def about_style(shift: StyleShift, code: ReasonCode) -> Reason:
    """A reason with the numbers it is about."""
    return Reason(
        code=code,
        guard=shift.feature,
        unit="spreads",
        value=shift.estimate,
        interval=shift.interval,
        margin=shift.margin,
    )
