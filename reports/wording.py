"""Codes and numbers of a study as sentences: the verdict, its reasons, what to do next, how a guard stands."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.results import Decision, GuardResult, Reason, ReasonCode, Study
from reports.quantities import counted, percent
from reports.reasons import guard_label, needed_words
from reports.text import line


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to do next, and the command for it where there is one."""

    text: str
    command: str = ""


MEANINGS: Mapping[Decision, str] = {
    Decision.GO: "you may cut over",
    Decision.HOLD: "wait",
    Decision.ROLLBACK: "go back",
}


def model(name: str, arm: str) -> str:
    """A model's id, bounded; before its first outcome is known, the name of its arm."""
    return line(name, 80) or f"the {arm}"


def incumbent(study: Study) -> str:
    """The model in production."""
    return model(study.incumbent.model, "incumbent")


def candidate(study: Study) -> str:
    """The model that may replace it."""
    return model(study.candidate.model, "candidate")


def verdict_sentence(study: Study) -> str:
    """The answer in one sentence."""
    match study.verdict.decision:
        case Decision.GO:
            return (
                f"{candidate(study)} may take over from {incumbent(study)}: on "
                f"{counted(study.verdict.pairs, 'pair')} no guard is worse than you allow."
            )
        case Decision.ROLLBACK:
            failing = _failing(study.verdict.reasons)
            return f"Keep {incumbent(study)}: {candidate(study)} is worse than you allow{failing}."
        case Decision.HOLD:
            return _hold_sentence(study)


def _failing(reasons: tuple[Reason, ...]) -> str:
    names = [guard_label(item.guard).lower() for item in reasons if item.code is ReasonCode.GUARD_FAILS and item.guard]
    return f" on {listed(names)}" if names else ""


BROKEN: Mapping[ReasonCode, str] = {
    ReasonCode.RANGE_VIOLATED: "Wait: a value lies outside its declared range, so the evidence cannot be trusted.",
    ReasonCode.HARNESS_BIASED: "Wait: the harness finds the incumbent unequal to itself, so it cannot be trusted.",
    ReasonCode.SAMPLE_RATIO: "Wait: the arms do not serve the traffic that was assigned to them.",
    ReasonCode.NOT_INDEPENDENT: "Wait: the briefs resemble each other too much to be counted one by one.",
}
STYLE = {ReasonCode.STYLE_NOT_ACCEPTED}
"""Where nothing else holds, only a person's word is missing."""


def _hold_sentence(study: Study) -> str:
    codes = {item.code for item in study.verdict.reasons}
    broken = next((words for code, words in BROKEN.items() if code in codes), "")
    if broken:
        return broken
    if ReasonCode.UNCALIBRATED in codes:
        return f"Wait: no baseline is frozen yet, so nothing can be decided about {candidate(study)}."
    if not study.verdict.pairs:
        return "Wait: no brief has been answered by both models yet."
    if ReasonCode.NEAR_MARGIN in codes and ReasonCode.NEEDS_DATA not in codes:
        return f"Wait: {candidate(study)} lies so near the line you drew that more pairs will hardly settle it."
    if codes <= STYLE:
        return f"Wait: the pictures of {candidate(study)} look different, and nobody has accepted it yet."
    pairs = counted(study.verdict.pairs, "pair")
    return f"Wait: {pairs} do not settle yet whether {candidate(study)} may take over from {incumbent(study)}."


def listed(words: list[str]) -> str:
    """Words as people list them: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def guard_standing(guard: GuardResult, reasons: tuple[Reason, ...]) -> str:
    """How a guard stands now: "fails", "holds" or "open"."""
    if any(item.code is ReasonCode.GUARD_FAILS and item.guard == guard.name for item in reasons):
        return "fails"
    return "holds" if guard.go else "open"


def next_steps(study: Study) -> tuple[Step, ...]:
    """What to do now, the most urgent first."""
    if study.source:
        return _about_scores(study)
    match study.verdict.decision:
        case Decision.GO:
            return _after_go(study)
        case Decision.ROLLBACK:
            return _after_rollback(study)
        case Decision.HOLD:
            return _while_holding(study)


def _about_scores(study: Study) -> tuple[Step, ...]:
    match study.verdict.decision:
        case Decision.GO:
            return (Step(text="These scores allow the move. Compare live traffic too before you cut over."),)
        case Decision.ROLLBACK:
            return (Step(text="Keep the incumbent, or look at the pairs that lost most."),)
        case Decision.HOLD:
            needed = study.verdict.pairs_needed
            more = f": {needed_words(needed)} should settle it" if needed else ""
            return (Step(text=f"Score more briefs{more}."),)


def _command(study: Study, words: str, *, reason: bool = True) -> str:
    told = " --reason TEXT" if reason else ""
    return f"shadow {words} --migration {shlex.quote(line(study.migration, 60))}{told}"


def _after_go(study: Study) -> tuple[Step, ...]:
    if study.percent >= 100:
        return (Step(text="All live traffic already goes to the candidate. Keep the worker running to stay sure."),)
    text = f"Move the next share of live traffic to the candidate; it has {percent(study.percent)} now."
    return (Step(text=text, command=_command(study, "cutover set PERCENT")),)


def _after_rollback(study: Study) -> tuple[Step, ...]:
    look = Step(text="Look at the worst pairs to see what would be lost.")
    again = Step(text="Once something has changed, ask afresh.", command=_command(study, "cutover resume"))
    if study.percent > 0:
        text = f"Take the candidate's {percent(study.percent)} of live traffic back."
        return (Step(text=text, command=_command(study, "cutover rollback")), look, again)
    return (Step(text="Leave all live traffic with the incumbent."), look, again)


def _while_holding(study: Study) -> tuple[Step, ...]:
    codes = {item.code for item in study.verdict.reasons}
    share = f"Leave the candidate at {percent(study.percent)} of live traffic." if study.percent > 0 else ""
    steps = (
        Step(text=share),
        _freeze(study) if ReasonCode.UNCALIBRATED in codes else Step(text=""),
        _collect(study) if codes & COLLECTING or not study.verdict.pairs else Step(text=""),
        Step(text=DECIDE if ReasonCode.NEAR_MARGIN in codes else ""),
        Step(text=INSPECT if ReasonCode.RANGE_VIOLATED in codes else ""),
        *_style_steps(study),
    )
    return tuple(step for step in steps if step.text)


COLLECTING = {ReasonCode.NEEDS_DATA, ReasonCode.TOO_FEW_PAIRS, ReasonCode.TOO_FEW_HOURS}
DECIDE = "Look at the worst pairs and decide whether the margin is right; changing it starts the evidence afresh."
INSPECT = "Find the layer that gave the value outside its range; until then nothing is decided."


def _style_steps(study: Study) -> tuple[Step, ...]:
    return tuple(
        Step(
            text=f"Look at both models' pictures; if the {guard_label(item.guard or '').lower()} is fine, accept it.",
            command=_command(study, f"accept {shlex.quote(line(item.guard or '', 40))}"),
        )
        for item in study.verdict.reasons
        if item.code is ReasonCode.STYLE_NOT_ACCEPTED
    )


def _freeze(study: Study) -> Step:
    text = "Let pairs come in for calibration, then freeze the incumbent's scores as the baseline."
    verb = "baseline freeze --again" if study.baseline else "baseline freeze"
    return Step(text=text, command=_command(study, verb, reason=False))


def _collect(study: Study) -> Step:
    needed = study.verdict.pairs_needed
    more = f": {needed_words(needed)} should settle it" if needed else ""
    return Step(text=f"Keep the worker running{more}.", command="shadow work")
