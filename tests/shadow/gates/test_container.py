"""What a file declares is read before any decoder sees it."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image as Pillow

from shadow.gates.container import read_jpeg, read_png, read_webp


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize(
    ("kind", "options", "read"),
    [
        ("PNG", {}, read_png),
        ("JPEG", {}, read_jpeg),
        ("JPEG", {"progressive": True}, read_jpeg),
        ("WEBP", {"quality": 50}, read_webp),
        ("WEBP", {"lossless": True}, read_webp),
        ("WEBP", {"lossless": True, "exif": b"Exif\0\0II*\0"}, read_webp),
    ],
)
def test_size_is_read_from_the_container(kind: str, options: dict, read: Callable, saved: Callable) -> None:
    """Width and height come from the header of every format and of every kind of WebP."""
    declared = read(saved(Pillow.new("RGB", (37, 21), "red"), kind, **options))
    assert (declared.width, declared.height, declared.animated) == (37, 21, False)


def test_webp_with_alpha_declares_its_canvas(saved: Callable) -> None:
    """An extended WebP gives the size of its canvas."""
    declared = read_webp(saved(Pillow.new("RGBA", (300, 2), (1, 2, 3, 4)), "WEBP"))
    assert (declared.width, declared.height) == (300, 2)


def test_only_what_makes_pixels_is_handed_on_from_a_png(saved: Callable) -> None:
    """Text, profile, EXIF and unknown chunks do not reach the decoder; the picture does, unchanged."""
    plain = saved(Pillow.radial_gradient("L"), "PNG")
    extra = chunk(b"iCCP", b"x" * 99) + chunk(b"zTXt", b"y" * 99) + chunk(b"eXIf", b"MM\0*") + chunk(b"puRE", b"z")
    assert read_png(plain[:33] + extra + plain[33:] + b"<script>").stream == plain


def test_only_what_makes_pixels_is_handed_on_from_a_jpeg(saved: Callable) -> None:
    """Comments, EXIF, profiles and further pictures do not reach the decoder; the picture does, unchanged."""
    plain = saved(Pillow.radial_gradient("L"), "JPEG")
    extra = b"".join(b"\xff" + bytes([marker]) + b"\x00\x06abcd" for marker in (0xE1, 0xE2, 0xED, 0xFE))
    assert read_jpeg(plain[:2] + extra + plain[2:]).stream == plain


def test_a_jpeg_with_padding_and_junk_between_segments_is_read(saved: Callable) -> None:
    """Fill bytes and stray bytes before a marker are passed over, as decoders do."""
    plain = saved(Pillow.new("L", (9, 8)), "JPEG")
    declared = read_jpeg(plain[:2] + b"\x00junk\xff\xff\xff\x00" + plain[2:])
    assert (declared.width, declared.height) == (9, 8)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_read_in_both_byte_orders(order: str, orientation: int, saved: Callable) -> None:
    """EXIF orientation 1 to 8 is read from PNG, JPEG and WebP alike."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    block = head + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    picture = Pillow.new("RGB", (4, 2))
    for kind, read in (("PNG", read_png), ("JPEG", read_jpeg), ("WEBP", read_webp)):
        assert read(saved(picture, kind, exif=b"Exif\0\0" + block)).orientation == orientation


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        b"XX*\0\x08\0\0\0",
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0",
    ],
)
def test_broken_exif_is_upright(block: bytes, saved: Callable) -> None:
    """An EXIF block that ends early, points nowhere or says 9 counts as upright."""
    assert read_jpeg(saved(Pillow.new("L", (4, 2)), "JPEG", exif=b"Exif\0\0" + block)).orientation == 1


def test_progressive_scans_are_counted(saved: Callable) -> None:
    """A baseline JPEG has one scan, a progressive one as many as it declares."""
    picture = Pillow.radial_gradient("L").convert("RGB")
    assert read_jpeg(saved(picture, "JPEG")).scans == 1
    assert read_jpeg(saved(picture, "JPEG", progressive=True)).scans == 10


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_seen(kind: str, saved: Callable) -> None:
    """An animated PNG or WebP says so in its container."""
    frames = [Pillow.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    assert (read_png if kind == "PNG" else read_webp)(data).animated


@pytest.mark.parametrize(("kind", "read"), [("PNG", read_png), ("JPEG", read_jpeg), ("WEBP", read_webp)])
def test_every_cut_ends_in_a_value_or_a_value_error(kind: str, read: Callable, saved: Callable) -> None:
    """A file cut anywhere is read or refused with ValueError, never with anything else."""
    data = saved(Pillow.radial_gradient("L").resize((24, 24)), kind)
    refused = 0
    for length in range(len(data)):
        try:
            read(data[:length])
        except ValueError:
            refused += 1
    assert refused > len(data) // 4


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (read_png, b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"") * 100_001),
        (read_jpeg, b"\xff\xd8" + b"\xff\xfe\x00\x02" * 100_001),
        (read_jpeg, b"\xff\xd8" + b"\xff" * 100_001 + b"\xfe\x00\x02"),
        (read_webp, b"RIFF\0\0\0\0WEBP" + b"JUNK\0\0\0\0" * 100_001),
    ],
)
def test_a_file_of_countless_parts_is_refused(read: Callable, data: bytes) -> None:
    """Walking the parts of a file is bounded."""
    with pytest.raises(ValueError, match="more than 100000 parts"):
        read(data)


def test_a_wrong_checksum_is_named(saved: Callable) -> None:
    """A chunk that makes pixels must have its checksum, which Pillow's own loading does not ask for."""
    data = bytearray(saved(Pillow.radial_gradient("L"), "PNG"))
    data[data.index(b"IDAT") + 40] ^= 1
    Pillow.open(io.BytesIO(saved(Pillow.radial_gradient("L"), "PNG"))).load()
    with pytest.raises(ValueError, match="checksum of its IDAT chunk"):
        read_png(bytes(data))
