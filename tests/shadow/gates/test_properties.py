"""The properties layer holds a picture's shape against what was asked, and never raises."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from PIL import Image as Pillow

from shadow.finding import Finding
from shadow.gates.features import FEATURES
from shadow.gates.properties import PropertiesLayer, asked_area, asked_ratio
from shadow.pair import Image
from shadow.settings import PropertiesSettings

LAYER = PropertiesLayer(PropertiesSettings())
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


@pytest.fixture
def painted(saved: Callable) -> Callable[[int, int], Image]:
    """A picture of any size that is not flat."""

    def paint(width: int, height: int) -> Image:
        picture = Pillow.linear_gradient("L").resize((width, height), Pillow.Resampling.NEAREST)
        return Image.of(saved(picture, "JPEG", quality=30))

    return paint


@pytest.mark.parametrize(("ratio", "size", "width", "height"), DOCUMENTED)
def test_every_documented_size_passes(
    ratio: str, size: str, width: int, height: int, ask: Callable, painted: Callable
) -> None:
    """What Gemini 3 models answer for a ratio and a size is what was asked."""
    found = LAYER.check(ask(aspect_ratio=ratio, image_size=size), painted(width, height))
    assert found.hard_failure is None, found.reason
    assert found.reason.startswith(f"JPEG, {width} x {height} pixels, asked {ratio} at {size}")


@pytest.mark.parametrize(("ratio", "size"), GEMINI_2_5.items())
def test_sizes_of_the_generation_before_pass(
    ratio: str, size: tuple[int, int], ask: Callable, painted: Callable
) -> None:
    """Gemini 2.5 answers other pixels for the same ratios, off by up to 2.9 %."""
    assert LAYER.check(ask(aspect_ratio=ratio, image_size="1K"), painted(*size)).hard_failure is None


def test_the_documented_cell_that_is_wrong_fails(ask: Callable, painted: Callable) -> None:
    """792 x 168, documented for 21:9 at 512, is no 21:9."""
    assert LAYER.check(ask(aspect_ratio="21:9", image_size="512"), painted(792, 168)).hard_failure == "wrong ratio"


@pytest.mark.parametrize(
    ("asked", "size", "expected"),
    [
        ({}, (1408, 768), None),
        ({"aspect_ratio": "16:9"}, (1024, 1024), "wrong ratio"),
        ({"aspect_ratio": "16:9"}, (768, 1376), "wrong ratio"),
        ({"aspect_ratio": "4:5"}, (896, 1200), "wrong ratio"),
        ({"aspect_ratio": "1:1", "image_size": "2K"}, (1024, 1024), "wrong size"),
        ({"image_size": "4K"}, (2752, 1536), "wrong size"),
        ({"image_size": "1K"}, (2752, 1536), "wrong size"),
        ({"aspect_ratio": "16:9", "image_size": "2K"}, (1024, 1024), "wrong ratio"),
        ({"aspect_ratio": "auto", "image_size": "large"}, (640, 480), None),
        ({"aspect_ratio": "0:9", "image_size": "0"}, (640, 480), None),
    ],
)
def test_shape_is_held_against_the_brief(
    asked: dict[str, str], size: tuple[int, int], expected: str | None, ask: Callable, painted: Callable
) -> None:
    """Ratio and size are checked where they were asked and can be read, the ratio first."""
    found = LAYER.check(ask(**asked), painted(*size))
    assert found.hard_failure == expected
    assert set(found.features) == {name for name, _ in FEATURES}


def test_orientation_counts_for_the_ratio(ask: Callable, saved: Callable) -> None:
    """A picture stored lying and shown standing is portrait."""
    exif = Pillow.Exif()
    exif[0x0112] = 6
    lying = Image.of(saved(Pillow.radial_gradient("L").resize((1376, 768)), "JPEG", exif=exif))
    assert LAYER.check(ask(aspect_ratio="9:16"), lying).hard_failure is None
    assert LAYER.check(ask(aspect_ratio="16:9"), lying).hard_failure == "wrong ratio"


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


def test_a_flat_picture_fails(ask: Callable, saved: Callable) -> None:
    """One colour all over is a hard failure, with its features; JPEG noise on it changes nothing."""
    for kind in ("PNG", "JPEG", "WEBP"):
        found = LAYER.check(ask(), Image.of(saved(Pillow.new("RGB", (256, 256), (90, 40, 200)), kind)))
        assert found.hard_failure == "flat"
        assert found.features["contrast"] < 2


def test_a_small_motif_on_an_empty_ground_is_not_flat(ask: Callable, saved: Callable) -> None:
    """Negative space is no fault: a motif on a thousandth of the picture is enough."""
    picture = Pillow.new("RGB", (1024, 1024), "white")
    picture.paste("black", (500, 500, 532, 532))
    found = LAYER.check(ask(), Image.of(saved(picture, "PNG")))
    assert found.hard_failure is None
    assert found.features["negative_space"] > 0.99


@pytest.mark.parametrize("data", [b"", b"words", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, b"\xff\xd8\xff\xda" * 9])
def test_a_refusal_is_a_finding(data: bytes, ask: Callable) -> None:
    """What cannot be decoded is a hard failure with its reason, without score and features."""
    found = LAYER.check(ask(aspect_ratio="1:1"), Image.of(data))
    assert found.hard_failure is not None
    assert found == Finding(layer="properties", hard_failure=found.hard_failure, reason=found.reason)
    assert found.reason


def test_the_layer_has_no_score(ask: Callable, painted: Callable) -> None:
    """Features are described and never gate, so there is nothing to put a cut on."""
    found = LAYER.check(ask(), painted(64, 64))
    assert (found.score, found.missing, found.hard_failure) == (None, None, None)
    assert Finding.from_record(found.to_record()) == found


STARVED = """
import io, resource
from PIL import Image as Pillow
from shadow.brief import Brief
from shadow.gates.properties import PropertiesLayer
from shadow.pair import Image
from shadow.settings import PropertiesSettings
stream = io.BytesIO()
Pillow.linear_gradient("L").resize((10_000, 10_000), Pillow.Resampling.NEAREST).save(stream, "PNG", compress_level=1)
image = Image.of(stream.getvalue())
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 20_000_000, -1))
found = PropertiesLayer(PropertiesSettings(max_pixels=100_000_000)).check(Brief(parts=()), image)
print(found.missing, found.hard_failure)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="bounds its own memory through /proc and RLIMIT_AS")
def test_a_machine_without_memory_is_not_the_picture_s_fault() -> None:
    """A good picture that does not fit into memory is missing, not a failure, and the process lives on."""
    done = subprocess.run([sys.executable, "-c", STARVED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == ("out of memory None", "")
