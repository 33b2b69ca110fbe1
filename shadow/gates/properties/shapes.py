"""Ratio and size: what the brief asked for, what each model family nominally answers, and how far a picture is off.

Models do not answer the ratio that is asked but the nearest one of their own table, whole multiples of 8 or 16 pixels:
up to 1.02 % off for Gemini 3, 2.86 % for Gemini 2.5 (sizes: https://ai.google.dev/gemini-api/docs/image-generation).
What they really send may be off further: 1408 x 768 for 16:9, 3.1 %, was seen. So a size of the family's table is
right however narrow the tolerance is, and everything else is held against the asked ratio with the tolerance.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shadow.gates.decoding import Refused
from shadow.settings import PropertiesSettings

RATIO = re.compile(r"([1-9][0-9]{0,4}):([1-9][0-9]{0,4})")
SIZE = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)(K|PX)?", re.IGNORECASE)
ROUNDING = 6
"""Decimals to which a deviation is rounded before it is compared."""
DEFAULT_SIZE = "1K"
"""What a model makes where no size was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked, and of whom where that is known."""

    ratio: str | None = None
    """"16:9"."""
    size: str | None = None
    """"1K"."""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Width and height in native pixels, upright."""

    width: int
    height: int


GEMINI_3 = {
    "1:1": (1024, 1024),
    "2:3": (848, 1264),
    "3:2": (1264, 848),
    "3:4": (896, 1200),
    "4:3": (1200, 896),
    "4:5": (928, 1152),
    "5:4": (1152, 928),
    "9:16": (768, 1376),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
}
"""Pixels at 1K, Gemini 3 image models."""
TALL_AND_WIDE = {"1:4": (512, 2048), "4:1": (2048, 512), "1:8": (384, 3072), "8:1": (3072, 384)}
"""Pixels at 1K of the ratios that only the flash models have."""
GEMINI_2_5 = {
    "1:1": (1024, 1024),
    "2:3": (832, 1248),
    "3:2": (1248, 832),
    "3:4": (864, 1184),
    "4:3": (1184, 864),
    "4:5": (896, 1152),
    "5:4": (1152, 896),
    "9:16": (768, 1344),
    "16:9": (1344, 768),
    "21:9": (1536, 672),
}
SCALES = {"512": 0.5, "1K": 1.0, "2K": 2.0, "4K": 4.0}
"""A size's sides are those at 1K times this, in every documented cell but one: 21:9 at 512 is documented as 792 x 168,
which is 4.7:1. That cell is left out, so a picture there is held against the asked ratio: 792 x 336 passes."""
NOT_TRUSTED = frozenset({("21:9", "512")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The models that answer with one table of sizes."""

    ratios: Mapping[str, tuple[int, int]]
    """Pixels at 1K by aspect ratio."""
    sizes: tuple[str, ...]

    def nominal(self, ratio: str, size: str) -> tuple[int, int] | None:
        """The pixels documented for a ratio and a size; None where there are none, or none to be trusted."""
        if ratio not in self.ratios or size not in self.sizes or (ratio, size) in NOT_TRUSTED:
            return None
        width, height = self.ratios[ratio]
        return int(width * SCALES[size]), int(height * SCALES[size])


FLASH = Family(ratios=GEMINI_3 | TALL_AND_WIDE, sizes=("512", "1K", "2K", "4K"))
PRO = Family(ratios=GEMINI_3, sizes=("1K", "2K", "4K"))
FAMILIES: Mapping[str, Family] = {
    "gemini-2.5-flash-image": Family(ratios=GEMINI_2_5, sizes=("1K",)),
    "gemini-3-pro-image": PRO,
    "nano-banana-pro": PRO,
    "gemini-3.1-flash-image": FLASH,
    "gemini-3.1-flash-lite-image": Family(ratios=GEMINI_3 | TALL_AND_WIDE, sizes=("1K",)),
    "gemini-nano-banana-2.1": Family(ratios=GEMINI_3 | TALL_AND_WIDE, sizes=("1K", "2K", "4K")),
}
"""By what the model's id begins with."""


def families(model: str) -> tuple[Family, ...]:
    """The family of a model; all of them where it is not known."""
    known = tuple(family for start, family in FAMILIES.items() if model.startswith(start))
    return known or tuple(FAMILIES.values())


def asked_ratio(text: str | None) -> float | None:
    """Width over height of "W:H"; None where nothing that can be read was asked."""
    found = RATIO.fullmatch(text or "")
    return int(found[1]) / int(found[2]) if found else None


def asked_area(text: str | None) -> float | None:
    """Pixels of "512", "512px" or "2K" (1K = 1024 x 1024); None where nothing that can be read was asked."""
    found = SIZE.fullmatch(text or "")
    if found is None:
        return None
    side = float(found[1]) * (1024 if (found[2] or "").upper() == "K" else 1)
    return side * side or None


def deviations(shape: Shape, asked: Asked) -> dict[str, float]:
    """`ratio_deviation` and `size_deviation`, each where it was asked for.

    By which share the larger of found and asked exceeds the smaller: of width over height, and of the area. [0, inf).
    """
    ratio, area = asked_ratio(asked.ratio), asked_area(asked.size)
    found = {}
    if ratio:
        found["ratio_deviation"] = _apart(shape.width / shape.height, ratio)
    if area:
        found["size_deviation"] = _apart(shape.width * shape.height, area)
    return found


def nominal(shape: Shape, asked: Asked) -> bool:
    """Whether these are the very pixels that the model's family documents for what was asked."""
    size = (asked.size or DEFAULT_SIZE).upper().removesuffix("PX")
    cells = (family.nominal(asked.ratio or "", size) for family in families(asked.model))
    return (shape.width, shape.height) in cells


def wrong(shape: Shape, asked: Asked, settings: PropertiesSettings) -> Refused | None:
    """ "wrong ratio", "wrong size", or nothing to say against the shape."""
    if nominal(shape, asked):
        return None
    found = deviations(shape, asked)
    if found.get("ratio_deviation", 0.0) > settings.ratio_tolerance:
        return Refused(label="wrong ratio", reason=f"asked was the aspect ratio {asked.ratio}.")
    if found.get("size_deviation", 0.0) > settings.size_tolerance:
        return Refused(label="wrong size", reason=f"asked was the size {asked.size}.")
    return None


def told(shape: Shape, asked: Asked) -> str:
    """What was asked, in words, and how far the ratio is off where that can be seen."""
    values = ((asked.ratio, asked_ratio(asked.ratio)), (asked.size, asked_area(asked.size)))
    words = [text for text, value in values if text and value]
    return f"asked {' at '.join(words)}" if words else "no shape asked"


def _apart(found: float, asked: float) -> float:
    return round(max(found / asked, asked / found) - 1, ROUNDING)
