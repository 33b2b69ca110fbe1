"""The rules of the verdict, in order: a chain of small functions with one signature.

Each rule looks at the case and rules, or has nothing to say. The first ruling decides; later rulings to the same effect
add their reasons, so that a HOLD names everything that is still in the way.
"""

import math
from collections.abc import Callable, Iterable

from analysis.case import ALARM, Case, Ruling, about, about_style, confirmed, hold, strength
from analysis.results import Decision, GuardResult, Reason, ReasonCode, Verdict
from analysis.sequences import reached

TAIL_LIMIT = 0.2
"""Share of the incumbent below the tail's cut from which on it is no tail any more."""
LOST_LIMIT = 0.02
"""Share of the captures that the harness may lose before the rest is a selection."""


Rule = Callable[[Case], Ruling | None]


def rolled_back(case: Case) -> Ruling | None:
    """ROLLBACK where it was said before in this epoch: better evidence does not take it back, a person does."""
    if case.rolled_back_at is None:
        return None
    reason = Reason(code=ReasonCode.ROLLED_BACK, where=case.rolled_back_at.isoformat())
    failing = tuple(about(guard, ReasonCode.GUARD_FAILS) for guard in case.guards if confirmed(guard, case.question))
    return Ruling(decision=Decision.ROLLBACK, reasons=(reason, *failing))


def range_violated(case: Case) -> Ruling | None:
    """HOLD where a value lies beyond its metric's declared range: no guarantee holds then."""
    units = {guard.name: guard.unit for guard in case.guards}
    return hold(
        *(
            Reason(
                code=ReasonCode.RANGE_VIOLATED,
                guard=name,
                unit=units.get(name),
                value=violation.value,
                required=violation.limit,
                where=case.violated_pairs.get(name, ""),
            )
            for name, violation in case.violations.items()
        )
    )


def uncalibrated(case: Case) -> Ruling | None:
    """HOLD while no baseline is frozen, or the one in force lacks the cut of a guard: what it means is not settled."""
    if case.question.baseline is None:
        return hold(Reason(code=ReasonCode.UNCALIBRATED))
    return hold(*(Reason(code=ReasonCode.UNCALIBRATED, guard=name) for name in case.uncut))


def harness_biased(case: Case) -> Ruling | None:
    """HOLD where the incumbent drawn twice is surely not level with itself: the instrument leans."""
    found = case.doubts.self_comparison
    if found is None or not reached(found.log_e_biased, ALARM):
        return None
    return hold(Reason(code=ReasonCode.HARNESS_BIASED, unit="points", value=found.mean))


def sample_ratio(case: Case) -> Ruling | None:
    """HOLD where the arms surely do not serve the share of keys that was assigned: the traffic was chosen otherwise."""
    if not reached(case.doubts.log_e_sample_ratio, ALARM):
        return None
    return hold(Reason(code=ReasonCode.SAMPLE_RATIO))


def not_independent(case: Case) -> Ruling | None:
    """HOLD where briefs of one cluster resemble each other: counted singly they would pass for more than they are."""
    found = case.doubts.dependence
    if found is None or not case.dependent:
        return None
    return hold(Reason(code=ReasonCode.NOT_INDEPENDENT, value=found.design_effect))


def rollback(case: Case) -> Ruling | None:
    """ROLLBACK once the average e-value against "every guard is acceptable" reaches 1 / alpha_rollback, at any size."""
    if not reached(case.log_e_rollback, case.question.alpha_rollback):
        return None
    strongest_first = sorted(case.guards, key=lambda guard: -strength(guard))
    accused = [guard for guard in strongest_first if confirmed(guard, case.question)] or strongest_first[:1]
    reasons = tuple(about(guard, ReasonCode.GUARD_FAILS) for guard in accused)
    return Ruling(decision=Decision.ROLLBACK, reasons=reasons)


def too_few_pairs(case: Case) -> Ruling | None:
    """HOLD below the minimum of counted pairs."""
    lacking = case.question.minimum_pairs - case.pairs
    if lacking <= 0:
        return None
    required = float(case.question.minimum_pairs)
    return hold(Reason(code=ReasonCode.TOO_FEW_PAIRS, value=float(case.pairs), required=required, pairs_needed=lacking))


def too_few_hours(case: Case) -> Ruling | None:
    """HOLD while the counted pairs cover less than the minimum of hours."""
    if case.hours >= case.question.minimum_hours:
        return None
    return hold(Reason(code=ReasonCode.TOO_FEW_HOURS, value=case.hours, required=case.question.minimum_hours))


def too_many_lost(case: Case) -> Ruling | None:
    """HOLD where the harness lost so many captures that the rest may be a selection."""
    if case.doubts.lost_share <= LOST_LIMIT:
        return None
    return hold(Reason(code=ReasonCode.TOO_MANY_LOST, value=case.doubts.lost_share, required=LOST_LIMIT))


def uneven_judge(case: Case) -> Ruling | None:
    """HOLD where the judge surely fails on one arm more often: what it did judge is a selection."""
    return hold(Reason(code=ReasonCode.UNEVEN_JUDGE)) if reached(case.doubts.log_e_uneven_judge, ALARM) else None


def judge_drifted(case: Case) -> Ruling | None:
    """HOLD where the judge surely scores the same pictures otherwise than at first: the cuts are no longer its own.

    A ROLLBACK stands: both pictures of a pair are judged by the same judge within minutes.
    """
    found = case.doubts.drift
    if found is None or not found.sure:
        return None
    return hold(
        Reason(
            code=ReasonCode.JUDGE_DRIFT,
            guard="judge",
            unit="points",
            value=found.shift,
            interval=found.interval,
            margin=found.margin,
        )
    )


def tail_not_measurable(case: Case) -> Ruling | None:
    """HOLD where the incumbent itself lies below the tail's cut too often: there is no tail to watch."""
    return hold(
        *(
            Reason(
                code=ReasonCode.TAIL_NOT_MEASURABLE, guard=guard.name, value=guard.incumbent_mean, required=TAIL_LIMIT
            )
            for guard in case.guards
            if guard.name == "tail_rate" and (guard.incumbent_mean or 0.0) > TAIL_LIMIT
        )
    )


def guard_undecided(case: Case) -> Ruling | None:
    """HOLD while any required guard has not reached 1 / alpha_go now; GO is never kept from an earlier look."""
    silent = {*case.violations, *case.uncut}
    waiting = [guard for guard in case.guards if guard.required and not guard.go and guard.name not in silent]
    return hold(*(about(guard, _why_waiting(guard, case)) for guard in waiting))


def budget_exhausted(case: Case) -> Ruling | None:
    """HOLD where pairs are still needed and nothing is left to pay for them: the incumbent stays."""
    enough = case.pairs >= case.question.minimum_pairs and all(guard.go for guard in case.guards if guard.required)
    if not case.budget_spent or enough:
        return None
    return hold(Reason(code=ReasonCode.BUDGET_EXHAUSTED, pairs_needed=_pairs_needed(case)))


def style_undecided(case: Case) -> Ruling | None:
    """HOLD while a feature that was made a guard is not shown to have stayed, or was not measured at all."""
    known = {shift.feature: shift for shift in case.styles}
    waiting = [name for name in case.question.style_guards if name not in known or not known[name].go]
    return hold(
        *(
            about_style(known[name], ReasonCode.STYLE_UNDECIDED)
            if name in known
            else Reason(code=ReasonCode.STYLE_UNDECIDED, guard=name, unit="spreads")
            for name in waiting
        )
    )


def style_not_accepted(case: Case) -> Ruling | None:
    """HOLD where the look has surely shifted by more than the style margin and nobody has accepted it."""
    open_shifts = [shift for shift in case.styles if shift.beyond and shift.accepted is None and not shift.guarded]
    return hold(*(about_style(shift, ReasonCode.STYLE_NOT_ACCEPTED) for shift in open_shifts))


def every_guard_holds(case: Case) -> Ruling:
    """GO: no earlier rule had anything to say against it."""
    reasons = tuple(about(guard, ReasonCode.EVERY_GUARD_HOLDS) for guard in case.guards if guard.required)
    return Ruling(decision=Decision.GO, reasons=reasons)


RULES: tuple[Rule, ...] = (
    rolled_back,
    range_violated,
    uncalibrated,
    harness_biased,
    sample_ratio,
    not_independent,
    rollback,
    too_few_pairs,
    too_few_hours,
    too_many_lost,
    uneven_judge,
    judge_drifted,
    tail_not_measurable,
    guard_undecided,
    budget_exhausted,
    style_undecided,
    style_not_accepted,
    every_guard_holds,
)


def decide(case: Case) -> Verdict:
    """The verdict on this case, by the rules in order."""
    rulings = [ruling for rule in RULES if (ruling := rule(case)) is not None]
    decision = rulings[0].decision
    return Verdict(
        decision=decision,
        reasons=_each_once(reason for ruling in rulings if ruling.decision is decision for reason in ruling.reasons),
        pairs=case.pairs,
        pairs_needed=_pairs_needed(case) if decision is Decision.HOLD else 0,
        log_e_rollback=case.log_e_rollback,
        threshold_go=-math.log(case.question.alpha_go),
        threshold_rollback=-math.log(case.question.alpha_rollback),
    )


def _each_once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Two rules may name the same guard for the same cause; a reader is told once."""
    return tuple({(reason.code, reason.guard, reason.where): reason for reason in reasons}.values())


def _why_waiting(guard: GuardResult, case: Case) -> ReasonCode:
    if confirmed(guard, case.question):
        return ReasonCode.GUARD_FAILS
    return ReasonCode.NEAR_MARGIN if guard.pairs_needed is None else ReasonCode.NEEDS_DATA


def _pairs_needed(case: Case) -> int | None:
    # Calibrating or mending a range starts the evidence anew, so no number of further pairs settles this question.
    if case.violations or case.question.baseline is None or case.uncut:
        return None
    required = [guard for guard in case.guards if guard.required]
    beyond = [guard for guard in required if guard.estimate is not None and guard.estimate < -guard.margin]
    towards_rollback = [guard.pairs_needed for guard in beyond if guard.pairs_needed is not None]
    if towards_rollback:
        return min(towards_rollback)
    known = [guard.pairs_needed for guard in required if guard.pairs_needed is not None]
    if len(known) < len(required):
        return None
    return max(*known, case.question.minimum_pairs - case.pairs, 0)
