"""Scenarios: how the candidate models differ from all others, as data, with the truth a harness should find.

A new scenario is one entry: a style for the candidate's pictures, the share of briefs it touches, its faults.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from shadow.emulator.painter import Style


class Fault(StrEnum):
    """What may happen to a request instead of a picture."""

    OVERLOADED = "503 UNAVAILABLE"
    QUOTA = "429 RESOURCE_EXHAUSTED"
    DROPPED = "connection closed without an answer"
    NO_IMAGE = "200 with finishReason NO_IMAGE"
    IMAGE_SAFETY = "200 with finishReason IMAGE_SAFETY"
    TEXT_ONLY = "200 with STOP and text but no picture"
    BLOCKED = "200 with promptFeedback PROHIBITED_CONTENT"


# These are the line's, not the model's: they strike a request, never the next request for the same brief.
INFRASTRUCTURE = frozenset({Fault.OVERLOADED, Fault.QUOTA, Fault.DROPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a harness should find. Points of quality (0-100; a missing picture is 0) and shares of requests."""

    quality: float
    tolerance: float
    model_failures: float = 0.0
    infrastructure_failures: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """How the candidates differ. `share` is the share of briefs that `style` touches, chosen by a hash of the brief."""

    name: str
    summary: str
    truth: Truth
    style: Style = field(default_factory=Style)
    share: float = 1.0
    faults: tuple[tuple[Fault, float], ...] = ()


def struck(faults: Sequence[tuple[Fault, float]], kinds: frozenset[Fault], chance: float) -> Fault | None:
    """The fault among `kinds` that a chance in [0, 1) falls on, each as wide as its share; or none."""
    for fault, share in faults:
        if fault in kinds:
            if chance < share:
                return fault
            chance -= share
    return None


SCENARIOS: MappingProxyType[str, Scenario] = MappingProxyType(
    {
        scenario.name: scenario
        for scenario in (
            Scenario(
                name="same",
                summary="The candidate paints with the incumbent's hand.",
                truth=Truth(quality=0.0, tolerance=0.3),
            ),
            Scenario(
                name="washed-out",
                summary="The candidate's pictures are paler and flatter and leave more of the picture empty.",
                style=Style(saturation=0.78, contrast=0.86, emptiness=0.3),
                truth=Truth(quality=-8.0, tolerance=1.0),
            ),
            Scenario(
                name="flaky",
                summary="The candidate paints as well, but sometimes refuses, answers in words, or is not reachable.",
                faults=(
                    (Fault.OVERLOADED, 0.02),
                    (Fault.QUOTA, 0.02),
                    (Fault.DROPPED, 0.01),
                    (Fault.NO_IMAGE, 0.02),
                    (Fault.IMAGE_SAFETY, 0.02),
                    (Fault.TEXT_ONLY, 0.01),
                    (Fault.BLOCKED, 0.01),
                ),
                truth=Truth(quality=-5.0, tolerance=1.0, model_failures=0.06, infrastructure_failures=0.05),
            ),
        )
    }
)
