"""Ratio and size of a picture against what was asked, per model."""

import pytest

from shadow.gates.properties.shapes import (
    FAMILIES,
    Asked,
    Shape,
    asked_area,
    asked_ratio,
    deviations,
    families,
    nominal,
    wrong,
)
from shadow.settings import PropertiesSettings

SETTINGS = PropertiesSettings()
STRICT = PropertiesSettings(ratio_tolerance=0.0, size_tolerance=0.0)
# https://ai.google.dev/gemini-api/docs/image-generation: pixels at 1K by aspect ratio, Gemini 3 image models. 2K is
# twice, 4K four times, 512 half as many each way (21:9 at 512 as it should be; what is documented is another test).
PIXELS = {
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
    "1:4": (512, 2048),
    "4:1": (2048, 512),
    "1:8": (384, 3072),
    "8:1": (3072, 384),
}
SCALES = {"512": 0.5, "1K": 1, "2K": 2, "4K": 4}
DOCUMENTED = [
    (ratio, size, int(width * scale), int(height * scale))
    for size, scale in SCALES.items()
    for ratio, (width, height) in PIXELS.items()
]
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


def label(width: int, height: int, asked: Asked, settings: PropertiesSettings = SETTINGS) -> str | None:
    """What is wrong with the shape."""
    found = wrong(Shape(width=width, height=height), asked, settings)
    return found.label if found else None


@pytest.mark.parametrize(("ratio", "size", "width", "height"), DOCUMENTED)
def test_every_documented_size_passes(ratio: str, size: str, width: int, height: int) -> None:
    """What Gemini 3 models answer for a ratio and a size is what was asked."""
    asked = Asked(ratio=ratio, size=size)
    assert label(width, height, asked) is None
    assert nominal(Shape(width=width, height=height), asked) is ((ratio, size) != ("21:9", "512"))


@pytest.mark.parametrize(("ratio", "size", "width", "height"), DOCUMENTED)
def test_no_tolerance_refuses_a_nominal_size(ratio: str, size: str, width: int, height: int) -> None:
    """Nominal ratios are up to 1 % off; the model's own table counts however narrow the tolerance is."""
    if (ratio, size) != ("21:9", "512"):
        assert (
            label(width, height, Asked(ratio=ratio, size=size, model="gemini-3.1-flash-image-preview"), STRICT) is None
        )


@pytest.mark.parametrize(("ratio", "size"), GEMINI_2_5.items())
def test_sizes_of_the_generation_before_pass(ratio: str, size: tuple[int, int]) -> None:
    """Gemini 2.5 answers other pixels for the same ratios, off by up to 2.9 %."""
    for settings in (SETTINGS, STRICT):
        asked = Asked(ratio=ratio, size="1K", model="gemini-2.5-flash-image")
        assert label(*size, asked, settings) is None


def test_nominal_sizes_are_off_by_what_is_documented() -> None:
    """1.02 % at most for Gemini 3, 2.86 % for Gemini 2.5: the tolerance must be larger than that."""
    worst = {}
    for start in ("gemini-3.1-flash-image", "gemini-2.5-flash-image"):
        cells = FAMILIES[start].ratios.items()
        found = [deviations(Shape(width=w, height=h), Asked(ratio=ratio))["ratio_deviation"] for ratio, (w, h) in cells]
        worst[start] = max(found)
    assert worst == {"gemini-3.1-flash-image": pytest.approx(0.0102, abs=1e-4), "gemini-2.5-flash-image": 0.028571}
    assert max(worst.values()) < SETTINGS.ratio_tolerance


def test_the_documented_cell_that_is_wrong_fails() -> None:
    """792 x 168, documented for 21:9 at 512, is no 21:9; half of the size at 1K is."""
    asked = Asked(ratio="21:9", size="512", model="gemini-3.1-flash-image")
    assert label(792, 168, asked) == "wrong ratio"
    assert label(792, 336, asked) is None


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("gemini-3-pro-image", ("gemini-3-pro-image",)),
        ("gemini-3-pro-image-preview", ("gemini-3-pro-image",)),
        ("gemini-3.1-flash-lite-image", ("gemini-3.1-flash-lite-image",)),
        ("dall-e-9", tuple(FAMILIES)),
        ("", tuple(FAMILIES)),
    ],
)
def test_a_model_has_its_family_s_sizes(model: str, known: tuple[str, ...]) -> None:
    """Families are told by what the id begins with; a model nobody knows may answer any nominal size."""
    assert families(model) == tuple(FAMILIES[name] for name in known)


def test_a_size_a_family_lacks_is_not_nominal() -> None:
    """The lite model makes 1K alone, the pro model no 1:8."""
    four_k = Shape(width=4096, height=4096)
    assert not nominal(four_k, Asked(ratio="1:1", size="4K", model="gemini-3.1-flash-lite-image"))
    assert not nominal(Shape(width=384, height=3072), Asked(ratio="1:8", size="1K", model="gemini-3-pro-image"))
    assert nominal(four_k, Asked(ratio="1:1", size="4K", model="gemini-3-pro-image"))


def test_what_was_seen_on_the_wire_passes() -> None:
    """1408 x 768 is no documented size and was answered by Gemini 3.x models for 16:9."""
    assert label(1408, 768, Asked(ratio="16:9", size="1K", model="gemini-3-pro-image")) is None
    assert deviations(Shape(width=1408, height=768), Asked(ratio="16:9")) == {"ratio_deviation": 0.03125}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("16:9", 16 / 9), ("1:1", 1.0), ("", None), (None, None), ("0:1", None), ("16/9", None), ("-1:2", None)],
)
def test_reading_an_asked_ratio(text: str | None, expected: float | None) -> None:
    """Two positive whole numbers with a colon; anything else asks nothing."""
    assert asked_ratio(text) == expected


@pytest.mark.parametrize(
    ("text", "side"),
    [("512", 512), ("512px", 512), ("1K", 1024), ("4K", 4096), ("0.5K", 512), ("big", None), (None, None), ("0", None)],
)
def test_reading_an_asked_size(text: str | None, side: int | None) -> None:
    """Pixels or thousands of pixels of a square's side; anything else asks nothing."""
    assert asked_area(text) == (None if side is None else side * side)
