"""The baseline in force, and every move of live traffic."""

from dataclasses import dataclass

from analysis.results import Baseline, CutoverEvent, Study
from reports.names import LAYERS, named
from reports.quantities import counted, digits_for, moment, number, percent, share
from reports.text import line

EVENTS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRow:
    """One layer's cut."""

    layer: str
    cut: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselinePart:
    """The frozen cuts; `lead` alone where nothing is frozen."""

    lead: str
    cuts: tuple[CutRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """One audited move."""

    at: str
    move: str
    verb: str
    actor: str
    decision: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverPart:
    """Where live traffic goes now, and how it came there, the newest move first."""

    percent: str
    width: str
    """The share as a CSS length."""
    moves: tuple[MoveRow, ...]
    left_out: str
    """Empty, or how many older moves are not shown."""


def baseline(study: Study) -> BaselinePart:
    """The baseline of this study."""
    item = study.baseline
    if item is None:
        return BaselinePart(lead="Uncalibrated: no baseline is frozen yet, so there are no cuts.", cuts=())
    return BaselinePart(
        lead=_lead(item),
        cuts=tuple(
            CutRow(layer=_cut_label(layer), cut=number(cut, 1 if abs(cut) > 2 else digits_for(1) + 1))
            for layer, cut in sorted(item.cuts.items())
        ),
    )


def _lead(item: Baseline) -> str:
    return (
        f"Baseline {item.version}, frozen on {moment(item.frozen_at)} from {counted(item.outcomes, 'outcome')} of the "
        f"incumbent. All cuts together fail {share(item.failing)} of them; at most {share(item.budget)} may fail."
    )


def _cut_label(layer: str) -> str:
    return "Quality: the tail begins below" if layer == "quality" else named(LAYERS, layer).label


def cutover(study: Study) -> CutoverPart:
    """The moves of this study."""
    newest_first = study.cutover[::-1]
    left_out = len(newest_first) - EVENTS_SHOWN
    return CutoverPart(
        percent=percent(study.percent),
        width=f"{min(max(study.percent, 0.0), 100.0):.1f}%",
        moves=tuple(_move(event) for event in newest_first[:EVENTS_SHOWN]),
        left_out=f"{left_out:,} older moves are not shown." if left_out > 0 else "",
    )


def _move(event: CutoverEvent) -> MoveRow:
    return MoveRow(
        at=moment(event.at),
        move=f"{percent(event.from_percent)} → {percent(event.to_percent)}",
        verb=line(event.verb, 30),
        actor=line(event.actor, 60),
        decision=line(event.decision, 30) if event.decision else "no verdict",
        reason=line(event.reason, 300),
    )
