"""The pairs that are shown side by side: pictures, brief, what every layer found, features."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.results import LayerFinding, OutcomeEvidence, PairEvidence, Study
from reports.names import KINDS, LAYERS, METRICS, ROLES, cause, named
from reports.pictures import Thumbnail, thumbnail
from reports.quantities import NOTHING, duration, number, signed, trimmed
from reports.text import line, visible
from reports.wording import model

Picture = Callable[[str], bytes | None]
"""The bytes of the picture with this digest; None where it is no longer stored."""

SHOWN = {"worst": 12, "best": 3, "surprising": 3}
PICTURE_BYTES = 1_150_000
"""Of all embedded pictures together, before base64: so the page stays under 2 MB however many pairs it shows."""
PROMPT_LIMIT = 600
REASON_LIMIT = 400
FEATURE_LIMIT = 12
LAYERS_SHOWN = 8
NO_PICTURE = Thumbnail(words="No picture.")
NOT_SHOWN = Thumbnail(words="The picture is not part of this report.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One arm's outcome."""

    arm: str
    """"Incumbent" or "Candidate"."""
    model: str
    kind: str
    quality: str
    latency: str
    picture: Thumbnail
    alt: str
    scores: str
    """What every layer found, in a few words."""
    reason: str
    """The judge's words, or why there is no picture; empty where nobody said anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One layer or feature in both arms."""

    label: str
    incumbent: str
    candidate: str
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCard:
    """One pair."""

    number: str
    heading: str
    prompt: str
    segment: str
    digest: str
    capture: str
    sides: tuple[Side, Side]
    layers: tuple[ComparedRow, ...]
    features: tuple[ComparedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairGroup:
    """Pairs that were chosen for one reason."""

    name: str
    """Stands in the page's addresses: "worst", "best", "surprising"."""
    title: str
    lead: str
    cards: tuple[PairCard, ...]
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Everything shown side by side."""

    groups: tuple[PairGroup, ...]


def pairs(study: Study, picture: Picture) -> Pairs:
    """The pairs of this study: worst regressions first, then the best gains and the most surprising."""
    chosen = {
        "worst": study.worst[: SHOWN["worst"]],
        "best": study.best[: SHOWN["best"]],
        "surprising": study.surprising[: SHOWN["surprising"]],
    }
    pictures = sum(
        outcome.picture is not None
        for found in chosen.values()
        for pair in found
        for outcome in (pair.incumbent, pair.candidate)
    )
    room = PICTURE_BYTES // max(pictures, 1)
    groups = []
    shown = 0
    for name, found in chosen.items():
        title, lead, empty = GROUPS[name]
        cards = tuple(_card(place, pair, picture, room) for place, pair in enumerate(found, start=shown + 1))
        shown += len(cards)
        groups.append(PairGroup(name=name, title=title, lead=lead, cards=cards, empty=empty))
    return Pairs(groups=tuple(groups))


GROUPS = {
    "worst": (
        "Worst regressions",
        "The largest loss of quality first.",
        "No pair in which the candidate did worse, so far.",
    ),
    "best": ("Best gains", "Where the candidate did better, the largest gain first.", ""),
    "surprising": (
        "Most surprising",
        "The judge and the similarity disagree: one sees a gain where the other sees a loss. One of them is wrong.",
        "",
    ),
}
"""Name to title, lead and what is said where there is none."""


def _card(place: int, pair: PairEvidence, picture: Picture, room: int) -> PairCard:
    return PairCard(
        number=str(place),
        heading=_heading(pair.difference),
        prompt=visible(pair.prompt, PROMPT_LIMIT),
        segment=line(pair.segment, 60),
        digest=line(pair.brief_digest, 80),
        capture=line(pair.capture_id, 80),
        sides=(
            _side("Incumbent", pair.incumbent, place, picture, room),
            _side("Candidate", pair.candidate, place, picture, room),
        ),
        layers=_layers(pair),
        features=_features(pair),
    )


def _heading(difference: float | None) -> str:
    if difference is None:
        return "Quality cannot be compared"
    if not round(difference, 1):
        return "Same quality"
    return f"{trimmed(abs(difference))} points {'worse' if difference < 0 else 'better'}"


def _side(arm: str, outcome: OutcomeEvidence, place: int, picture: Picture, room: int) -> Side:
    return Side(
        arm=arm,
        model=model(outcome.model, arm.lower()),
        kind=named(KINDS, outcome.kind).label,
        quality=NOTHING if outcome.quality is None else trimmed(outcome.quality),
        latency=_latency(outcome),
        picture=_picture(outcome, picture, room),
        alt=f"Pair {place}: the {arm.lower()}'s picture for the brief above",
        scores=" · ".join(
            f"{named(LAYERS, finding.layer).label} {_found(finding)}" for finding in outcome.findings[:LAYERS_SHOWN]
        ),
        reason=_reason(outcome),
    )


def _picture(outcome: OutcomeEvidence, picture: Picture, room: int) -> Thumbnail:
    if outcome.picture:
        return thumbnail(picture(outcome.picture), most_bytes=room)
    return NOT_SHOWN if outcome.kind == "image" else NO_PICTURE


def _latency(outcome: OutcomeEvidence) -> str:
    if outcome.latency is None:
        return ""
    return f"{duration(outcome.latency)}, {named(ROLES, outcome.role).label.lower()}"


def _reason(outcome: OutcomeEvidence) -> str:
    """What the last layer that looked has to say; before any layer, why there is no picture."""
    if outcome.kind != "image":
        return cause(outcome.label)
    spoken = [finding.reason for finding in outcome.findings if finding.reason]
    return visible(spoken[-1], REASON_LIMIT) if spoken else ""


def _layers(pair: PairEvidence) -> tuple[ComparedRow, ...]:
    incumbent = {finding.layer: finding for finding in pair.incumbent.findings}
    candidate = {finding.layer: finding for finding in pair.candidate.findings}
    return tuple(
        ComparedRow(
            label=named(LAYERS, layer).label,
            incumbent=_found(incumbent.get(layer)),
            candidate=_found(candidate.get(layer)),
            difference=_change(_score(incumbent.get(layer)), _score(candidate.get(layer))),
        )
        for layer in dict.fromkeys([*incumbent, *candidate])
    )


def _score(finding: LayerFinding | None) -> float | None:
    return finding.score if finding else None


def _found(finding: LayerFinding | None) -> str:
    """What a layer found, in a few words."""
    if finding is None:
        return "not looked at"
    if finding.hard_failure is not None:
        return f"unusable: {line(finding.hard_failure, 60)}"
    if finding.missing is not None:
        return f"not scored: {line(finding.missing, 60)}"
    if finding.score is None:
        return "nothing wrong"
    return f"{_told(finding.score)}{', below the cut' if finding.below_cut else ''}"


def _features(pair: PairEvidence) -> tuple[ComparedRow, ...]:
    names = sorted({*pair.incumbent.features, *pair.candidate.features})[:FEATURE_LIMIT]
    rows = ((name, pair.incumbent.features.get(name), pair.candidate.features.get(name)) for name in names)
    return tuple(
        ComparedRow(
            label=named(METRICS, name).label,
            incumbent=NOTHING if before is None else _told(before),
            candidate=NOTHING if after is None else _told(after),
            difference=_change(before, after),
        )
        for name, before, after in rows
    )


def _digits(value: float) -> int:
    """Scores in points need one digit, cosines and shares three."""
    return 3 if abs(value) < 2 else 1


def _told(value: float) -> str:
    return number(value, 3) if _digits(value) == 3 else trimmed(value, 1)


def _change(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return NOTHING
    return signed(after - before, min(_digits(before), _digits(after)))
