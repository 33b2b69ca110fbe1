"""Studies with example values for the report's tests: one per verdict, and the odd ones."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from report_extras import costs, growth, hostile_extras, segments
from report_parts import CANDIDATE, HOSTILE, INCUMBENT, described, distributions, guard, outcome, reason_about, worst

from analysis.results import (
    ArmSummary,
    Baseline,
    Costs,
    Coverage,
    CutoverEvent,
    Decision,
    GuardResult,
    PairEvidence,
    Reason,
    ReasonCode,
    Study,
    Verdict,
)

MADE_AT = datetime(2026, 11, 23, 6, 45, tzinfo=UTC)
LN_20 = math.log(20)


def arm(model: str, *, refused: int) -> ArmSummary:
    """How one model behaved over 1,475 briefs."""
    return ArmSummary(
        model=model,
        outcomes={"image": 1468 - refused, "refusal": refused, "failure": 7},
        labels={"IMAGE_SAFETY": refused, "NO_IMAGE": 7},
        gate_failures={"properties": 2, "similarity": 9, "judge": refused},
        unjudged=3,
        latency_median={"live": 11.2, "shadow": 12.9},
        latency_p95={"live": 21.7, "shadow": 25.0},
        output_tokens=1_903_000,
    )


def a_study(decision: Decision, guards: tuple[GuardResult, ...], reasons: tuple[Reason, ...], *, loss: float) -> Study:
    """A calibrated study of 1,475 pairs over three days."""
    return Study(
        migration="wallpapers",
        incumbent=arm(INCUMBENT, refused=12),
        candidate=arm(CANDIDATE, refused=19),
        made_at=MADE_AT,
        epoch=2,
        epoch_opened_at=MADE_AT - timedelta(days=3),
        first_pair_at=MADE_AT - timedelta(days=2, hours=20),
        last_pair_at=MADE_AT - timedelta(minutes=3),
        verdict=Verdict(
            decision=decision,
            reasons=reasons,
            pairs=1475,
            pairs_needed=420 if decision is Decision.HOLD else 0,
            log_e_rollback=9.0 if decision is Decision.ROLLBACK else -2.0,
            threshold_go=LN_20,
            threshold_rollback=LN_20,
        ),
        guards=guards,
        distributions=distributions(loss),
        worst=worst(),
        best=better(worst(7)[4:6]),
        surprising=worst(8)[6:],
        growth=growth(guards, until=MADE_AT, rollback=9.0 if decision is Decision.ROLLBACK else -2.0),
        segments=segments(loss),
        costs=costs(),
        coverage=Coverage(
            paired=1980, counted=1475, calibration=300, repeats=160, unjudged=6, infrastructure=45, not_compared=LOSSES
        ),
        baseline=Baseline(
            version=1,
            frozen_at=MADE_AT - timedelta(days=3),
            outcomes=300,
            cuts={"similarity": 0.22, "judge": 61.0},
            failing=0.017,
            budget=0.02,
        ),
        cutover=(
            CutoverEvent(
                at=MADE_AT - timedelta(days=1),
                actor="ana",
                verb="set",
                from_percent=0,
                to_percent=5,
                reason="first step",
                decision="GO",
            ),
        ),
        percent=5.0,
        question="ab" * 32,
        settings={"alpha_go": "0.05", "quality.margin": "2.0 points", "settings.judge": "gemini-3.5-flash"},
        versions={"shadow": "0.1.0", "python": "3.11.7"},
    )


def better(pairs: tuple[PairEvidence, ...]) -> tuple[PairEvidence, ...]:
    """The same pairs with the arms' outcomes exchanged."""
    return tuple(replace(pair, incumbent=pair.candidate, candidate=pair.incumbent) for pair in pairs)


LOSSES = {"sampled out": 220, "waiting": 4, "memory full": 1}


def go() -> Study:
    """Both guards hold."""
    guards = (
        guard("quality", "points", 0.3, 0.9, 2.0, go=True, needed=0),
        guard("gate_failures", "share", -0.002, 0.009, 0.015, go=True, needed=0),
    )
    return a_study(
        Decision.GO, guards, tuple(reason_about(ReasonCode.EVERY_GUARD_HOLDS, item) for item in guards), loss=0.4
    )


def hold() -> Study:
    """Quality holds, gate failures need more pairs."""
    guards = (
        guard("quality", "points", -0.6, 1.1, 2.0, go=True, needed=0),
        guard("gate_failures", "share", -0.004, 0.019, 0.015, go=False, needed=420),
    )
    return a_study(Decision.HOLD, guards, (reason_about(ReasonCode.NEEDS_DATA, guards[1]),), loss=1.2)


def rollback() -> Study:
    """Quality fails clearly."""
    guards = (
        guard("quality", "points", -8.1, 1.2, 2.0, go=False, needed=None),
        guard("gate_failures", "share", -0.021, 0.018, 0.015, go=False, needed=900),
    )
    return a_study(Decision.ROLLBACK, guards, (reason_about(ReasonCode.GUARD_FAILS, guards[0]),), loss=8.1)


def uncalibrated() -> Study:
    """Pairs, but no baseline."""
    study = hold()
    reasons = (
        Reason(code=ReasonCode.UNCALIBRATED),
        Reason(code=ReasonCode.TOO_FEW_PAIRS, value=80, required=200, pairs_needed=120),
    )
    verdict = replace(study.verdict, reasons=reasons, pairs=80, pairs_needed=None)
    plain = tuple(replace(item, cut=None) for item in study.distributions)
    return replace(
        study, verdict=verdict, baseline=None, distributions=plain, cutover=(), percent=0.0, settings={}, versions={}
    )


def empty() -> Study:
    """Nothing has happened yet: not one pair, not one outcome."""
    nobody = ArmSummary(
        model="",
        outcomes={},
        labels={},
        gate_failures={},
        unjudged=0,
        latency_median={},
        latency_p95={},
        output_tokens=0,
    )
    guards = tuple(
        replace(
            item,
            pairs=0,
            estimate=None,
            interval=None,
            go=False,
            log_e_go=0.0,
            log_e_rollback=0.0,
            pairs_needed=300,
            incumbent_mean=None,
            candidate_mean=None,
            deviation=None,
        )
        for item in hold().guards
    )
    reasons = (Reason(code=ReasonCode.UNCALIBRATED), *(reason_about(ReasonCode.NEEDS_DATA, item) for item in guards))
    return replace(
        uncalibrated(),
        incumbent=nobody,
        candidate=nobody,
        epoch=0,
        epoch_opened_at=None,
        first_pair_at=None,
        last_pair_at=None,
        verdict=replace(hold().verdict, reasons=reasons, pairs=0, pairs_needed=None, log_e_rollback=0.0),
        guards=guards,
        distributions=(),
        worst=(),
        best=(),
        surprising=(),
        growth=(),
        segments=(),
        costs=Costs(),
        coverage=Coverage(paired=0, counted=0, calibration=0, repeats=0, unjudged=0, infrastructure=0, not_compared={}),
    )


def hostile() -> Study:
    """Every text that a stranger may have written tries to run, to break out or to reorder the page."""
    study = hold()
    arm_named = replace(arm(HOSTILE, refused=3), labels={HOSTILE: 3, "x" * 5000: 1}, outcomes={"image": 9, HOSTILE: 3})
    pair = worst(1, prompt=HOSTILE * 700)[0]
    finding = replace(pair.candidate.findings[-1], reason=HOSTILE, hard_failure=HOSTILE, layer=HOSTILE)
    candidate = replace(pair.candidate, findings=(finding,), model=HOSTILE, features={HOSTILE: 1.0})
    shown = replace(pair, candidate=candidate, segment=HOSTILE, brief_digest=HOSTILE, capture_id=HOSTILE)
    refused = replace(outcome(HOSTILE, 0.0, picture=None, role=HOSTILE, reason=""), label=HOSTILE)
    metric = replace(described("judge", "score", 0, 100, before=80, after=70, spread=9), name=HOSTILE)
    event = replace(study.cutover[0], actor=HOSTILE, reason=HOSTILE, verb=HOSTILE, decision=HOSTILE)
    told = replace(
        study,
        migration=HOSTILE,
        incumbent=arm_named,
        candidate=arm_named,
        guards=tuple(replace(item, name=HOSTILE, unit=HOSTILE) for item in study.guards),
        distributions=(metric, replace(metric, kind="feature"), *study.distributions),
        worst=(shown, replace(shown, candidate=refused)),
        coverage=replace(study.coverage, not_compared={HOSTILE: 2}),
        cutover=(event,),
        question=HOSTILE,
        settings={HOSTILE: HOSTILE},
        versions={HOSTILE: HOSTILE},
    )
    return hostile_extras(told)
