"""What a picture file declares about itself, read before any decoder sees it.

Three formats are read: PNG (https://www.w3.org/TR/png-3/), JPEG (ITU-T T.81, annex B) and WebP (RFC 9649): what image
models answer with. From PNG and JPEG only the parts that make pixels are handed on, so that no text chunk, colour
profile, EXIF block or second picture reaches a decoder: most attacks and all of Pillow's warnings live there.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_PARTS = 100_000
"""Chunks or segments of one file; a large PNG in pieces of 8 KB has fewer than 10,000."""
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
JPEG_STANDALONE = frozenset({0x01, *range(0xD0, 0xDA)})
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_DROPPED = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
"""APP1-APP13, APP15 and comments. APP0 and APP14 say which colours the numbers are."""
JPEG_SCAN = 0xDA
WEBP_PICTURES = frozenset({b"VP8X", b"VP8L", b"VP8 "})
WEBP_ANIMATION = 0x02
ENDS_EARLY = "the file ends early"
TOO_MANY_PARTS = f"it has more than {MAX_PARTS} parts"
EXIF_LABEL = b"Exif\0\0"
EXIF_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a file says it holds. Nothing of it is known to be true before the decode."""

    stream: bytes = field(repr=False)
    """The file for the decoder."""
    width: int
    height: int
    """Pixels as stored, before the orientation is applied."""
    orientation: int = 1
    """EXIF orientation 1-8 (CIPA DC-008, tag 274); 1 where none can be read."""
    animated: bool = False
    scans: int = 1
    """How often a decoder must go over the whole picture (progressive JPEG)."""


def read_png(data: bytes) -> Declared:
    """What a PNG declares. Raises `ValueError` where a chunk that makes pixels is broken or the file ends early."""
    view = memoryview(data)
    kept: list[bytes | memoryview] = [PNG_SIGNATURE]
    width = height = 0
    animated, exif = False, b""
    for kind, start, end in _png_chunks(data):
        if kind in PNG_PIXELS:
            if zlib.crc32(view[start + 4 : end - 4]) != _number(data, end - 4, 4):
                msg = f"the checksum of its {kind.decode()} chunk is wrong"
                raise ValueError(msg)
            kept.append(view[start:end])
        if kind == b"IHDR":
            width, height = _number(data, start + 8, 4), _number(data, start + 12, 4)
        elif kind == b"acTL":
            animated = True
        elif kind == b"eXIf":
            exif = data[start + 8 : end - 4]
    stream, orientation = b"".join(kept), _orientation(exif)
    return Declared(stream=stream, width=width, height=height, orientation=orientation, animated=animated)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of every chunk up to IEND."""
    start = len(PNG_SIGNATURE)
    for _ in range(MAX_PARTS):
        end = start + 12 + _number(data, start, 4)
        if start + 12 > len(data) or end > len(data):
            raise ValueError(ENDS_EARLY)
        kind = data[start + 4 : start + 8]
        yield kind, start, end
        if kind == b"IEND":
            return
        start = end
    raise ValueError(TOO_MANY_PARTS)


def read_jpeg(data: bytes) -> Declared:
    """What a JPEG declares. Raises `ValueError` where it ends before its first scan."""
    view = memoryview(data)
    kept: list[bytes | memoryview] = [data[:2]]
    width = height = scans = 0
    exif = b""
    for marker, start, end in _jpeg_segments(data):
        if marker in JPEG_FRAMES:
            height, width = _number(data, start + 5, 2), _number(data, start + 7, 2)
        elif marker == JPEG_SCAN:
            scans = data.count(b"\xff\xda", start)
        elif marker == 0xE1 and not exif and data[start + 4 : start + 10] == EXIF_LABEL:
            exif = data[start + 10 : end]
        if marker not in JPEG_DROPPED:
            kept.append(view[start:end])
    return Declared(stream=b"".join(kept), width=width, height=height, orientation=_orientation(exif), scans=scans)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of every segment; the first scan is the last one and holds all that follows."""
    start = 2
    for _ in range(MAX_PARTS):
        # A marker may be padded with any number of 0xFF; broken writers leave other bytes between two segments.
        start = data.find(b"\xff", start)
        if start < 0 or start + 4 > len(data):
            raise ValueError(ENDS_EARLY)
        marker = data[start + 1]
        if marker in {0x00, 0xFF}:
            start += 1
        elif marker == JPEG_SCAN:
            yield marker, start, len(data)
            return
        else:
            end = start + 2 + (0 if marker in JPEG_STANDALONE else _number(data, start + 2, 2))
            yield marker, start, end
            start = end
    raise ValueError(TOO_MANY_PARTS)


def read_webp(data: bytes) -> Declared:
    """What a WebP declares. Raises `ValueError` where it ends early or starts with no picture."""
    width = height = 0
    animated, exif = False, b""
    for kind, start, end in _webp_chunks(data):
        if kind in WEBP_PICTURES and not width:
            width, height = _webp_size(kind, data[start : start + 10])
            animated = kind == b"VP8X" and bool(data[start] & WEBP_ANIMATION)
        elif kind == b"EXIF":
            exif = data[start:end]
    return Declared(stream=data, width=width, height=height, orientation=_orientation(exif), animated=animated)


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the body of every chunk."""
    start = 12
    for _ in range(MAX_PARTS):
        if start + 8 > len(data):
            return
        end = start + 8 + int.from_bytes(data[start + 4 : start + 8], "little")
        if end > len(data):
            raise ValueError(ENDS_EARLY)
        yield data[start : start + 4], start + 8, end
        start = end + end % 2
    raise ValueError(TOO_MANY_PARTS)


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    """Width and height of the canvas or of the single frame: RFC 9649 §2.7, RFC 6386 §9.1, RFC 9649 §3.4."""
    if len(body) < 10:
        raise ValueError(ENDS_EARLY)
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _number(data: bytes, start: int, length: int) -> int:
    """The big-endian number at this place; what lies past the end reads as nothing."""
    return int.from_bytes(data[start : start + length])


def _orientation(exif: bytes) -> int:
    body = exif.removeprefix(EXIF_LABEL)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(body[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", body, 4)
        (entries,) = struct.unpack_from(f"{order}H", body, start)
        for entry in range(entries):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", body, start + 2 + 12 * entry)
            if tag == EXIF_ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
