"""One look: from the ledger to the verdict, without anything that only describes."""

from dataclasses import dataclass

from analysis import balance, dependence, drift, guards, noise, preference, style, units, verdict
from analysis.case import ALARM, Case
from analysis.columns import Ledger
from analysis.metrics import TAIL_CUT, metric_named, quality
from analysis.question import MY_LIST, Question
from analysis.results import Doubts, GuardResult, StyleShift, Verdict
from analysis.units import Units, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the ledger found."""

    question: Question
    """Under the baseline in force."""
    units: Units
    guards: tuple[GuardResult, ...]
    styles: tuple[StyleShift, ...]
    doubts: Doubts
    verdict: Verdict


def asked(ledger: Ledger, question: Question) -> Question:
    """The question under the baseline in force: what its digest is taken of, and an epoch is opened with."""
    return question.under(ledger.baseline.version if ledger.baseline else None)


def look(ledger: Ledger, question: Question, waiting: Waiting | None = None) -> Look:
    """The verdict with all that it stands on. `waiting` is what the spool knows; without it nothing is waited for."""
    in_force = asked(ledger, question)
    counting = units.counted(ledger, in_force, waiting)
    rows = counting.rows
    samples = guards.samples(in_force, ledger, rows)
    measured = tuple(guards.measure(values, in_force) for values in samples)
    violations = {item.guard.name: item.violation for item in samples if item.violation is not None}
    violations |= style.violations(ledger, rows)
    styles = style.shifts(
        ledger,
        rows,
        margin=in_force.style_margin,
        alpha_go=in_force.alpha_go,
        alpha_alarm=ALARM,
        guards=in_force.style_guards,
    )
    doubts, dependent = _doubts(ledger, counting, in_force)
    case = Case(
        question=in_force,
        guards=measured,
        pairs=len(rows),
        hours=units.hours_covered(ledger, rows),
        violations=violations,
        violated_pairs={
            name: str(ledger.capture_ids[found.row]) for name, found in violations.items() if found.row >= 0
        },
        uncut=tuple(item.name for item in measured if item.name == "tail_rate" and TAIL_CUT not in ledger.cuts),
        styles=styles,
        doubts=doubts,
        dependent=dependent,
        budget_spent=waiting is not None and waiting.budget_spent,
        rolled_back_at=ledger.latch.said_at if ledger.latch else None,
    )
    return Look(
        question=in_force,
        units=counting,
        guards=measured,
        styles=styles,
        doubts=doubts,
        verdict=verdict.decide(case),
    )


def _doubts(ledger: Ledger, counting: Units, question: Question) -> tuple[Doubts, bool]:
    rows = counting.rows
    metric = metric_named("quality")
    points = [quality(arm, ledger.cuts)[rows] for arm in (ledger.incumbent, ledger.candidate)]
    differences, clusters = metric.differences(*points), ledger.clusters[rows]
    found = dependence.dependence(differences, clusters)
    # A list speaks of exactly its own briefs, so that they resemble each other does not matter.
    dependent = question.population != MY_LIST and found is not None
    doubts = Doubts(
        self_comparison=noise.self_comparison(ledger, pairs=len(rows)),
        consistency=noise.consistency(ledger, counting.again),
        dependence=found,
        log_e_uneven_judge=noise.log_e_uneven_judge(ledger, rows),
        log_e_sample_ratio=balance.log_e_sample_ratio(ledger, counting.again),
        lost_share=counting.lost_share,
        preference=preference.preference(ledger, rows),
        drift=drift.drift(ledger.anchors, margin=question.drift_margin),
    )
    sure = found is not None and dependence.surely_dependent(differences, clusters, found)
    return doubts, dependent and sure
