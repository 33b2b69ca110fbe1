"""Bytes become pixels, or a refusal by name; nothing else may happen."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageFile, ImageOps

from shadow.gates.decoding import Decoded, Refused, decode, presented
from shadow.pair import Image
from shadow.settings import PropertiesSettings

LIMITS = PropertiesSettings()


def decoded(data: bytes) -> Decoded:
    """The picture, which must not be refused."""
    found = decode(data, LIMITS)
    assert isinstance(found, Decoded), found
    return found


def label(data: bytes, limits: PropertiesSettings = LIMITS) -> str:
    """Why the bytes are refused."""
    found = decode(data, limits)
    assert isinstance(found, Refused)
    assert found.reason.endswith(".")
    return found.label


def png_header(width: int, height: int, *, depth: int = 8, colour: int = 2, body: bytes = b"") -> bytes:
    """A PNG that declares anything and holds one IDAT chunk of `body`."""
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)), (b"IDAT", body), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_bomb_is_refused_by_its_header() -> None:
    """A file of a hundred bytes that declares 17000 x 17000 pixels is refused without a decode."""
    bomb = png_header(17_000, 17_000)
    assert len(bomb) < 100
    assert label(bomb) == "too many pixels"


def test_a_webp_bomb_is_refused_before_its_decoder_is_made() -> None:
    """The WebP decoder allocates its canvas when it is made, so the header is read first."""
    body = b"\0\0\0\0" + b"\xff\x3f\x00" * 2
    assert label(b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0" + body) == "too many pixels"


def test_a_jpeg_of_countless_scans_is_refused(saved: Callable) -> None:
    """A progressive JPEG that repeats its last scan costs a pass over every pixel each time, so scans are bounded."""
    data = saved(Pillow.new("L", (1000, 1000), 128), "JPEG", progressive=True)
    start, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    bomb = data[:end] + data[start:end] * 2000 + data[end:]
    assert len(bomb) < 200_000
    assert label(bomb) == "too complex"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"just some words\n", "unknown format"),
        (b"<svg onload='alert(1)'/>", "unknown format"),
        (b"%PDF-1.7\n", "unknown format"),
        (b"\x89PNG\r\n\x1a\n", "undecodable"),
        (b"\xff\xd8\xff", "undecodable"),
        (b"RIFF\0\0\0\0WEBP", "undecodable"),
        (b"GIF89a", "unsupported format"),
        (b"BM", "unsupported format"),
        (b"II*\0", "unsupported format"),
        (b"\0\0\0\x1cftypavif", "unsupported format"),
        (png_header(0, 5), "undecodable"),
        (png_header(5, 5), "undecodable"),
        (png_header(5, 5, depth=3), "undecodable"),
        (png_header(1, 1, body=zlib.compress(b"")), "undecodable"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(data: bytes, expected: str) -> None:
    """Empty, unknown, unsupported and headless files each have their label."""
    assert label(data) == expected


def test_too_many_bytes_are_refused_undecoded(saved: Callable) -> None:
    """A file over the limit of bytes is not read."""
    data = saved(Pillow.radial_gradient("L"), "PNG")
    assert label(data, PropertiesSettings(max_bytes=len(data) - 1)) == "too many bytes"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(kind: str, share: float, saved: Callable, scene: Pillow.Image) -> None:
    """A file cut anywhere is caught, though it opens."""
    data = saved(scene, kind)
    assert label(data[: int(len(data) * share)]) == "undecodable"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_refused_by_name(kind: str, saved: Callable) -> None:
    """An animated PNG or WebP is refused: only a still can be judged."""
    frames = [Pillow.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    assert label(saved(frames[0], kind, save_all=True, append_images=frames[1:])) == "animated"


def test_an_animated_gif_is_refused_by_its_format(saved: Callable) -> None:
    """A GIF, animated or not, is no format that is decoded."""
    frames = [Pillow.new("P", (8, 8), colour) for colour in (1, 2)]
    found = decode(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), LIMITS)
    assert found == Refused(label="unsupported format", reason="The file is GIF; pictures are PNG, JPEG, WebP.")


def test_a_polyglot_is_what_its_first_bytes_say(saved: Callable, scene: Pillow.Image) -> None:
    """What follows the picture is never looked at; what precedes it makes the format unknown."""
    png = saved(scene, "PNG")
    assert decoded(png + b"PK\x03\x04<script>alert(1)</script>").format == "PNG"
    assert label(b"GIF89a/*" + png) == "unsupported format"
    assert label(b"\x89PNG\r\n\x1a\n" + saved(scene, "JPEG")) == "undecodable"
    assert label(b"PK\x03\x04" + png) == "unknown format"


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("L", "JPEG"),
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("RGB", "WEBP"),
        ("RGBA", "WEBP"),
    ],
)
def test_every_mode_becomes_rgb(mode: str, kind: str, saved: Callable, scene: Pillow.Image) -> None:
    """Bilevel, grey, palette, alpha, CMYK and 16-bit pictures are all measured as the RGB a viewer shows."""
    source = scene.convert("L") if mode in {"1", "L", "LA", "I;16"} else scene
    image = as_16_bit(source) if mode == "I;16" else source.convert(mode)
    working = decoded(saved(image, kind)).working
    assert (working.mode, working.size) == ("RGB", (512, 512))
    shown = np.asarray(source.convert("RGB"), dtype=float).mean(axis=(0, 1))
    assert np.abs(np.asarray(working, dtype=float).mean(axis=(0, 1)) - shown).max() < 4


def as_16_bit(grey: Pillow.Image) -> Pillow.Image:
    """The same greys on a scale of 65536 steps."""
    return Pillow.fromarray(np.asarray(grey).astype(np.uint16) * 257)


def test_transparency_is_shown_on_white(saved: Callable) -> None:
    """Transparent pixels count as white, whatever colour hides in them."""
    alpha = Pillow.new("RGBA", (6, 6), (255, 0, 0, 0))
    palette = Pillow.new("P", (6, 6), 0)
    palette.putpalette([0, 0, 255])
    for data in (
        saved(alpha, "PNG"),
        saved(alpha, "WEBP", lossless=True),
        saved(palette, "PNG", transparency=0),
        saved(palette, "PNG", transparency=b"\x00"),
        saved(Pillow.new("RGB", (6, 6), (1, 2, 3)), "PNG", transparency=(1, 2, 3)),
        saved(Pillow.new("L", (6, 6), 9), "PNG", transparency=9),
    ):
        assert decoded(data).working.getcolors() == [(36, (255, 255, 255))]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_sets_size_and_pixels_upright(orientation: int, saved: Callable) -> None:
    """Width, height and pixels are those that a viewer shows."""
    stored = Pillow.radial_gradient("L").convert("RGB").crop((0, 0, 40, 24))
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    data = saved(stored, "PNG", exif=exif)
    shown = ImageOps.exif_transpose(Pillow.open(io.BytesIO(data)))
    found = decoded(data)
    assert (found.width, found.height) == shown.size
    assert found.working.tobytes() == shown.tobytes()


def test_a_colour_profile_is_passed_over(saved: Callable, scene: Pillow.Image) -> None:
    """A profile, even a broken one, changes nothing: the numbers are measured as they were written."""
    plain = decoded(saved(scene, "PNG")).working.tobytes()
    assert decoded(saved(scene, "PNG", icc_profile=b"broken" * 999)).working.tobytes() == plain


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 20_000), (3_000_000, 1), (1, 70_000), (4096, 4096)])
def test_extreme_shapes_are_decoded(size: tuple[int, int], saved: Callable) -> None:
    """The thinnest and the largest pictures give a working picture of bounded area."""
    found = decoded(saved(Pillow.new("L", size, 7), "PNG"))
    assert (found.width, found.height) == size
    assert found.working.width * found.working.height <= 1.5**2 * 1024**2


@pytest.mark.parametrize("size", [(600, 448), (1200, 896), (2400, 1792), (4800, 3584)])
def test_working_pictures_of_all_sizes_share_one_scale(size: tuple[int, int], saved: Callable) -> None:
    """1K, 2K and 4K answers to one aspect ratio come to one working size; a smaller one is not enlarged."""
    working = decoded(saved(Pillow.new("L", size), "JPEG")).working
    assert working.size == min(size, (1200, 896))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_damaged_files_never_raise(kind: str, saved: Callable, scene: Pillow.Image) -> None:
    """Flipped, inserted and missing bytes anywhere give a picture or a refusal."""
    random = np.random.default_rng(7)
    whole = saved(scene.resize((48, 32)), kind)
    kinds = set()
    for _ in range(250):
        damaged = bytearray(whole)
        for place in random.integers(0, len(damaged), random.integers(1, 9)):
            damaged[place] = random.integers(0, 256)
        start, length = random.integers(0, len(damaged)), random.integers(0, 20)
        if random.random() < 0.3:
            del damaged[start : start + length]
        kinds.add(type(decode(bytes(damaged), LIMITS)))
    assert Refused in kinds


def test_nothing_global_is_changed_and_no_warning_leaks(saved: Callable, scene: Pillow.Image) -> None:
    """Pillow's limits and the filters of warnings stay as they were, also for a picture over Pillow's own limit."""
    before = (Pillow.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters))
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        exif = b"Exif\0\0II*\0\x08\0\0\0\x05\0" + b"\x1a\x01\x05\0\xff\xff\xff\xff" * 5
        assert decoded(saved(scene, "JPEG", exif=exif)).width == 512
        large = saved(Pillow.new("L", (9_500, 9_500)), "PNG", compress_level=1)
        assert isinstance(decode(large, PropertiesSettings(max_pixels=100_000_000)), Decoded)
    assert seen == []
    assert before == (Pillow.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters))
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_threads_see_the_same_pixels(saved: Callable, scene: Pillow.Image) -> None:
    """Decoding in several threads at once gives what one thread gives."""
    files = [saved(scene, kind) for kind in ("PNG", "JPEG", "WEBP")] * 8
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda data: decoded(data).working.tobytes(), files))
    assert together == [decoded(data).working.tobytes() for data in files]


def test_a_picture_that_may_be_shown_is_shown_as_it_is(saved: Callable, scene: Pillow.Image) -> None:
    """Accepted formats of a bearable size pass through untouched."""
    image = Image.of(saved(scene, "JPEG"))
    assert presented(image, {"image/jpeg"}, LIMITS) is image


def test_another_format_is_shown_as_png(saved: Callable, scene: Pillow.Image) -> None:
    """What a model does not take is written anew as PNG with the same pixels."""
    source = saved(scene, "WEBP", lossless=True)
    shown = presented(Image.of(source), {"image/png", "image/jpeg"}, LIMITS)
    assert isinstance(shown, Image)
    assert shown.mime == "image/png"
    assert decoded(shown.data).working.tobytes() == decoded(source).working.tobytes()


def test_a_file_too_large_to_send_is_shown_reduced(saved: Callable) -> None:
    """A file over the API's limit for one part is shown as its working picture."""
    noise = np.random.default_rng(1).integers(0, 256, (1600, 1600, 3), dtype=np.uint8)
    heavy = Image.of(saved(Pillow.fromarray(noise), "PNG", compress_level=0))
    shown = presented(heavy, {"image/png"}, LIMITS)
    assert isinstance(shown, Image)
    assert len(shown.data) <= 7_000_000 < len(heavy.data)


def test_what_cannot_be_decoded_cannot_be_shown(saved: Callable, scene: Pillow.Image) -> None:
    """A broken file that would have to be written anew is refused."""
    broken = Image.of(saved(scene, "WEBP")[:-50])
    assert presented(broken, {"image/png"}, LIMITS) == decode(broken.data, LIMITS)
