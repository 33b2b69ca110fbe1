"""Scenarios: how the candidate models differ from all others, as data, with the truth a harness should find.

A new scenario is one entry: a style for the candidate's pictures and which briefs it touches, its faults, the shape of
its pictures, how slow it is, and when all that begins.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from shadow.emulator.painter import Style


class Fault(StrEnum):
    """What may happen to a request instead of a picture."""

    OVERLOADED = "503 UNAVAILABLE"
    QUOTA = "429 RESOURCE_EXHAUSTED"
    INTERNAL = "500 INTERNAL"
    LATE = "504 DEADLINE_EXCEEDED"
    DROPPED = "connection closed without an answer"
    GARBLED = "200 with a body that is no JSON"
    NO_IMAGE = "200 with finishReason NO_IMAGE"
    IMAGE_SAFETY = "200 with finishReason IMAGE_SAFETY"
    TEXT_ONLY = "200 with STOP and text but no picture"
    BLOCKED = "200 with promptFeedback PROHIBITED_CONTENT"
    EMPTY = "200 with nothing in it"


# These are the line's, not the model's: they strike a request, never the next request for the same brief.
INFRASTRUCTURE = frozenset({Fault.OVERLOADED, Fault.QUOTA, Fault.INTERNAL, Fault.LATE, Fault.DROPPED, Fault.GARBLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a harness should find over the briefs of the grammar, once the scenario has begun.

    Points of quality (0-100; a picture that is missing or fails the gate is 0) and shares of requests. `touched` is
    the share of briefs whose outcome differs; where it is neither all nor none, these differ by `each` ±
    `each_tolerance` points on average. `slowness` is the factor on the time that a picture takes.
    """

    quality: float
    tolerance: float
    touched: float = 1.0
    each: float | None = None
    each_tolerance: float = 0.0
    slowness: float = 1.0
    model_failures: float = 0.0
    infrastructure_failures: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """How a candidate differs, from the picture after its first `after` ones on.

    `style` touches the briefs that have `word` among their words (all where it is empty), and of these the share
    `share`, chosen by a hash of the brief. `ratio` is the shape of every picture whatever was asked, `slowness` a
    factor on its time. `interim` thought pictures come before the final one, whose signature has `signature` bytes.
    """

    name: str
    summary: str
    truth: Truth
    style: Style = field(default_factory=Style)
    word: str = ""
    share: float = 1.0
    faults: tuple[tuple[Fault, float], ...] = ()
    ratio: str = ""
    slowness: float = 1.0
    interim: int = 0
    signature: int = 0
    after: int = 0

    def concerns(self, prompt: str) -> bool:
        """Whether the brief has the word that the style waits for."""
        return not self.word or self.word in re.findall(r"[a-z]+", prompt.lower())


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
                truth=Truth(quality=0.0, tolerance=0.3, touched=0.0),
            ),
            Scenario(
                name="better",
                summary="The candidate's hand is steadier: its pictures stray less from what the brief asks for.",
                style=Style(spread=0.0, texture=1.15, contrast=1.04),
                truth=Truth(quality=3.5, tolerance=1.0),
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
                truth=Truth(
                    quality=-5.0,
                    tolerance=1.0,
                    touched=0.06,
                    each=-82.0,
                    each_tolerance=3.0,
                    model_failures=0.06,
                    infrastructure_failures=0.05,
                ),
            ),
            Scenario(
                name="tail",
                summary="The candidate paints as well, but a few briefs come out nearly grey and flat.",
                style=Style(saturation=0.5, contrast=0.55),
                share=0.08,
                truth=Truth(quality=-3.2, tolerance=0.7, touched=0.08, each=-40.0, each_tolerance=3.0),
            ),
            Scenario(
                name="segment",
                summary="The candidate paints as well, but what lies underwater comes out pale, flat and empty.",
                style=Style(saturation=0.7, contrast=0.755, emptiness=0.4),
                word="underwater",
                truth=Truth(quality=-1.5, tolerance=0.2, touched=0.1, each=-15.0, each_tolerance=2.0),
            ),
            Scenario(
                name="refusals",
                summary="The candidate paints as well, but refuses briefs that the incumbent paints.",
                faults=((Fault.IMAGE_SAFETY, 0.03), (Fault.BLOCKED, 0.02)),
                truth=Truth(
                    quality=-4.1, tolerance=1.0, touched=0.05, each=-82.0, each_tolerance=3.0, model_failures=0.05
                ),
            ),
            Scenario(
                name="ratio",
                summary="The candidate paints square pictures whatever was asked; the others fail the gate.",
                ratio="1:1",
                truth=Truth(quality=-70.0, tolerance=3.0, touched=0.85, each=-82.0, each_tolerance=3.0),
            ),
            Scenario(
                name="slow",
                summary="The candidate paints as well, but takes three times as long.",
                slowness=3.0,
                truth=Truth(quality=0.0, tolerance=0.3, touched=0.0, slowness=3.0),
            ),
            Scenario(
                name="drift",
                summary="The candidate paints as well at first; later its pictures are paler, flatter and emptier.",
                style=Style(saturation=0.81, contrast=0.865, emptiness=0.235),
                after=200,
                truth=Truth(quality=-6.0, tolerance=1.0),
            ),
        )
    }
)
