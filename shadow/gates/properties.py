"""The first layer: can the picture be decoded, is there anything on it, has it the shape that was asked for?"""

import re

from shadow.brief import Brief
from shadow.finding import Finding
from shadow.gates.decoding import Decoded, Refused, decode
from shadow.gates.features import Measured, deviation, measure
from shadow.pair import Image
from shadow.settings import PropertiesSettings

RATIO = re.compile(r"([1-9][0-9]{0,4}):([1-9][0-9]{0,4})")
SIZE = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)(K|PX)?", re.IGNORECASE)
ROUNDING = 6
"""Decimals to which a deviation is rounded before it is compared."""


class PropertiesLayer:
    """Decodes the picture whole, measures it, holds its shape against the brief. Asks nobody, costs no call.

    Its finding has no score: features are described and never gate.
    """

    name = "properties"

    def __init__(self, settings: PropertiesSettings) -> None:
        """`settings` are the bounds and the tolerances."""
        self._settings = settings

    def check(self, brief: Brief, image: Image) -> Finding:
        """Features, or a hard failure. Never raises, whatever the bytes are.

        Hard failures are the labels of `decode` and "flat", "wrong ratio", "wrong size"; the last three come with the
        features. Missing: "out of memory", when this machine could not hold the picture.
        """
        try:
            decoded = decode(image.data, self._settings)
            if isinstance(decoded, Refused):
                return Finding(layer=self.name, hard_failure=decoded.label, reason=decoded.reason)
            return self._described(brief, decoded)
        except MemoryError:
            return Finding(layer=self.name, missing="out of memory", reason="The picture did not fit into memory.")

    def _described(self, brief: Brief, decoded: Decoded) -> Finding:
        measured = Measured.of(decoded)
        refused = self._flat(measured) or self._shape(brief, decoded)
        size = f"{decoded.format}, {decoded.width} x {decoded.height} pixels"
        return Finding(
            layer=self.name,
            features=measure(measured),
            hard_failure=refused.label if refused else None,
            reason=f"{size}: {refused.reason}" if refused else f"{size}, {_asked(brief)}.",
        )

    def _flat(self, measured: Measured) -> Refused | None:
        found, least = round(deviation(measured), ROUNDING), self._settings.flat_deviation
        if found >= least:
            return None
        return Refused(label="flat", reason=f"deviates by {found:.2f} of 255 grey levels; under {least:g} it is empty.")

    def _shape(self, brief: Brief, decoded: Decoded) -> Refused | None:
        ratio, area = asked_ratio(brief.aspect_ratio), asked_area(brief.image_size)
        if ratio and _apart(decoded.width / decoded.height, ratio) > self._settings.ratio_tolerance:
            return Refused(label="wrong ratio", reason=f"asked was the aspect ratio {brief.aspect_ratio}.")
        if area and _apart(decoded.width * decoded.height, area) > self._settings.size_tolerance:
            return Refused(label="wrong size", reason=f"asked was the size {brief.image_size}.")
        return None


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


def _apart(found: float, asked: float) -> float:
    """By which share the larger exceeds the smaller."""
    return round(max(found / asked, asked / found) - 1, ROUNDING)


def _asked(brief: Brief) -> str:
    ratio, size = brief.aspect_ratio, brief.image_size
    asked = [text for text, value in ((ratio, asked_ratio(ratio)), (size, asked_area(size))) if text and value]
    return f"asked {' at '.join(asked)}" if asked else "no shape asked"
