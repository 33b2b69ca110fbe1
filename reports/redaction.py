"""A study that can be sent to anybody: without what was asked, what came back, and who did what.

Left out are prompts, pictures, the reasons of judge and layers, the names of segments, features of single pairs, hashes
of briefs, capture ids, names of people, reasons that people typed, file names and paths. Left in are numbers, models,
settings and versions.
"""

from collections.abc import Mapping
from dataclasses import replace

from analysis.results import CutoverEvent, GuardResult, OutcomeEvidence, PairEvidence, Reason, Study

REDACTED = (
    "Redacted: prompts, pictures, judge reasons, segment names, keys and tags, names of people and what they typed "
    "were left out."
)
WITHHELD = "(left out)"
IN_SEGMENT = "quality in "
PRIVATE_SETTINGS = frozenset({"home", "segments"})


def redacted(study: Study) -> Study:
    """The same study without anything that a brief, a picture or a person said."""
    names = _segments(study)
    return replace(
        study,
        source=WITHHELD if study.source else "",
        verdict=replace(study.verdict, reasons=tuple(_reason(item, names) for item in study.verdict.reasons)),
        guards=tuple(_guard(item, names) for item in study.guards),
        growth=tuple(
            replace(point, guards=tuple(_guard(item, names) for item in point.guards)) for point in study.growth
        ),
        segments=tuple(replace(item, name=names.get(item.name, item.name)) for item in study.segments),
        styles=tuple(replace(item, accepted=item.accepted and WITHHELD) for item in study.styles),
        worst=tuple(_pair(pair, names) for pair in study.worst),
        best=tuple(_pair(pair, names) for pair in study.best),
        surprising=tuple(_pair(pair, names) for pair in study.surprising),
        cutover=tuple(_move(event) for event in study.cutover),
        settings={name: WITHHELD if name in PRIVATE_SETTINGS else value for name, value in study.settings.items()},
    )


def _segments(study: Study) -> dict[str, str]:
    """Every segment's name to a number; the same number wherever it stands."""
    told = [item.name for item in study.segments]
    told += [item.name.removeprefix(IN_SEGMENT) for item in study.guards if item.name.startswith(IN_SEGMENT)]
    told += [pair.segment for pair in (*study.worst, *study.best, *study.surprising)]
    known = dict.fromkeys(name for name in told if name not in ("", "other"))
    return {name: f"segment {place}" for place, name in enumerate(known, start=1)}


def _guard_name(name: str, names: Mapping[str, str]) -> str:
    segment = name.removeprefix(IN_SEGMENT)
    return f"{IN_SEGMENT}{names.get(segment, segment)}" if name.startswith(IN_SEGMENT) else name


def _guard(guard: GuardResult, names: Mapping[str, str]) -> GuardResult:
    return replace(guard, name=_guard_name(guard.name, names))


def _reason(reason: Reason, names: Mapping[str, str]) -> Reason:
    guard = None if reason.guard is None else _guard_name(reason.guard, names)
    return replace(reason, guard=guard, where=WITHHELD if reason.where else "")


def _pair(pair: PairEvidence, names: Mapping[str, str]) -> PairEvidence:
    return replace(
        pair,
        capture_id=WITHHELD,
        brief_digest=WITHHELD,
        prompt=WITHHELD,
        segment=names.get(pair.segment, pair.segment),
        incumbent=_outcome(pair.incumbent),
        candidate=_outcome(pair.candidate),
    )


def _outcome(outcome: OutcomeEvidence) -> OutcomeEvidence:
    return replace(
        outcome, picture=None, findings=tuple(replace(finding, reason="") for finding in outcome.findings), features={}
    )


def _move(event: CutoverEvent) -> CutoverEvent:
    return replace(event, actor=WITHHELD, reason=WITHHELD)
