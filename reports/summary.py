"""The same story in plain lines, for a terminal."""

from analysis.results import GuardResult, Study
from reports.doubts import doubts
from reports.quantities import amount, counted, difference, span
from reports.reasons import guard_name, reason_sentence
from reports.sections.evidence import STANDINGS
from reports.text import line
from reports.wording import candidate, guard_standing, incumbent, next_steps, verdict_sentence


def summary(study: Study) -> list[str]:
    """Verdict, reasons, guards, checks of the evidence, next steps, one line each; no colour, no control characters."""
    verdict = study.verdict
    return [
        heading(study),
        f"{verdict.decision.value}: {verdict_sentence(study)}",
        *(f"  because  {reason_sentence(reason)}" for reason in verdict.reasons),
        *(guard_line(guard, study) for guard in study.guards),
        *(f"  checked  {sentence}" for sentence in doubts(study.doubts)),
        *(f"  next     {step.text}{f'  {step.command}' if step.command else ''}" for step in next_steps(study)),
    ]


def heading(study: Study) -> str:
    """Which migration it is about, and what kind of look."""
    return f"{line(study.migration, 60)}: {incumbent(study)} → {candidate(study)}{_about(study)}"


def _about(study: Study) -> str:
    told = [f"scores from {line(study.source, 60)}"] if study.source else []
    told += [f"population: {line(study.population, 40)}"] if study.population else []
    told += [f"epoch {study.epoch}"] if study.epoch > 1 else []
    return f"  ({', '.join(told)})" if told else ""


def guard_line(guard: GuardResult, study: Study) -> str:
    """Where one guard stands, on one line."""
    standing = STANDINGS[guard_standing(guard, study.verdict.reasons)].lower()
    label = guard_name(guard.name).label
    if guard.estimate is None:
        return f"  guard    {label}: nothing measured yet; allowed loss {amount(guard.margin, guard.unit)}"
    interval = f" ({span(guard.interval.low, guard.interval.high, guard.unit)})" if guard.interval else ""
    return (
        f"  guard    {label}: {difference(guard.estimate, guard.unit)}{interval}, "
        f"allowed loss {amount(guard.margin, guard.unit)}, {counted(guard.pairs, 'pair')}: {standing}"
    )
