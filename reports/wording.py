"""Codes and numbers of a study as sentences: the verdict, its reasons, what to do next, how a guard stands."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.results import Decision, GuardResult, Interval, Reason, ReasonCode, Study
from reports.names import GUARDS, named
from reports.quantities import amount, counted, duration, percent, span, trimmed
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


def guard_label(name: str) -> str:
    """What a person calls this guard."""
    return named(GUARDS, name).label


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


def _hold_sentence(study: Study) -> str:
    codes = {item.code for item in study.verdict.reasons}
    if ReasonCode.RANGE_VIOLATED in codes:
        return "Wait: a measurement lies outside its declared range, so the evidence cannot be trusted."
    if ReasonCode.UNCALIBRATED in codes:
        return f"Wait: no baseline is frozen yet, so nothing can be decided about {candidate(study)}."
    if not study.verdict.pairs:
        return "Wait: no brief has been answered by both models yet."
    if ReasonCode.NEAR_MARGIN in codes and ReasonCode.NEEDS_DATA not in codes:
        return f"Wait: {candidate(study)} lies so near the line you drew that more pairs will hardly settle it."
    pairs = counted(study.verdict.pairs, "pair")
    return f"Wait: {pairs} do not settle yet whether {candidate(study)} may take over from {incumbent(study)}."


def listed(words: list[str]) -> str:
    """Words as people list them: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def effect(guard: str, value: float, unit: str) -> str:
    """What the candidate does to this guard: "is 8.1 points worse", "fails 1.2 percentage points more often"."""
    size = amount(value, unit)
    if size.startswith("0 "):
        return "is level with the incumbent"
    if guard == "gate_failures":
        return f"fails {size} {'more' if value < 0 else 'less'} often"
    return f"is {size} {'worse' if value < 0 else 'better'}"


def interval_words(interval: Interval, unit: str) -> str:
    """The interval with its level: "95% interval -9.3 to -6.9 points"."""
    return f"{percent(100 * interval.level)} interval {span(interval.low, interval.high, unit)}"


def needed_words(pairs: int | None) -> str:
    """How many more pairs: "about 420 more pairs", "no number of pairs we can foresee"."""
    return "no number of pairs we can foresee" if pairs is None else f"about {counted(pairs, 'more pair')}"


def reason_sentence(reason: Reason) -> str:
    """One reason of a verdict as a sentence."""
    return SENTENCES[reason.code](reason)


def _every_guard_holds(reason: Reason) -> str:
    if reason.guard is None:
        return "Every guard holds: on each of them the pairs rule out a loss as large as its margin."
    return f"{_standing(reason)} The pairs rule out a larger loss."


def _guard_fails(reason: Reason) -> str:
    return f"{_standing(reason)} The evidence that the loss is larger is strong."


def _needs_data(reason: Reason) -> str:
    more = f" {needed_words(reason.pairs_needed).capitalize()} should settle it." if reason.pairs_needed else ""
    return f"{_standing(reason)} The pairs do not settle it yet.{more}"


def _near_margin(reason: Reason) -> str:
    return f"{_standing(reason)} That is so near the margin that more pairs will hardly settle it."


def _standing(reason: Reason) -> str:
    """Where a guard stands: effect, interval, margin, as far as they are known."""
    label = guard_label(reason.guard) if reason.guard else "A guard"
    unit = reason.unit or ""
    if reason.value is None:
        return f"{label}: nothing is measured yet."
    told = f"{label}: the candidate {effect(reason.guard or '', reason.value, unit)}"
    bounds = f" ({interval_words(reason.interval, unit)})" if reason.interval else ""
    allowed = f"; a loss of up to {amount(reason.margin, unit)} is allowed" if reason.margin is not None else ""
    return f"{told}{bounds}{allowed}."


def _too_few_pairs(reason: Reason) -> str:
    there, required = int(reason.value or 0), int(reason.required or 0)
    return f"Too few pairs: {there:,} of the {required:,} that a GO requires."


def _too_few_hours(reason: Reason) -> str:
    there, required = duration(3600 * (reason.value or 0)), duration(3600 * (reason.required or 0))
    return f"Too little time: the pairs span {there} of traffic; a GO requires {required}, to see quiet and busy hours."


def _uncalibrated(_: Reason) -> str:
    return "Uncalibrated: no baseline of the incumbent's scores is frozen yet, so there are no cuts to judge by."


def _range_violated(reason: Reason) -> str:
    label = guard_label(reason.guard) if reason.guard else "A metric"
    value = f" of {trimmed(reason.value, 4)}" if reason.value is not None else ""
    limit = f", whose limit is {trimmed(reason.required, 4)}" if reason.required is not None else ""
    return f"{label}: a value{value} lies outside the declared range{limit}. It is never cut to fit."


SENTENCES: Mapping[ReasonCode, Callable[[Reason], str]] = {
    ReasonCode.EVERY_GUARD_HOLDS: _every_guard_holds,
    ReasonCode.GUARD_FAILS: _guard_fails,
    ReasonCode.NEEDS_DATA: _needs_data,
    ReasonCode.NEAR_MARGIN: _near_margin,
    ReasonCode.TOO_FEW_PAIRS: _too_few_pairs,
    ReasonCode.TOO_FEW_HOURS: _too_few_hours,
    ReasonCode.UNCALIBRATED: _uncalibrated,
    ReasonCode.RANGE_VIOLATED: _range_violated,
}


def guard_standing(guard: GuardResult, reasons: tuple[Reason, ...]) -> str:
    """How a guard stands now: "fails", "holds" or "open"."""
    if any(item.code is ReasonCode.GUARD_FAILS and item.guard == guard.name for item in reasons):
        return "fails"
    return "holds" if guard.go else "open"


def next_steps(study: Study) -> tuple[Step, ...]:
    """What to do now, the most urgent first."""
    match study.verdict.decision:
        case Decision.GO:
            return _after_go(study)
        case Decision.ROLLBACK:
            return _after_rollback(study)
        case Decision.HOLD:
            return _while_holding(study)


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
    if study.percent > 0:
        text = f"Take the candidate's {percent(study.percent)} of live traffic back."
        return (Step(text=text, command=_command(study, "cutover rollback")), look)
    return (Step(text="Leave all live traffic with the incumbent."), look)


def _while_holding(study: Study) -> tuple[Step, ...]:
    codes = {item.code for item in study.verdict.reasons}
    share = f"Leave the candidate at {percent(study.percent)} of live traffic." if study.percent > 0 else ""
    steps = (
        Step(text=share),
        _freeze(study) if ReasonCode.UNCALIBRATED in codes else Step(text=""),
        _collect(study) if codes & COLLECTING or not study.verdict.pairs else Step(text=""),
        Step(text=DECIDE if ReasonCode.NEAR_MARGIN in codes else ""),
        Step(text=INSPECT if ReasonCode.RANGE_VIOLATED in codes else ""),
    )
    return tuple(step for step in steps if step.text)


COLLECTING = {ReasonCode.NEEDS_DATA, ReasonCode.TOO_FEW_PAIRS, ReasonCode.TOO_FEW_HOURS}
DECIDE = "Look at the worst pairs and decide whether the margin is right; changing it starts the evidence afresh."
INSPECT = "Find the layer that gave the value outside its range; until then nothing is decided."


def _freeze(study: Study) -> Step:
    text = "Let pairs come in for calibration, then freeze the incumbent's scores as the baseline."
    return Step(text=text, command=_command(study, "baseline freeze", reason=False))


def _collect(study: Study) -> Step:
    needed = study.verdict.pairs_needed
    more = f": {needed_words(needed)} should settle it" if needed else ""
    return Step(text=f"Keep the worker running{more}.", command="shadow work")
