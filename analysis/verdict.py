"""The rules of the verdict, in order: a chain of small functions with one signature.

Each rule looks at the case and rules, or has nothing to say. The first ruling decides; later rulings to the same effect
add their reasons, so that a HOLD names everything that is still in the way.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analysis.guards import own_share
from analysis.question import Question
from analysis.results import Decision, GuardResult, Reason, ReasonCode, Verdict
from analysis.sequences import RangeViolated, log_average, reached


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
    """Guard to a value beyond its declared range."""

    @property
    def log_e_rollback(self) -> float:
        """ln of the average of the guards' e-values against "acceptable", every guard with the same weight."""
        return log_average([guard.log_e_rollback for guard in self.guards])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one rule says, and why."""

    decision: Decision
    reasons: tuple[Reason, ...]


Rule = Callable[[Case], Ruling | None]


def range_violated(case: Case) -> Ruling | None:
    """HOLD where a value lies beyond its metric's declared range: no guarantee holds then."""
    if not case.violations:
        return None
    return _hold(
        *(
            Reason(
                code=ReasonCode.RANGE_VIOLATED,
                guard=guard.name,
                unit=guard.unit,
                value=case.violations[guard.name].value,
                required=case.violations[guard.name].limit,
            )
            for guard in case.guards
            if guard.name in case.violations
        )
    )


def uncalibrated(case: Case) -> Ruling | None:
    """HOLD while no baseline is frozen: what fails the gate is not settled yet, however the evidence looks."""
    return _hold(Reason(code=ReasonCode.UNCALIBRATED)) if case.question.baseline is None else None


def rollback(case: Case) -> Ruling | None:
    """ROLLBACK once the average e-value against "every guard is acceptable" reaches 1 / alpha_rollback, at any size."""
    if not reached(case.log_e_rollback, case.question.alpha_rollback):
        return None
    strongest_first = sorted(case.guards, key=lambda guard: -guard.log_e_rollback)
    accused = [guard for guard in strongest_first if _confirmed(guard, case.question)] or strongest_first[:1]
    reasons = tuple(_about(guard, ReasonCode.GUARD_FAILS) for guard in accused)
    return Ruling(decision=Decision.ROLLBACK, reasons=reasons)


def too_few_pairs(case: Case) -> Ruling | None:
    """HOLD below the minimum of counted pairs."""
    lacking = case.question.minimum_pairs - case.pairs
    if lacking <= 0:
        return None
    return _hold(
        Reason(
            code=ReasonCode.TOO_FEW_PAIRS,
            value=float(case.pairs),
            required=float(case.question.minimum_pairs),
            pairs_needed=lacking,
        )
    )


def too_few_hours(case: Case) -> Ruling | None:
    """HOLD while the counted pairs cover less than the minimum of hours."""
    if case.hours >= case.question.minimum_hours:
        return None
    return _hold(Reason(code=ReasonCode.TOO_FEW_HOURS, value=case.hours, required=case.question.minimum_hours))


def guard_undecided(case: Case) -> Ruling | None:
    """HOLD while any required guard has not reached 1 / alpha_go now; GO is never kept from an earlier look."""
    waiting = [guard for guard in case.guards if guard.required and not guard.go and guard.name not in case.violations]
    return _hold(*(_about(guard, _why_waiting(guard, case.question)) for guard in waiting)) if waiting else None


def every_guard_holds(case: Case) -> Ruling:
    """GO: no earlier rule had anything to say against it."""
    reasons = tuple(_about(guard, ReasonCode.EVERY_GUARD_HOLDS) for guard in case.guards)
    return Ruling(decision=Decision.GO, reasons=reasons)


RULES: tuple[Rule, ...] = (
    range_violated,
    uncalibrated,
    rollback,
    too_few_pairs,
    too_few_hours,
    guard_undecided,
    every_guard_holds,
)


def decide(case: Case) -> Verdict:
    """The verdict on this case, by the rules in order."""
    rulings = [ruling for rule in RULES if (ruling := rule(case)) is not None]
    decision = rulings[0].decision
    return Verdict(
        decision=decision,
        reasons=tuple(reason for ruling in rulings if ruling.decision is decision for reason in ruling.reasons),
        pairs=case.pairs,
        pairs_needed=_pairs_needed(case) if decision is Decision.HOLD else 0,
        log_e_rollback=case.log_e_rollback,
        threshold_go=-math.log(case.question.alpha_go),
        threshold_rollback=-math.log(case.question.alpha_rollback),
    )


def _hold(*reasons: Reason) -> Ruling:
    return Ruling(decision=Decision.HOLD, reasons=reasons)


def _confirmed(guard: GuardResult, question: Question) -> bool:
    # With this much evidence the guard brings ROLLBACK about on its own (a weighted Bonferroni test).
    return reached(guard.log_e_rollback, own_share(question))


def _why_waiting(guard: GuardResult, question: Question) -> ReasonCode:
    if _confirmed(guard, question):
        return ReasonCode.GUARD_FAILS
    return ReasonCode.NEAR_MARGIN if guard.pairs_needed is None else ReasonCode.NEEDS_DATA


def _about(guard: GuardResult, code: ReasonCode) -> Reason:
    return Reason(
        code=code,
        guard=guard.name,
        unit=guard.unit,
        value=guard.estimate,
        interval=guard.interval,
        margin=guard.margin,
        pairs_needed=guard.pairs_needed,
    )


def _pairs_needed(case: Case) -> int | None:
    # Calibrating or mending a range starts the evidence anew, so no number of further pairs settles this question.
    if case.violations or case.question.baseline is None:
        return None
    needs = [guard.pairs_needed for guard in case.guards if guard.required]
    beyond = [
        guard.pairs_needed for guard in case.guards if guard.estimate is not None and guard.estimate < -guard.margin
    ]
    towards_rollback = [need for need in beyond if need is not None]
    if towards_rollback:
        return min(towards_rollback)
    known = [need for need in needs if need is not None]
    if len(known) < len(needs):
        return None
    return max(*known, case.question.minimum_pairs - case.pairs, 0)
