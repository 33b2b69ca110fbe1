"""The verdict in one sentence, why, what to do next, and the figures that a reader asks for first."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.results import Decision, ReasonCode, Study, Verdict
from reports.quantities import duration, percent
from reports.reasons import reason_sentence
from reports.wording import MEANINGS, Step, next_steps, verdict_sentence

TONES: Mapping[Decision, str] = {Decision.GO: "go", Decision.HOLD: "hold", Decision.ROLLBACK: "rollback"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure with its label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What a person sees first."""

    decision: str
    tone: str
    """Names the colours and the sign: "go", "hold" or "rollback"."""
    meaning: str
    sentence: str
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...]


def banner(study: Study) -> Banner:
    """The banner of this study."""
    decision = study.verdict.decision
    return Banner(
        decision=decision.value,
        tone=TONES[decision],
        meaning=MEANINGS[decision],
        sentence=verdict_sentence(study),
        reasons=tuple(reason_sentence(reason) for reason in study.verdict.reasons),
        steps=next_steps(study),
        facts=_facts(study),
    )


def _facts(study: Study) -> tuple[Fact, ...]:
    facts = [
        Fact(label="Pairs counted", value=f"{study.verdict.pairs:,}"),
        Fact(label="Traffic spanned", value=_spanned(study)),
        Fact(label="Candidate's share of live traffic", value=percent(study.percent)),
    ]
    if study.verdict.decision is Decision.HOLD:
        facts.append(Fact(label="More pairs needed", value=_needed(study.verdict)))
    return tuple(facts)


def _spanned(study: Study) -> str:
    if study.first_pair_at is None or study.last_pair_at is None:
        return "none yet"
    return duration((study.last_pair_at - study.first_pair_at).total_seconds())


def _needed(verdict: Verdict) -> str:
    if verdict.pairs_needed is not None:
        return f"about {verdict.pairs_needed:,}" if verdict.pairs_needed else "none"
    calibrating = any(reason.code is ReasonCode.UNCALIBRATED for reason in verdict.reasons)
    return "known after calibration" if calibrating else "not foreseeable"
