"""A judge that knows the words of a brief and the pixels of a picture, and nothing else: a score, a reason, marks.

It imagines the brief, looks at the picture, and takes points off for every attribute that strays from what it imagined.
Whose picture it is never reaches this file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from shadow.emulator.look import Look, imagine, look_at
from shadow.emulator.scene import read_scene
from shadow.emulator.seeds import chance_of

_PERFECT = 89.5
_BRIEF_SPREAD = 5.0
_ANSWER_SPREAD = 3.5
_MARK_SPREAD = 2.0
_ROUNDED = 0.6
_ARTEFACT = 0.012
_ARTEFACT_LOSS = (22.0, 45.0)
_UNNOTICED = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """How much one attribute matters: points lost per `tolerance`, and the words for too little and too much."""

    points: float
    tolerance: float
    less: str
    more: str

    def loss(self, deviation: float) -> float:
        """Points lost: about quadratic within the tolerance and linear beyond (pseudo-Huber)."""
        return self.points * (float(np.hypot(1.0, deviation / self.tolerance)) - 1.0)


ASPECTS: MappingProxyType[str, Aspect] = MappingProxyType(
    {
        "palette": Aspect(
            points=6.0,
            tolerance=0.06,
            less="The palette strays from the colours that the brief describes.",
            more="The palette strays from the colours that the brief describes.",
        ),
        "composition": Aspect(
            points=6.0,
            tolerance=0.06,
            less="Light and masses lie elsewhere than the brief leads one to expect.",
            more="Light and masses lie elsewhere than the brief leads one to expect.",
        ),
        "saturation": Aspect(
            points=6.0,
            tolerance=0.2,
            less="The colours are paler than the brief asks for; the picture looks washed out.",
            more="The colours are louder than the brief asks for.",
        ),
        "contrast": Aspect(
            points=6.0,
            tolerance=0.2,
            less="Light and dark lie too close together; the picture looks flat.",
            more="Light and dark are set against each other more harshly than the brief asks for.",
        ),
        "sharpness": Aspect(
            points=3.0,
            tolerance=0.4,
            less="Surfaces look soft and lack fine texture.",
            more="Surfaces look noisy and over-sharpened.",
        ),
        "horizon": Aspect(
            points=2.0,
            tolerance=0.2,
            less="The horizon sits higher than fits the scene.",
            more="The horizon sits lower than fits the scene.",
        ),
        "emptiness": Aspect(
            points=4.0,
            tolerance=0.15,
            less="The picture is busier than the brief asks for and leaves little negative space.",
            more="Much of the picture is left empty; there is more negative space than the brief asks for.",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A score of 0-100, the reason in words, and for each aspect a mark of 0-100."""

    score: int
    reason: str
    marks: Mapping[str, int]


def judge(brief: str, image: bytes, *, seed: object = 0, time: int = 0) -> Judgement:
    """The judgement of encoded picture bytes; the same four, the same. Raises OSError where they are no picture.

    Asked another `time` it wavers, as models do; how strict it is with a brief, and what spoils a picture, stays.
    """
    deviations = _deviations(look_at(image), imagine(read_scene(brief)))
    losses = {name: ASPECTS[name].loss(deviation) for name, deviation in deviations.items()}
    chance = chance_of("judge", brief, image, seed)
    strictness = _BRIEF_SPREAD * float(chance_of("strictness", brief, seed).normal())
    artefact = float(chance.uniform(*_ARTEFACT_LOSS)) if chance.random() < _ARTEFACT else 0.0
    if time:
        chance = chance_of("judge", brief, image, seed, time)
    exact = _PERFECT - sum(losses.values()) - strictness + _ANSWER_SPREAD * float(chance.normal()) - artefact
    rounded = 5 * round(exact / 5) if chance.random() < _ROUNDED else round(exact)
    return Judgement(
        score=min(max(rounded, 0), 100),
        reason=_reason(deviations, losses, artefact),
        marks={name: _mark(loss, float(chance.normal())) for name, loss in losses.items()},
    )


def _mark(loss: float, chance: float) -> int:
    return min(max(round(100 - 4 * loss + _MARK_SPREAD * chance), 0), 100)


def _deviations(seen: Look, expected: Look) -> dict[str, float]:
    """By aspect, how far the picture is from what was expected: distances for colours, log ratios for strengths."""
    apart = seen.cells - expected.cells
    return {
        "palette": float(np.sqrt((apart[:, 1:] ** 2).sum(axis=1).mean())),
        "composition": float(np.sqrt((apart[:, 0] ** 2).mean())),
        "saturation": _log_ratio(seen.saturation, expected.saturation),
        "contrast": _log_ratio(seen.contrast, expected.contrast),
        "sharpness": _log_ratio(seen.sharpness, expected.sharpness),
        "horizon": seen.horizon - expected.horizon,
        "emptiness": seen.emptiness - expected.emptiness,
    }


def _log_ratio(seen: float, expected: float) -> float:
    return float(np.log((seen + 0.02) / (expected + 0.02)))


def _reason(deviations: Mapping[str, float], losses: Mapping[str, float], artefact: float) -> str:
    """The largest loss in words, the second when it is felt too."""
    if artefact:
        return "An artefact that nothing in the brief explains spoils the picture."
    worst = sorted(losses, key=lambda name: -losses[name])[:2]
    felt = [name for name in worst if losses[name] >= _UNNOTICED]
    if not felt:
        return "The picture follows the brief closely; palette, light and composition fit."
    return " ".join(ASPECTS[name].less if deviations[name] < 0 else ASPECTS[name].more for name in felt)
