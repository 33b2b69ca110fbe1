"""The words of a brief as a scene: everything a painter, an embedder and a judge agree that the words ask for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from shadow.emulator.colour import Colour, lit, mixed, turned
from shadow.emulator.vocabulary import (
    ACCENTS,
    COLOUR_WORDS,
    GROUNDS,
    LIGHTS,
    MOOD_WORDS,
    PLACE_WORDS,
    STYLE_WORDS,
    SUBJECT_WORDS,
    SUBJECTS,
    TIME_WORDS,
    WEATHER_WORDS,
    Hand,
    Light,
    Mood,
    Weather,
)

Meaning = TypeVar("Meaning")

_INDOORS = frozenset({"underwater", "space", "abstract", "minimal", "botanical", "architecture"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a brief asks to see. Positions and sizes are fractions of the picture; factors are around 1.

    `layout` holds three numbers in [0, 1) that fix how a composition without a place lies.
    """

    place: str
    top: Colour
    low: Colour
    ground: Colour
    accent: Colour
    glow: Colour
    horizon: float
    light_at: tuple[float, float]
    stars: bool
    clouds: float
    fog: float
    fall: str
    subject: str
    subject_at: float
    subject_size: float
    density: float
    saturation: float
    contrast: float
    brightness: float
    weave: str
    texture: float
    layout: tuple[float, float, float]


def read_scene(brief: str) -> Scene:
    """The scene of any text, known words first and a hash of the words for the rest; the same text, the same scene."""
    words = _words(brief)
    chance = _Chance(" ".join(words))
    place = _first(words, PLACE_WORDS) or chance.of(tuple(GROUNDS))
    light = LIGHTS[_first(words, TIME_WORDS) or chance.of(tuple(LIGHTS))]
    weather = _first(words, WEATHER_WORDS) or Weather(clouds=chance.between(0.0, 0.5))
    hand = _first(words, STYLE_WORDS) or Hand(weave="fine", texture=chance.between(0.8, 1.2))
    mood = _mood(words)
    top, low, ground, accent = _palette(words, place, light, chance)
    return Scene(
        place=place,
        top=top,
        low=low,
        ground=ground,
        accent=accent,
        glow=light.glow,
        horizon=chance.between(0.42, 0.72),
        light_at=(chance.between(0.15, 0.85), light.height * chance.between(0.8, 1.1)),
        stars=light.stars,
        clouds=weather.clouds,
        fog=weather.fog,
        fall=weather.fall,
        subject="fish" if place == "underwater" else _first(words, SUBJECT_WORDS) or chance.of(SUBJECTS),
        subject_at=chance.between(0.2, 0.8),
        subject_size=chance.between(0.16, 0.32),
        density=min(max(mood.density * chance.between(0.75, 1.1), 0.2), 1.5),
        saturation=mood.saturation * chance.between(1.15, 1.4),
        contrast=mood.contrast * chance.between(0.94, 1.06),
        brightness=mood.brightness * light.brightness,
        weave=hand.weave,
        texture=hand.texture,
        layout=(chance.between(0, 1), chance.between(0, 1), chance.between(0, 1)),
    )


class _Chance:
    """Reproducible choices for what the words leave open, each taken from the next bytes of a hash of the words."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken = 0

    def between(self, low: float, high: float) -> float:
        self._taken += 1
        digest = sha256(f"{self._taken}:{self._text}".encode()).digest()
        return low + (high - low) * int.from_bytes(digest[:4], "big") / 2**32

    def of(self, choices: tuple[str, ...]) -> str:
        return choices[int(self.between(0, len(choices)))]


def _words(brief: str) -> list[str]:
    """Lower-case words, each in its singular when only that is known."""
    return [_singular(word) for word in re.findall(r"[a-z]+", brief.lower())]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _first(words: list[str], meanings: Mapping[str, Meaning]) -> Meaning | None:
    return next((meanings[word] for word in words if word in meanings), None)


def _mood(words: list[str]) -> Mood:
    found = [MOOD_WORDS[word] for word in dict.fromkeys(words) if word in MOOD_WORDS]
    total = Mood()
    for mood in found:
        total = Mood(
            saturation=total.saturation * mood.saturation,
            contrast=total.contrast * mood.contrast,
            brightness=total.brightness * mood.brightness,
            density=total.density * mood.density,
        )
    return total


def _palette(words: list[str], place: str, light: Light, chance: _Chance) -> tuple[Colour, Colour, Colour, Colour]:
    """Backdrop's top and low, ground, accent: place and time first, then the colours named in the brief."""
    named = [COLOUR_WORDS[word] for word in dict.fromkeys(words) if word in COLOUR_WORDS][:3]
    turn = chance.between(-18, 18)
    ground = turned(GROUNDS[place], turn)
    top, low = turned(light.top, turn), turned(light.low, turn)
    if place in _INDOORS:
        top, low = mixed(top, lit(ground, -0.25), 0.65), mixed(low, lit(ground, 0.25), 0.65)
    accent = named[0] if named else COLOUR_WORDS[chance.of(ACCENTS)]
    if named:
        low = mixed(low, named[0], 0.4)
        ground = mixed(ground, named[-1], 0.35)
        top = mixed(top, named[len(named) // 2], 0.3)
    return top, low, mixed(ground, light.low, 0.12), lit(accent, 0.1)
