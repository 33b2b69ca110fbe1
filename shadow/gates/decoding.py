"""From the bytes of a picture to pixels that can be measured, or to a refusal by name.

One decoder per format, chosen by the first bytes and called directly: Pillow's registry of formats, its global limits
(`Image.MAX_IMAGE_PIXELS`, `ImageFile.LOAD_TRUNCATED_IMAGES`) and its warnings are neither used nor changed, so any
number of threads may decode at once.
"""

import io
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from shadow.gates.container import Declared, read_jpeg, read_png, read_webp
from shadow.gates.darkroom import End, Ended, darkrooms
from shadow.pair import Image, media_type

WORKING_SIDE = 1024
"""Side in pixels of the square whose area a working picture has, about: one scale for 1K, 2K and 4K answers."""
SENT_BYTES = 7_000_000
"""Bytes of one inline file that the API takes
(https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini/3-1-flash-image)."""
WORK_FACTOR = 16
"""Scans over a picture of `max_pixels` that are still decoded; an ordinary progressive JPEG has ten or fewer."""
TRANSPOSE = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
"""What sets a picture upright, by its EXIF orientation."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format that is decoded: its name, how its container is read, what decodes it."""

    name: str
    read: Callable[[bytes], Declared]
    decoder: Callable[[io.BytesIO], ImageFile.ImageFile]


FORMATS = {
    "image/png": Format("PNG", read_png, PngImageFile),
    "image/jpeg": Format("JPEG", read_jpeg, JpegImageFile),
    "image/webp": Format("WebP", read_webp, WebPImageFile),
}
"""What image models answer with, by media type. Everything else is refused by name."""


class Limits(Protocol):
    """What a picture may cost, as in `[gate.properties]`."""

    @property
    def max_bytes(self) -> int:
        """Bytes of the file."""
        ...

    @property
    def max_pixels(self) -> int:
        """Pixels it may declare."""
        ...

    @property
    def max_seconds(self) -> float:
        """Seconds of processor time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A picture that is not measured: a countable label and one sentence."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A picture that was decoded whole."""

    format: str
    width: int
    height: int
    """Native pixels, upright."""
    working: Pillow.Image
    """RGB, upright, reduced by a whole number to about `WORKING_SIDE` squared pixels; never enlarged."""


def decode(data: bytes, limits: Limits) -> Decoded | Refused:
    """The picture, or why it is refused. Raises `MemoryError` alone: that is this machine's lack, not the picture's.

    Labels: "empty", "unknown format", "unsupported format", "too many bytes", "too many pixels", "too complex",
    "animated", "undecodable".
    """
    mime = media_type(data)
    if len(data) > limits.max_bytes:
        return Refused(label="too many bytes", reason=f"{len(data)} bytes; at most {limits.max_bytes} are read.")
    if mime not in FORMATS:
        return _refused_format(data, mime)
    kind = FORMATS[mime]
    try:
        declared = kind.read(data)
        return _too_much(declared, limits) or _decoded(kind, declared)
    except MemoryError:
        raise
    except Exception as error:  # a decoder may fail in any way: OSError, SyntaxError, struct.error, RecursionError...
        return Refused(label="undecodable", reason=f"The {kind.name} cannot be decoded: {str(error)[:200]}.")


def _refused_format(data: bytes, mime: str) -> Refused:
    if not data:
        return Refused(label="empty", reason="The file is empty.")
    legal = ", ".join(item.name for item in FORMATS.values())
    if mime.startswith("image/"):
        name = mime.removeprefix("image/").upper()
        return Refused(label="unsupported format", reason=f"The file is {name}; pictures are {legal}.")
    return Refused(label="unknown format", reason=f"The first bytes tell no picture format; pictures are {legal}.")


def _too_much(declared: Declared, limits: Limits) -> Refused | None:
    pixels = declared.width * declared.height
    size = f"{declared.width} x {declared.height} pixels"
    if pixels == 0:
        return Refused(label="undecodable", reason=f"It declares {size}.")
    if pixels > limits.max_pixels:
        return Refused(label="too many pixels", reason=f"It declares {size}; at most {limits.max_pixels} are decoded.")
    # A progressive JPEG of a few kilobytes can ask for thousands of scans, each a pass over every pixel.
    if pixels * declared.scans > WORK_FACTOR * limits.max_pixels:
        return Refused(label="too complex", reason=f"It declares {size} in {declared.scans} scans.")
    if declared.animated:
        return Refused(label="animated", reason="It declares an animation; only a still picture can be judged.")
    return None


def _decoded(kind: Format, declared: Declared) -> Decoded:
    image = kind.decoder(io.BytesIO(declared.stream))
    if image.size != (declared.width, declared.height):
        msg = f"it declares two sizes, {declared.width} x {declared.height} and {image.width} x {image.height}"
        raise ValueError(msg)
    image.load()
    working = _on_white(reduced(_continuous(image), WORKING_SIDE))
    if declared.orientation in TRANSPOSE:
        working = working.transpose(TRANSPOSE[declared.orientation])
    size = (declared.width, declared.height)
    width, height = size if declared.orientation < 5 else size[::-1]
    return Decoded(format=kind.name, width=width, height=height, working=working)


def _continuous(image: Pillow.Image) -> Pillow.Image:
    """The picture in a mode whose pixels can be averaged: palette and colour key resolved, 16 bits by their high byte.

    A colour profile is not applied: both arms are measured by the numbers they wrote.
    """
    if image.mode.startswith("I"):
        return Pillow.fromarray(np.right_shift(np.asarray(image), 8).astype(np.uint8))
    if image.mode in {"LA", "RGBA"}:
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("RGB") if image.mode in {"1", "P"} else image


def _on_white(image: Pillow.Image) -> Pillow.Image:
    """The picture as RGB, as a page with a white ground shows it."""
    if image.mode in {"LA", "RGBA"}:
        white = Pillow.new("RGBA", image.size, "white")
        image = Pillow.alpha_composite(white, image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def reduced(image: Pillow.Image, side: int) -> Pillow.Image:
    """The picture averaged over whole blocks of pixels, so that its area is about `side` squared; never enlarged.

    By area and not by the longer side, so that the 1K, 2K and 4K answers to one aspect ratio come to one size.
    """
    factor = max(1, round(math.sqrt(image.width * image.height) / side))
    return image.reduce(factor) if factor > 1 else image


def presented(image: Image, accepted: Collection[str], limits: Limits) -> Image | Refused:
    """The picture as a model that takes these media types may be shown it.

    Itself where it may; else a PNG of its working picture, at most about `WORKING_SIDE` squared pixels, made in a
    darkroom. Raises `MemoryError` where this machine could not make it.
    """
    if media_type(image.data) in accepted and len(image.data) <= SENT_BYTES:
        return image
    bounds = {name: getattr(limits, name) for name in ("max_bytes", "max_pixels", "max_seconds")}
    found = darkrooms().develop("show", image.data, limits=bounds)
    if isinstance(found, Ended):
        refused = refusal(found)
        if refused is None:
            raise MemoryError(found.reason)
        return refused
    if "missing" in found.words:
        raise MemoryError(found.words["missing"])
    return Image.of(found.data) if found.data else Refused(**found.words)


def refusal(ended: Ended) -> Refused | None:
    """What a darkroom that ended says about the picture; None where that was the machine's fault."""
    labels = {End.SLOW: "too slow", End.CRASHED: "undecodable"}
    return Refused(label=labels[ended.how], reason=ended.reason) if ended.how in labels else None


def shown(data: bytes, limits: Limits) -> bytes | Refused:
    """A PNG of the working picture of these bytes. Raises `MemoryError` as `decode` does."""
    decoded = decode(data, limits)
    if isinstance(decoded, Refused):
        return decoded
    stream = io.BytesIO()
    # Level 1: a noisy megapixel takes half a second at the default level, and the bytes live for one request.
    decoded.working.save(stream, "PNG", compress_level=1)
    return stream.getvalue()
