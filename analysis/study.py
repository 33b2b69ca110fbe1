"""Relation in, study out: everything a report says about one migration at one moment. Pure; nothing is opened here.

A reader takes two short looks at the ledger and computes while it is closed:

    ledger = relations.read(connection, migration)
    texts = relations.read_texts(connection, study.shown(ledger, question))     # only to show pairs
    result = study.of(ledger, question, made_at=now, texts=texts)
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from analysis import distribution, evidence, thresholds, units
from analysis.arrays import Floats, Integers, moment_of
from analysis.columns import ArmColumns, Ledger
from analysis.growth import growth
from analysis.likeness import measurements, near_copies
from analysis.looking import asked, look
from analysis.metrics import layer_failed, quality, unjudged
from analysis.panels import panel
from analysis.question import Question
from analysis.relations import Texts
from analysis.results import ArmSummary, Costs, Coverage, Distribution, GuardResult, Study, Verdict
from analysis.segments import segments
from analysis.units import Units, Waiting

# Scores in points share fixed edges; everything else is drawn over its own range.
IN_POINTS = frozenset({"quality", "judge"})
HIGH_LATENCY = 0.95
QUANTILE_CUTS = 64
"""Quantiles of the calibration at which a score that is not in points is compared."""


def decide(
    ledger: Ledger, question: Question, waiting: Waiting | None = None
) -> tuple[Verdict, tuple[GuardResult, ...]]:
    """The verdict and its guards alone, for a script that asks often."""
    found = look(ledger, question, waiting)
    return found.verdict, found.guards


def shown(ledger: Ledger, question: Question, waiting: Waiting | None = None) -> tuple[str, ...]:
    """Capture ids of the counted pairs that a report shows, worst first: those whose texts are wanted."""
    rows = units.counted(ledger, asked(ledger, question), waiting).rows
    return tuple(ledger.capture_ids[evidence.chosen(ledger, rows).rows])


def of(
    ledger: Ledger,
    question: Question,
    *,
    made_at: datetime,
    texts: Mapping[str, Texts] | None = None,
    percent: float | None = None,
    waiting: Mapping[str, int] | None = None,
    unsettled: Waiting | None = None,
    source: str = "",
    panels: bool = False,
    costs: Costs | None = None,
    settings: Mapping[str, str] | None = None,
    versions: Mapping[str, str] | None = None,
) -> Study:
    """The study of a ledger under a question.

    `texts` by capture id, as `relations.read_texts` gives them for `shown`; without them no pair is shown. `percent` is
    the candidate's share now; without it the last audited move tells. `waiting` counts captures that are not pairs yet,
    by reason, and `unsettled` says when they were dispatched, which only the spool knows. `source` names the file that
    the scores came from, where the harness did not make them. `panels` asks for the bands and tests of every score
    and for how the evidence grew, which take seconds. `costs` is what only the purse and the price list know.
    `settings` and `versions` are passed on beside the
    question's own facts.
    """
    found = look(ledger, question, unsettled)
    rows = found.units.rows
    pairs = evidence.chosen(ledger, rows)
    first, last = units.first_and_last(ledger.dispatched_at[rows])
    return Study(
        migration=ledger.migration,
        incumbent=_summary(ledger.incumbent, ledger, rows),
        candidate=_summary(ledger.candidate, ledger, rows),
        made_at=made_at,
        epoch=ledger.epoch.number if ledger.epoch else 0,
        epoch_opened_at=ledger.epoch.opened_at if ledger.epoch else None,
        first_pair_at=first,
        last_pair_at=last,
        verdict=found.verdict,
        guards=found.guards,
        styles=found.styles,
        doubts=found.doubts,
        population=found.question.population,
        source=source,
        distributions=tuple(_distributions(ledger, rows, panels=panels)),
        worst=evidence.show(ledger, pairs.worst, texts or {}),
        best=evidence.show(ledger, pairs.best, texts or {}),
        surprising=evidence.show(ledger, pairs.surprising, texts or {}),
        growth=growth(ledger, found.question, rows) if panels else (),
        segments=segments(ledger, found.question, rows),
        costs=costs or Costs(),
        coverage=_coverage(ledger, found.units, waiting or {}),
        baseline=thresholds.in_force(ledger, ledger.baseline) if ledger.baseline else None,
        cutover=ledger.cutover,
        percent=_percent(ledger) if percent is None else percent,
        question=found.question.digest(),
        settings={**found.question.facts(), **(settings or {})},
        versions=dict(versions or {}),
    )


def _summary(arm: ArmColumns, ledger: Ledger, rows: Integers) -> ArmSummary:
    timed = rows[np.isfinite(arm.latency[rows])]
    seconds = {role: arm.latency[timed[arm.roles.among(role)[timed]]] for role in arm.roles.counts(timed)}
    copies, compared = near_copies(arm, ledger.briefs, rows)
    return ArmSummary(
        model=_model(arm),
        outcomes=arm.kinds.counts(rows),
        labels=arm.labels.counts(rows),
        gate_failures={layer: int(layer_failed(arm, layer, ledger.cuts)[rows].sum()) for layer in ledger.layers},
        unjudged=int(unjudged(arm, quality(arm, ledger.cuts))[rows].sum()),
        latency_median={role: _quantile(values, 0.5) for role, values in seconds.items()},
        latency_p95={role: _quantile(values, HIGH_LATENCY) for role, values in seconds.items()},
        output_tokens=int(arm.output_tokens[rows].sum()),
        near_copies=copies,
        compared_pictures=compared,
    )


def _quantile(values: Floats, level: float) -> float:
    return float(np.quantile(values, level, method="inverted_cdf"))


def _model(arm: ArmColumns) -> str:
    named = np.flatnonzero(arm.models.given)
    return arm.models[named[-1]] if named.size else ""


def _coverage(ledger: Ledger, counting: Units, waiting: Mapping[str, int]) -> Coverage:
    points = [(arm, quality(arm, ledger.cuts)) for arm in (ledger.incumbent, ledger.candidate)]
    missing = np.logical_or(*(unjudged(arm, values) for arm, values in points))
    reasons = sorted({*ledger.losses, *waiting})
    return Coverage(
        paired=ledger.pairs,
        counted=len(counting.rows),
        calibration=counting.earlier,
        repeats=counting.repeats,
        unjudged=int(missing[counting.rows].sum()),
        infrastructure=counting.infrastructure,
        late=counting.late,
        behind=counting.behind,
        not_compared={reason: ledger.losses.get(reason, 0) + waiting.get(reason, 0) for reason in reasons},
    )


def _distributions(ledger: Ledger, rows: Integers, *, panels: bool) -> Iterator[Distribution]:
    incumbent, candidate = ledger.incumbent, ledger.candidate
    points = (quality(incumbent, ledger.cuts), quality(candidate, ledger.cuts))
    described = [("quality", "score", "judge", *points)]
    described += [(name, "score", name, values, candidate.scores[name]) for name, values in incumbent.scores.items()]
    described += [
        (feature.name, "feature", feature.layer, values, candidate.features[feature])
        for feature, values in measurements(incumbent).items()
    ]
    for name, kind, layer, before, after in described:
        found = _described(before[rows], after[rows], name=name, kind=kind, layer=layer, cut=_cut(ledger, name, kind))
        if found is not None and panels and kind == "score":
            found = replace(found, panel=panel(before[rows], after[rows], _cuts(ledger, name, before)))
        if found is not None:
            yield found


def _cuts(ledger: Ledger, name: str, values: Floats) -> Floats:
    """Where the two distribution functions are compared: fixed before the evidence, as the band must have it."""
    if name in IN_POINTS or ledger.baseline is None:
        return np.arange(100.0) if name in IN_POINTS else np.linspace(-1.0, 1.0, QUANTILE_CUTS)
    early = values[(ledger.filed_at <= moment_of(ledger.baseline.frozen_at)) & np.isfinite(values)]
    if not early.size:
        return np.linspace(-1.0, 1.0, QUANTILE_CUTS)
    return np.quantile(early, np.arange(1, QUANTILE_CUTS + 1) / (QUANTILE_CUTS + 1), method="inverted_cdf")


def _described(
    before: Floats, after: Floats, *, name: str, kind: str, layer: str, cut: float | None
) -> Distribution | None:
    edges = distribution.POINTS if kind == "score" and name in IN_POINTS else None
    return distribution.compare(before, after, name=name, kind=kind, layer=layer, edges=edges, cut=cut)


def _cut(ledger: Ledger, name: str, kind: str) -> float | None:
    return ledger.cuts.get(name) if kind == "score" else None


def _percent(ledger: Ledger) -> float:
    return ledger.cutover[-1].to_percent if ledger.cutover else 0.0
