"""The properties layer holds a picture's shape against what was asked, and never raises."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from shadow.finding import Finding
from shadow.gates.darkroom import Answer, Darkrooms, Ended
from shadow.gates.darkroom.room import Darkroom
from shadow.gates.properties import PropertiesLayer, examined
from shadow.gates.properties.examination import ALWAYS, WHERE_ASKED
from shadow.pair import Image
from shadow.settings import PropertiesSettings, TargetSettings

LAYER = PropertiesLayer(PropertiesSettings())


@pytest.fixture
def painted(saved: Callable) -> Callable[[int, int], Image]:
    """A picture of any size that is not flat."""

    def paint(width: int, height: int) -> Image:
        picture = Pillow.linear_gradient("L").resize((width, height), Pillow.Resampling.NEAREST)
        return Image.of(saved(picture, "JPEG", quality=30))

    return paint


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
    told = {"aspect_ratio": ("16:9", "4:5", "1:1"), "image_size": ("2K", "4K", "1K")}
    given = [name for name, key in zip(WHERE_ASKED, told, strict=True) if asked.get(key) in told[key]]
    assert set(found.features) == {*ALWAYS, *given}


def test_orientation_counts_for_the_ratio(ask: Callable, saved: Callable) -> None:
    """A picture stored lying and shown standing is portrait."""
    exif = Pillow.Exif()
    exif[0x0112] = 6
    lying = Image.of(saved(Pillow.radial_gradient("L").resize((1376, 768)), "JPEG", exif=exif))
    assert LAYER.check(ask(aspect_ratio="9:16"), lying).hard_failure is None
    assert LAYER.check(ask(aspect_ratio="16:9"), lying).hard_failure == "wrong ratio"


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
from shadow.gates.properties.examination import examine
from shadow.gates.properties.shapes import Asked
from shadow.settings import PropertiesSettings
stream = io.BytesIO()
Pillow.linear_gradient("L").resize((10_000, 10_000), Pillow.Resampling.NEAREST).save(stream, "PNG", compress_level=1)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 20_000_000, -1))
try:
    examine(stream.getvalue(), PropertiesSettings(max_pixels=100_000_000), Asked())
except MemoryError:
    print("out of memory")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="bounds its own memory through /proc and RLIMIT_AS")
def test_a_machine_without_memory_is_not_the_picture_s_fault() -> None:
    """A good picture that does not fit into memory raises MemoryError alone, and the process lives on."""
    done = subprocess.run([sys.executable, "-c", STARVED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == ("out of memory", "")


def test_a_decode_without_end_is_refused(ask: Callable, saved: Callable) -> None:
    """A picture that takes more processor time than it may is refused by name, and the next one is looked at."""
    noise = Pillow.effect_noise((1500, 1500), 60).convert("RGB")
    impatient = PropertiesLayer(PropertiesSettings(max_seconds=0.02))
    found = impatient.check(ask(), Image.of(saved(noise, "PNG", compress_level=1)))
    assert (found.hard_failure, found.features) == ("too slow", {})
    assert found.reason == "It took more than 0.02 s of processor time."
    assert LAYER.check(ask(), Image.of(saved(noise.crop((0, 0, 64, 64)), "PNG"))).hard_failure is None


def broken_rooms(job: str) -> Darkrooms:
    """Darkrooms in which every picture meets this job of tests/support/darkroom_jobs.py."""
    script = Path(__file__).parents[3] / "support" / "darkroom_jobs.py"

    class Broken(Darkroom):
        def ask(self, words: Mapping[str, object], data: bytes, *, patience: float) -> Answer | Ended:
            return super().ask({**words, "job": job}, data, patience=0.5 if job == "sleep" else patience)

    return Darkrooms(lambda: Broken([sys.executable, str(script)]), at_once=1)


@pytest.mark.parametrize(
    ("job", "hard_failure", "missing"),
    [("crash", "undecodable", None), ("sleep", None, "no answer"), ("devour", None, "out of memory")],
)
def test_whatever_happens_apart_is_a_finding(
    job: str, hard_failure: str | None, missing: str | None, ask: Callable
) -> None:
    """A crash is the picture's fault; silence and want of memory are the machine's, and nothing is known."""
    rooms = broken_rooms(job)
    found = PropertiesLayer(PropertiesSettings(), rooms).check(ask(), Image.of(b"any"))
    rooms.close()
    assert (found.hard_failure, found.missing, found.features) == (hard_failure, missing, {})
    assert found.reason


def test_bytes_alone_are_enough(saved: Callable, scene: Pillow.Image, ask: Callable) -> None:
    """One file can be looked at without config, key or brief; a brief holds its shape against what was asked."""
    data = saved(scene, "WEBP", lossless=True)
    found = examined(data)
    assert (found.hard_failure, found.reason) == (None, "WebP, 512 x 512 pixels, no shape asked.")
    assert examined(data, ask(aspect_ratio="16:9")).hard_failure == "wrong ratio"
    assert examined(b"").hard_failure == "empty"


def test_the_model_s_own_sizes_count(ask: Callable, painted: Callable) -> None:
    """With a narrow tolerance the nominal size of the model that answered is right, that of another family is not."""
    strict = PropertiesSettings(ratio_tolerance=0.005)
    data = painted(1152, 896).data
    for model, expected in (("gemini-2.5-flash-image", None), ("gemini-3-pro-image", "wrong ratio"), ("", None)):
        assert examined(data, ask(aspect_ratio="5:4"), settings=strict, model=model).hard_failure == expected


def test_screens_are_measured_and_may_refuse(ask: Callable, saved: Callable) -> None:
    """Each target of the config gives its features and, where it has limits, a hard failure."""
    picture = Pillow.new("L", (1376, 768), 30)
    picture.paste(230, (40, 300, 200, 460))
    targets = {"phone": TargetSettings(size="1440x3200", max_loss=0.5), "desktop": TargetSettings(size="1376x768")}
    found = examined(saved(picture, "PNG"), settings=PropertiesSettings(targets=targets))
    assert found.hard_failure == "crop loses subject"
    assert found.features["crop_loss_phone"] > 0.9
    assert (found.features["crop_loss_desktop"], found.features["resolution_desktop"]) == (0, 1)
    small = PropertiesSettings(targets={"tv": TargetSettings(size="3840x2160", min_resolution=0.5)})
    assert examined(saved(picture, "PNG"), settings=small).hard_failure == "too small for target"


def test_bars_are_told_and_may_refuse(saved: Callable, scene: Pillow.Image) -> None:
    """A letterboxed picture says so; it is refused only where a limit is set."""
    picture = Pillow.new("RGB", (512, 512))
    picture.paste(scene.resize((512, 288)), (0, 112))
    data = saved(picture, "JPEG", quality=90)
    found = examined(data)
    assert (found.hard_failure, round(found.features["bars"], 2)) == (None, 0.44)
    assert found.reason == "JPEG, 512 x 512 pixels, no shape asked; bars cover 44%."
    assert examined(data, settings=PropertiesSettings(max_bars=0.2)).hard_failure == "letterboxed"


def test_one_colour_under_noise_is_near_flat(saved: Callable) -> None:
    """Noise does not make a picture of an empty one."""
    grain = np.random.default_rng(5).normal(120, 3, (1024, 1024, 1)).repeat(3, axis=2)
    found = examined(saved(Pillow.fromarray(grain.astype(np.uint8)), "PNG"))
    assert found.hard_failure == "near flat"
    assert found.features["contrast"] > 2
