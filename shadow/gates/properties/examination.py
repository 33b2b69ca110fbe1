"""Bytes in, finding out: the whole of the layer as one function, without a process apart."""

from shadow.finding import Finding
from shadow.gates.decoding import Decoded, Refused, decode
from shadow.gates.features import FEATURES, Measured, measure
from shadow.gates.properties import likeness, shapes, surface, targets
from shadow.gates.properties.shapes import Asked
from shadow.settings import PropertiesSettings

NAME = "properties"
ALWAYS = (*(name for name, _ in FEATURES), "bars", "banding", likeness.FEATURE)
"""The features that every decoded picture has."""
WHERE_ASKED = ("ratio_deviation", "size_deviation")
"""Those it has where the brief asked for a ratio or a size."""


def examine(data: bytes, settings: PropertiesSettings, asked: Asked) -> Finding:
    """Features, or a hard failure. Raises `MemoryError` alone.

    Hard failures are the labels of `decode` and, with all features, "flat", "near flat", "wrong ratio", "wrong size",
    "letterboxed", "crop loses subject", "too small for target".
    """
    decoded = decode(data, settings)
    if isinstance(decoded, Refused):
        return Finding(layer=NAME, hard_failure=decoded.label, reason=decoded.reason)
    return _described(decoded, settings, asked)


def _described(decoded: Decoded, settings: PropertiesSettings, asked: Asked) -> Finding:
    measured = Measured.of(decoded)
    shape = shapes.Shape(width=decoded.width, height=decoded.height)
    bars = surface.bars(measured.grey)
    crops = targets.crops(measured.grey, shape, settings.targets)
    features = {
        **measure(measured),
        "bars": bars,
        "banding": surface.banding(measured.grey),
        **shapes.deviations(shape, asked),
        **{name: value for crop in crops for name, value in crop.features.items()},
        likeness.FEATURE: float(likeness.fingerprint(measured.grey)),
    }
    refused = (
        surface.flat(measured, settings.flat_deviation)
        or shapes.wrong(shape, asked, settings)
        or surface.letterboxed(bars, settings.max_bars)
        or targets.refused(crops, settings.targets)
    )
    told = f"{decoded.format}, {decoded.width} x {decoded.height} pixels"
    notes = "; ".join((shapes.told(shape, asked), *surface.told(bars, features["banding"]), *map(str, crops)))
    return Finding(
        layer=NAME,
        features=features,
        hard_failure=refused.label if refused else None,
        reason=f"{told}: {refused.reason}" if refused else f"{told}, {notes}.",
    )
