"""What both arms made of the briefs: pictures, refusals, failures by label, gate failures by layer, latency by role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.results import ArmSummary, Study
from reports.names import KINDS, LAYERS, ROLES, cause, named
from reports.quantities import NOTHING, duration, share_of

LABELS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One count in both arms, each with its share of that arm's outcomes."""

    label: str
    about: str
    incumbent: str
    incumbent_share: str
    candidate: str
    candidate_share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRow:
    """Latency of both arms within one role."""

    role: str
    incumbent_median: str
    candidate_median: str
    incumbent_p95: str
    candidate_p95: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The tables."""

    kinds: tuple[CountRow, ...]
    labels: tuple[CountRow, ...]
    labels_left_out: str
    """Empty, or how many rarer labels are not shown."""
    gates: tuple[CountRow, ...]
    latency: tuple[LatencyRow, ...]
    tokens: str


def outcomes(study: Study) -> Outcomes:
    """The outcomes of this study."""
    incumbent, candidate = study.incumbent, study.candidate
    labels = _by_count(incumbent.labels, candidate.labels)
    gates = _rows(study, _by_count(incumbent.gate_failures, candidate.gate_failures), _gate_failures, _layer)
    unjudged = _row(study, "Unjudged", "The judge itself failed.", incumbent.unjudged, candidate.unjudged)
    return Outcomes(
        kinds=_rows(study, _by_count(incumbent.outcomes, candidate.outcomes), _outcomes, _kind),
        labels=_rows(study, labels[:LABELS_SHOWN], _labels, _cause),
        labels_left_out=f"{len(labels) - LABELS_SHOWN:,} rarer ones are not shown."
        if len(labels) > LABELS_SHOWN
        else "",
        gates=(*gates, unjudged, *_near_copies(study)),
        latency=tuple(_latency(study, role) for role in sorted({*incumbent.latency_median, *candidate.latency_median})),
        tokens=(f"Output tokens: incumbent {incumbent.output_tokens:,}, candidate {candidate.output_tokens:,}."),
    )


def _by_count(first: Mapping[str, int], second: Mapping[str, int]) -> list[str]:
    """The names of both, the most frequent first."""
    return sorted({*first, *second}, key=lambda name: (-first.get(name, 0) - second.get(name, 0), name))


def _outcomes(arm: ArmSummary) -> Mapping[str, int]:
    return arm.outcomes


def _labels(arm: ArmSummary) -> Mapping[str, int]:
    return arm.labels


def _gate_failures(arm: ArmSummary) -> Mapping[str, int]:
    return arm.gate_failures


def _kind(name: str) -> tuple[str, str]:
    kind = named(KINDS, name)
    return kind.label, kind.about


def _cause(name: str) -> tuple[str, str]:
    return cause(name), ""


def _layer(name: str) -> tuple[str, str]:
    layer = named(LAYERS, name)
    return f"Failed at: {layer.label.lower()}", layer.about


def _rows(
    study: Study,
    names: list[str],
    counts: Callable[[ArmSummary], Mapping[str, int]],
    words: Callable[[str], tuple[str, str]],
) -> tuple[CountRow, ...]:
    incumbent, candidate = counts(study.incumbent), counts(study.candidate)
    return tuple(_row(study, *words(name), incumbent.get(name, 0), candidate.get(name, 0)) for name in names)


def _row(study: Study, label: str, about: str, incumbent: int, candidate: int) -> CountRow:
    return CountRow(
        label=label,
        about=about,
        incumbent=f"{incumbent:,}",
        incumbent_share=share_of(incumbent, sum(study.incumbent.outcomes.values())),
        candidate=f"{candidate:,}",
        candidate_share=share_of(candidate, sum(study.candidate.outcomes.values())),
    )


def _near_copies(study: Study) -> tuple[CountRow, ...]:
    """Pictures all but the same as one of another brief: a model that repeats itself. None where none were compared."""
    arms = study.incumbent, study.candidate
    if not all(arm.compared_pictures for arm in arms):
        return ()
    counts = [(f"{arm.near_copies:,}", share_of(arm.near_copies, arm.compared_pictures)) for arm in arms]
    row = CountRow(
        label="Near copies",
        about="All but the same as one of another brief; of the latest pictures, compared by fingerprint.",
        incumbent=counts[0][0],
        incumbent_share=counts[0][1],
        candidate=counts[1][0],
        candidate_share=counts[1][1],
    )
    return (row,)


def _latency(study: Study, role: str) -> LatencyRow:
    def told(seconds: Mapping[str, float]) -> str:
        return duration(seconds[role]) if role in seconds else NOTHING

    return LatencyRow(
        role=named(ROLES, role).label,
        incumbent_median=told(study.incumbent.latency_median),
        candidate_median=told(study.candidate.latency_median),
        incumbent_p95=told(study.incumbent.latency_p95),
        candidate_p95=told(study.candidate.latency_p95),
    )
