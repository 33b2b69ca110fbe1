"""Pictures of strangers as small pictures of our own."""

import base64
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from reports.pictures import MAX_BYTES, MISSING, TOO_LARGE, UNREADABLE, Thumbnail, thumbnail

Encoder = Callable[..., bytes]
CORPUS = Path(__file__).parents[3] / "shared" / "data" / "images"


def opened(small: Thumbnail) -> Image.Image:
    """The picture that is embedded."""
    head, _, encoded = small.uri.partition(",")
    assert head == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGB", "PNG"), ("RGBA", "PNG"), ("P", "GIF"), ("CMYK", "JPEG"), ("L", "WEBP"), ("I;16", "PNG")]
)
def test_a_picture_of_any_kind_becomes_a_small_webp(encoded: Encoder, mode: str, kind: str) -> None:
    """Transparency, palettes, print colours and 16 bits all become plain RGB of at most 720 pixels."""
    small = thumbnail(encoded((1600, 800), mode=mode, kind=kind))
    picture = opened(small)
    assert (picture.format, picture.mode, picture.size) == ("WEBP", "RGB", (720, 360))
    assert (small.width, small.height) == (720, 360)


def test_a_small_picture_is_not_blown_up(encoded: Encoder) -> None:
    """A picture of 64 pixels stays one."""
    assert opened(thumbnail(encoded((64, 48)))).size == (64, 48)


def test_a_transparent_picture_is_laid_on_paper(encoded: Encoder) -> None:
    """What is clear does not turn black."""
    assert min(opened(thumbnail(encoded(mode="RGBA", colour=(0, 0, 0, 0)))).getpixel((5, 5))) > 200


def test_sixteen_bit_grey_keeps_its_brightness(encoded: Encoder) -> None:
    """Half of 65535 is half grey, not white."""
    assert abs(opened(thumbnail(encoded(mode="I;16", colour=32768))).getpixel((5, 5))[0] - 128) < 4


def test_the_orientation_that_the_file_asks_for_is_applied(encoded: Encoder) -> None:
    """A camera's "turn me" tag is obeyed once and then gone."""
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(thumbnail(encoded((60, 20), kind="JPEG", exif=exif))).size == (20, 60)


def test_no_metadata_survives(encoded: Encoder) -> None:
    """Comments, EXIF, text chunks and profiles stay behind."""
    exif = Image.Exif()
    exif[0x010E] = "secret"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("prompt", "secret")
    for data in (
        encoded(kind="JPEG", exif=exif, comment="secret", icc_profile=b"secret" * 30),
        encoded(kind="PNG", pnginfo=notes, exif=exif, icc_profile=b"secret" * 30),
        encoded(kind="WEBP", exif=exif, xmp=b"secret"),
    ):
        assert b"secret" in data or b"zTXt" in data or b"iCCP" in data
        small = thumbnail(data)
        assert b"secret" not in base64.b64decode(small.uri.partition(",")[2])
        assert set(opened(small).info) <= {"background", "duration", "loop", "timestamp"}


def test_noise_fits_the_bound(noise: bytes) -> None:
    """The picture that compresses worst still leaves the page under its size."""
    assert len(base64.b64decode(thumbnail(noise).uri.partition(",")[2])) <= MAX_BYTES


def test_an_absent_picture_is_said_in_words() -> None:
    """A picture that was cleared away leaves a sentence."""
    assert thumbnail(None) == MISSING
    assert MISSING.words


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"<svg onload=alert(1)>", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\x89PNG\r\n\x1a\n"]
)
def test_bytes_that_are_no_picture_are_said_in_words(data: bytes) -> None:
    """Nothing but known raster formats is opened, PostScript and SVG least of all."""
    assert thumbnail(data) == UNREADABLE


def test_a_truncated_picture_is_said_in_words(encoded: Encoder) -> None:
    """Half a file is not shown as a picture."""
    whole = encoded((400, 400), kind="PNG")
    assert thumbnail(whole[: len(whole) // 2]) == UNREADABLE


def bomb(width: int, height: int) -> bytes:
    """A tiny PNG that declares this many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_a_picture_that_declares_too_much_is_not_decoded(side: int) -> None:
    """A decompression bomb costs nothing and becomes a sentence, with no warning on the way."""
    assert thumbnail(bomb(side, side)) == TOO_LARGE


def test_a_line_of_pixels_is_shown(encoded: Encoder) -> None:
    """20,000 pixels by one still have a height."""
    assert opened(thumbnail(encoded((20_000, 1)))).size == (720, 1)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of odd pictures is not beside this checkout")
def test_no_file_of_the_odd_collection_raises() -> None:
    """Corrupt, fuzzed and exotic files become a picture or words, never an error."""
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.stat().st_size < 60_000)
    shown = [thumbnail(path.read_bytes()) for path in files]
    assert len(shown) > 300
    assert all(bool(small.uri) != bool(small.words) for small in shown)


def test_a_picture_fits_the_room_it_is_given(noise: bytes) -> None:
    """Less room makes a smaller picture, not none."""
    small = thumbnail(noise, most_bytes=12_000)
    assert 1_000 < len(base64.b64decode(small.uri.partition(",")[2])) <= 12_000
