"""The reasons of a verdict as sentences: what was measured, between which bounds, against which margin."""

from collections.abc import Callable, Mapping
from datetime import datetime

from analysis.results import Interval, Reason, ReasonCode
from reports.names import GUARDS, METRICS, Name, readable
from reports.quantities import amount, counted, duration, moment, percent, share, span, trimmed
from reports.text import line


def guard_label(name: str) -> str:
    """What a person calls this guard."""
    return guard_name(name).label


def guard_name(name: str) -> Name:
    """Label and meaning of a guard; a guard on a segment or a feature is named after what it looks at."""
    if name in GUARDS:
        return GUARDS[name]
    if name.startswith(SEGMENT):
        about = "Quality in this segment alone, or in all undeclared ones together."
        return Name(label=f"Quality in {line(name.removeprefix(SEGMENT), 60)}", about=about)
    return METRICS.get(name) or Name(label=readable(name))


SEGMENT = "quality in "


OFTEN: Mapping[str, str] = {
    "gate_failures": "fails",
    "tail_rate": "falls into the tail",
    "errors": "refuses or fails",
    "latency": "is too slow",
    "output_tokens": "costs too much",
}


def effect(guard: str, value: float, unit: str) -> str:
    """What the candidate does to this guard: "is 8.1 points worse", "fails 1.2 percentage points more often"."""
    size = amount(value, unit)
    if size.startswith("0 "):
        return "is level with the incumbent"
    if guard in OFTEN:
        return f"{OFTEN[guard]} {size} {'more' if value < 0 else 'less'} often"
    if unit == "spreads":
        return f"lies {size} {'lower' if value < 0 else 'higher'}"
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


def _uncalibrated(reason: Reason) -> str:
    if reason.guard is not None:
        label = guard_label(reason.guard)
        return f"{label}: uncalibrated. The baseline in force was frozen without its cut; freeze a new one."
    return "Uncalibrated: no baseline of the incumbent's scores is frozen yet, so there are no cuts to judge by."


def _range_violated(reason: Reason) -> str:
    label = guard_label(reason.guard) if reason.guard else "A metric"
    value = f" of {trimmed(reason.value, 4)}" if reason.value is not None else ""
    limit = f", whose limit is {trimmed(reason.required, 4)}" if reason.required is not None else ""
    where = f" (pair {line(reason.where, 80)})" if reason.where else ""
    return f"{label}: a value{value} lies outside the declared range{limit}{where}. It is never cut to fit."


def _rolled_back(reason: Reason) -> str:
    when = f" on {_moment(reason.where)}" if reason.where else ""
    return f"Rolled back earlier{when}: that stands, whatever later pairs say, until a person resumes with a reason."


def _moment(text: str) -> str:
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:  # not ours: shown as it stands
        return line(text, 40)


def _budget_exhausted(reason: Reason) -> str:
    more = f" ({needed_words(reason.pairs_needed)} needed)" if reason.pairs_needed else ""
    return f"Budget exhausted: the pairs do not settle it and no money is left for more{more}. Keep the incumbent."


def _tail_not_measurable(reason: Reason) -> str:
    below, allowed = share(reason.value or 0), share(reason.required or 0)
    return (
        f"Tail not measurable: {below} of the incumbent's own outcomes lie below its tail's cut, more than {allowed}. "
        "Freeze a new baseline from calmer days."
    )


def _style(reason: Reason) -> str:
    label = guard_label(reason.guard) if reason.guard else "A feature"
    told = effect(reason.guard or "", reason.value or 0.0, "spreads")
    bounds = f" ({interval_words(reason.interval, 'spreads')})" if reason.interval else ""
    return f"Style not accepted: {label.lower()} {told}{bounds}. That is visible, and nobody has accepted it."


def _style_undecided(reason: Reason) -> str:
    label = guard_label(reason.guard) if reason.guard else "A feature"
    if reason.value is None:
        return f"{label} is a guard and has not been measured yet."
    bounds = f" ({interval_words(reason.interval, 'spreads')})" if reason.interval else ""
    return f"{label} is a guard: it {effect('', reason.value, 'spreads')}{bounds}, and a shift is not ruled out yet."


def _too_many_lost(reason: Reason) -> str:
    lost, allowed = share(reason.value or 0), share(reason.required or 0)
    return f"Too many lost: {lost} of the captures were not compared in time; above {allowed} the rest is a selection."


def _uneven_judge(_: Reason) -> str:
    return "Uneven judge: it fails on one model's pictures more often, so what it did judge is a selection."


def _not_independent(reason: Reason) -> str:
    return (
        "Units not independent: briefs of one campaign or session resemble each other, so each pair is worth only "
        f"{trimmed(1 / max(reason.value or 1.0, 1.0), 2)} of one."
    )


def _harness_biased(reason: Reason) -> str:
    size = amount(reason.value or 0.0, "points")
    return f"Harness is biased: the incumbent asked twice differs from itself by {size} on average."


def _judge_drift(reason: Reason) -> str:
    size, unit = amount(reason.value or 0.0, "points"), "points"
    bounds = f" ({interval_words(reason.interval, unit)})" if reason.interval else ""
    way = "lower" if (reason.value or 0.0) < 0 else "higher"
    return (
        f"Judge drift: it now scores the same frozen pictures {size} {way} than at first{bounds}; "
        f"{amount(reason.margin or 0.0, unit)} are allowed. Freeze a new baseline under this judge."
    )


def _sample_ratio(_: Reason) -> str:
    return "Sample ratio: the arms do not serve the share of keys that was assigned to them, so the samples differ."


SENTENCES: Mapping[ReasonCode, Callable[[Reason], str]] = {
    ReasonCode.EVERY_GUARD_HOLDS: _every_guard_holds,
    ReasonCode.GUARD_FAILS: _guard_fails,
    ReasonCode.NEEDS_DATA: _needs_data,
    ReasonCode.NEAR_MARGIN: _near_margin,
    ReasonCode.TOO_FEW_PAIRS: _too_few_pairs,
    ReasonCode.TOO_FEW_HOURS: _too_few_hours,
    ReasonCode.UNCALIBRATED: _uncalibrated,
    ReasonCode.RANGE_VIOLATED: _range_violated,
    ReasonCode.ROLLED_BACK: _rolled_back,
    ReasonCode.TAIL_NOT_MEASURABLE: _tail_not_measurable,
    ReasonCode.STYLE_NOT_ACCEPTED: _style,
    ReasonCode.STYLE_UNDECIDED: _style_undecided,
    ReasonCode.TOO_MANY_LOST: _too_many_lost,
    ReasonCode.UNEVEN_JUDGE: _uneven_judge,
    ReasonCode.NOT_INDEPENDENT: _not_independent,
    ReasonCode.HARNESS_BIASED: _harness_biased,
    ReasonCode.JUDGE_DRIFT: _judge_drift,
    ReasonCode.SAMPLE_RATIO: _sample_ratio,
    ReasonCode.BUDGET_EXHAUSTED: _budget_exhausted,
}
