"""Pictures of strangers as small pictures of our own: decoded with care, painted anew, embedded in the page."""

import base64
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

LONG_SIDE = 720
"""Pixels of the longer side of an embedded picture: sharp at its place on the page on most screens."""
MAX_PIXELS = 120_000_000
"""A picture that declares more is not decoded."""
MAX_BYTES = 60_000
"""Of one embedded picture; more shows nothing that its place on the page could."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
"""Formats told apart by their first bytes. Pillow's other readers, PostScript above all, get no stranger's bytes."""
ATTEMPTS = ((LONG_SIDE, 80), (LONG_SIDE, 62), (560, 62), (480, 50), (320, 40), (200, 30))
"""Long side and WebP quality, tried in turn until the bytes fit; the last is taken as it is."""
PAPER = (236, 236, 236)
"""What shows through a transparent picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A picture to embed, or the words that stand in its place."""

    uri: str = ""
    """A `data:` address of a WebP picture; empty where there is nothing to show."""
    width: int = 0
    height: int = 0
    words: str = ""
    """Why there is no picture."""


MISSING = Thumbnail(words="The picture is no longer stored.")
UNREADABLE = Thumbnail(words="The picture's bytes cannot be read.")
TOO_LARGE = Thumbnail(words="The picture declares too many pixels to be opened safely.")


def thumbnail(data: bytes | None, *, most_bytes: int = MAX_BYTES) -> Thumbnail:
    """The picture that these bytes hold, at most 720 pixels long and without any metadata; never raises for bytes.

    `most_bytes` is the room for it before base64, as far as a readable picture can be made so small.
    """
    if data is None:
        return MISSING
    try:
        with warnings.catch_warnings():
            # Pillow warns of odd files; what can be decoded is shown, what cannot is said in words.
            warnings.simplefilter("ignore")
            return _painted(data, min(most_bytes, MAX_BYTES))
    except Image.DecompressionBombError:
        return TOO_LARGE
    except Exception:
        # Broken files raise OSError, SyntaxError, ValueError, struct.error, zlib.error, IndexError... by format.
        return UNREADABLE


def _painted(data: bytes, most_bytes: int) -> Thumbnail:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            return TOO_LARGE
        image.thumbnail((2 * LONG_SIDE, 2 * LONG_SIDE), reducing_gap=2.0)
        return _fitted(_anew(ImageOps.exif_transpose(image)), most_bytes)


def _anew(image: Image.Image) -> Image.Image:
    """The same pixels on a new sheet: comments, profiles, EXIF and everything else of the file stay behind."""
    if image.mode.startswith("I"):
        # 16-bit grey: the values are 0 to 65535, and `convert` would cut them at 255.
        image = image.convert("I").point([value // 256 for value in range(65536)], "L")
    sheet = Image.new("RGB", image.size, PAPER)
    clear = image.convert("RGBA")
    sheet.paste(clear, mask=clear.getchannel("A"))
    return sheet


def _fitted(image: Image.Image, most_bytes: int) -> Thumbnail:
    """The first attempt whose bytes fit, or the last one."""
    *larger, last = ATTEMPTS
    for long_side, quality in larger:
        small, encoded = _encoded(image, long_side, quality)
        if len(encoded) <= most_bytes:
            return _embedded(small, encoded)
    return _embedded(*_encoded(image, *last))


def _encoded(image: Image.Image, long_side: int, quality: int) -> tuple[Image.Image, bytes]:
    small = image.copy()
    small.thumbnail((long_side, long_side))
    out = io.BytesIO()
    small.save(out, format="WEBP", quality=quality, method=4)
    return small, out.getvalue()


def _embedded(image: Image.Image, encoded: bytes) -> Thumbnail:
    uri = f"data:image/webp;base64,{base64.b64encode(encoded).decode('ascii')}"
    return Thumbnail(uri=uri, width=image.width, height=image.height)
