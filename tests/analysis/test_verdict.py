"""The rules of the verdict, one by one and in their order."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from analysis.case import Case
from analysis.question import Question
from analysis.results import (
    Decision,
    Dependence,
    Doubts,
    GuardResult,
    Interval,
    JudgeDrift,
    Reason,
    ReasonCode,
    SelfComparison,
)
from analysis.sequences import RangeViolated
from analysis.verdict import RULES, decide, too_few_hours, too_few_pairs

ENOUGH = math.log(20)
QUESTION = Question(baseline=1)


def guard(name: str = "quality", **changes: Any) -> GuardResult:
    """A guard that allows GO, changed as named."""
    unit = "points" if name == "quality" else "share"
    holding = GuardResult(
        name=name,
        unit=unit,
        pairs=500,
        estimate=0.0,
        weight=0.5,
        interval=Interval(low=-1.0, high=1.0, level=0.9, anytime=True),
        margin=QUESTION.margins[name],
        log_e_go=4.0,
        log_e_rollback=-4.0,
        go=True,
        pairs_needed=0,
    )
    return replace(holding, **changes)


def case(*guards: GuardResult, pairs: int = 500, hours: float = 48.0, question: Question = QUESTION) -> Case:
    """A case with these guards, by default both holding."""
    return Case(
        question=question, guards=guards or (guard(), guard("gate_failures")), pairs=pairs, hours=hours, violations={}
    )


UNDECIDED: dict[str, Any] = {"go": False, "log_e_go": 1.0, "pairs_needed": 300}
WORSE: dict[str, Any] = {"go": False, "estimate": -6.0, "log_e_go": -9.0, "log_e_rollback": 9.0, "pairs_needed": 0}

TABLE = [
    ("everything holds", case(), Decision.GO, ["every guard holds"] * 2, 0),
    ("no baseline", case(question=Question()), Decision.HOLD, ["uncalibrated"], None),
    (
        "no baseline and bad evidence",
        case(guard(**WORSE), guard("gate_failures"), question=Question()),
        Decision.HOLD,
        ["uncalibrated", "guard fails"],
        None,
    ),
    ("one guard fails", case(guard(**WORSE), guard("gate_failures")), Decision.ROLLBACK, ["guard fails"], 0),
    (
        "ROLLBACK needs no minimum",
        case(guard(**WORSE), guard("gate_failures"), pairs=30, hours=0.1),
        Decision.ROLLBACK,
        ["guard fails"],
        0,
    ),
    ("too few pairs", case(pairs=150), Decision.HOLD, ["too few pairs"], 50),
    ("too few hours", case(hours=3), Decision.HOLD, ["too few hours"], 0),
    (
        "one guard undecided",
        case(guard(), guard("gate_failures", **UNDECIDED)),
        Decision.HOLD,
        ["needs data"],
        300,
    ),
    (
        "everything in the way at once",
        case(guard(**UNDECIDED), guard("gate_failures", **{**UNDECIDED, "pairs_needed": 900}), pairs=10, hours=1),
        Decision.HOLD,
        ["too few pairs", "too few hours", "needs data", "needs data"],
        900,
    ),
    (
        "near the margin",
        case(guard(**{**UNDECIDED, "pairs_needed": None}), guard("gate_failures")),
        Decision.HOLD,
        ["near the margin"],
        None,
    ),
    (
        "beyond the margin without enough evidence yet",
        case(
            guard(go=False, estimate=-3.0, log_e_rollback=1.0, pairs_needed=120),
            guard("gate_failures", **{**UNDECIDED, "pairs_needed": 2000}),
        ),
        Decision.HOLD,
        ["needs data", "needs data"],
        120,
    ),
]


@pytest.mark.parametrize(
    ("asked", "decision", "reasons", "needed"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_table_of_verdicts(asked: Case, decision: Decision, reasons: list[str], needed: int | None) -> None:
    """Each case has its decision, every reason for it, and the pairs that would settle it."""
    said = decide(asked)
    assert said.decision is decision
    assert [reason.code.value for reason in said.reasons] == reasons
    assert said.pairs_needed == needed
    assert said.pairs == asked.pairs
    assert said.threshold_go == said.threshold_rollback == pytest.approx(ENOUGH)


def test_a_violated_range_holds_before_anything_else() -> None:
    """With a value out of range neither GO nor ROLLBACK is said, and value and limit are named."""
    violated = replace(
        case(guard(**UNDECIDED), guard("gate_failures", **WORSE)), violations={"quality": RangeViolated(130.0, 100.0)}
    )
    said = decide(violated)
    assert said.decision is Decision.HOLD
    assert said.pairs_needed is None
    assert said.reasons[0] == Reason(
        code=ReasonCode.RANGE_VIOLATED, guard="quality", unit="points", value=130.0, required=100.0
    )
    assert [(reason.code, reason.guard) for reason in said.reasons[1:]] == [(ReasonCode.GUARD_FAILS, "gate_failures")]


@pytest.mark.parametrize(
    ("quality", "gate", "accused"),
    [
        (9.0, -4.0, ["quality"]),
        (5.0, 9.0, ["gate_failures", "quality"]),
        (ENOUGH + 0.4, ENOUGH - 0.5, ["quality"]),
    ],
)
def test_who_is_accused(quality: float, gate: float, accused: list[str]) -> None:
    """ROLLBACK names the guards with enough evidence on their own, strongest first, and else the strongest one."""
    said = decide(case(guard(log_e_rollback=quality, go=False), guard("gate_failures", log_e_rollback=gate, go=False)))
    assert said.decision is Decision.ROLLBACK
    assert [reason.guard for reason in said.reasons] == accused


def test_rollback_is_the_average_of_the_evidence() -> None:
    """One guard among two needs twice the evidence, to the nearest that decides."""
    alone = ENOUGH + math.log(2)
    nothing = -1e9
    at = case(guard(log_e_rollback=alone, go=False), guard("gate_failures", log_e_rollback=nothing))
    below = case(guard(log_e_rollback=alone - 1e-6, go=False), guard("gate_failures", log_e_rollback=nothing))
    assert decide(at).decision is Decision.ROLLBACK
    assert decide(at).log_e_rollback == pytest.approx(ENOUGH)
    assert decide(below).decision is Decision.HOLD


def test_go_needs_every_guard_now() -> None:
    """One guard short of its evidence is enough to hold, however strong the others are."""
    short = guard("gate_failures", **UNDECIDED)
    assert decide(case(guard(log_e_go=500.0), short)).decision is Decision.HOLD


def test_reasons_carry_their_numbers() -> None:
    """A reason about a guard has value, interval, margin and need; one about an amount has what is and must be."""
    undecided = guard(**UNDECIDED)
    reason = decide(case(undecided, guard("gate_failures"))).reasons[0]
    assert (reason.guard, reason.unit, reason.value, reason.margin) == ("quality", "points", 0.0, 2.0)
    assert (reason.interval, reason.pairs_needed) == (undecided.interval, 300)
    pairs, hours = too_few_pairs(case(pairs=30)), too_few_hours(case(hours=1.5))
    assert pairs is not None
    assert hours is not None
    assert (pairs.reasons[0].value, pairs.reasons[0].required, pairs.reasons[0].pairs_needed) == (30, 200, 170)
    assert (hours.reasons[0].value, hours.reasons[0].required) == (1.5, 24)


def test_minimums_of_nothing_are_met_at_once() -> None:
    """Without minimum pairs and hours only the evidence decides."""
    free = Question(baseline=1, minimum_pairs=0, minimum_hours=0.0)
    assert decide(case(pairs=3, hours=0.0, question=free)).decision is Decision.GO


def test_the_chain_always_rules() -> None:
    """The last rule rules on every case, so there is always a verdict."""
    for row in TABLE:
        assert RULES[-1](row[1]) is not None


LEANS = SelfComparison(
    pairs=200, mean=-4.0, deviation=8.0, floor=2.0, log_e_biased=5.0, judged_twice=0, judge_deviation=None
)
DRIFTS = JudgeDrift(
    pictures=50,
    days=9,
    judgements=450,
    shift=-5.0,
    latest=-6.0,
    interval=Interval(low=-7.0, high=-3.0, level=0.95, anytime=True),
    margin=2.0,
    sure=True,
)
CAMPAIGNS = Dependence(clusters=40, correlation=0.5, design_effect=3.0, serial_correlation=0.2)
DOUBTS: list[tuple[dict[str, Any], str, Decision]] = [
    ({"rolled_back_at": datetime(2026, 6, 1, tzinfo=UTC)}, "rolled back earlier", Decision.ROLLBACK),
    ({"uncut": ("tail_rate",)}, "uncalibrated", Decision.HOLD),
    ({"doubts": Doubts(self_comparison=LEANS)}, "harness is biased", Decision.HOLD),
    ({"doubts": Doubts(log_e_sample_ratio=5.0)}, "sample ratio", Decision.HOLD),
    ({"doubts": Doubts(dependence=CAMPAIGNS), "dependent": True}, "units not independent", Decision.HOLD),
    ({"doubts": Doubts(lost_share=0.03)}, "too many lost", Decision.HOLD),
    ({"doubts": Doubts(log_e_uneven_judge=5.0)}, "uneven judge", Decision.HOLD),
    ({"doubts": Doubts(drift=DRIFTS)}, "judge drift", Decision.HOLD),
    ({"guards": (guard("tail_rate", incumbent_mean=0.25),)}, "tail not measurable", Decision.HOLD),
]


@pytest.mark.parametrize(("change", "reason", "decision"), DOUBTS, ids=[row[1] for row in DOUBTS])
def test_whatever_is_doubtful_keeps_a_go_back(change: dict[str, Any], reason: str, decision: Decision) -> None:
    """Each doubt alone turns a GO into a HOLD with its own reason, and an earlier ROLLBACK stands."""
    said = decide(replace(case(), **change))
    assert said.decision is decision
    assert [item.code.value for item in said.reasons] == [reason]


def test_without_money_an_open_question_stays_with_the_incumbent() -> None:
    """HOLD names the empty budget beside what is open; it does not touch a GO, and ROLLBACK needs no money."""
    open_case = case(guard(**UNDECIDED), guard("gate_failures"))
    said = decide(replace(open_case, budget_spent=True))
    assert (said.decision, [item.code.value for item in said.reasons]) == (
        Decision.HOLD,
        ["needs data", "budget exhausted"],
    )
    assert said.reasons[1].pairs_needed == 300
    assert decide(replace(case(), budget_spent=True)).decision is Decision.GO
    few = decide(replace(case(pairs=100), budget_spent=True))
    assert [item.code.value for item in few.reasons] == ["too few pairs", "budget exhausted"]
    bad = case(guard(**WORSE), guard("gate_failures"))
    assert decide(replace(bad, budget_spent=True)).decision is Decision.ROLLBACK


@pytest.mark.parametrize("change", [row[0] for row in DOUBTS[4:5]] + [row[0] for row in DOUBTS[2:4]])
def test_evidence_that_may_lie_rolls_nothing_back(change: dict[str, Any]) -> None:
    """Where units, traffic or the instrument are in doubt, ROLLBACK would be as wrong as GO."""
    bad = replace(case(guard(**WORSE), guard("gate_failures")), **change)
    assert decide(bad).decision is Decision.HOLD


def test_losses_do_not_keep_a_rollback_back() -> None:
    """Where captures are missing the safe way is back."""
    bad = case(guard(**WORSE), guard("gate_failures"))
    assert decide(replace(bad, doubts=Doubts(lost_share=0.5, log_e_uneven_judge=9.0))).decision is Decision.ROLLBACK


def test_restarts_alone_may_roll_back() -> None:
    """Evidence that began anew counts with its own weight."""
    late = replace(guard(log_e_restarts=6.0), weight=0.5, restart_weight=0.5)
    said = decide(case(late, guard("gate_failures")))
    assert said.decision is Decision.ROLLBACK
    assert [reason.guard for reason in said.reasons] == ["quality"]


def test_a_guard_is_accused_once_for_one_cause() -> None:
    """A ROLLBACK that stands from before and one that is said now name the same guard; the reader is told once."""
    bad = replace(case(guard(**WORSE), guard("gate_failures")), rolled_back_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert [item.code.value for item in decide(bad).reasons] == ["rolled back earlier", "guard fails"]
