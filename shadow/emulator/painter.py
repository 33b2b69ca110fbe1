"""A scene as a picture: structure at half size, texture at full size, so that sharpness means something."""

from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageChops

from shadow.emulator.canvas import Canvas, cloud_mask
from shadow.emulator.colour import lit, mixed
from shadow.emulator.places import PLACES
from shadow.emulator.scene import Scene
from shadow.emulator.seeds import chance_of
from shadow.emulator.subjects import place_subject

_LUMA = (0.299, 0.587, 0.114)
_MIDDLE = 118.0
_TILE = 1024
_OPEN_AIR = frozenset({"mountains", "hills", "desert", "forest", "sea", "city", "fantasy"})
_WITH_SUBJECT = _OPEN_AIR | {"underwater", "architecture"}
_QUALITY = 88
# Which shifted copies of plain noise a weave is the sum of.
_SMEARS = MappingProxyType(
    {
        "fine": ((0, 0),),
        "brush": tuple((0, step) for step in range(7)),
        "mottled": tuple((down, across) for down in range(3) for across in range(3)),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a painter's pictures differ from what the scene asks for.

    Factors on saturation, contrast and texture; `emptiness` is the share of things left out (0-1), `spread` how far
    one draw strays from another (1 is usual).
    """

    saturation: float = 1.0
    contrast: float = 1.0
    texture: float = 1.0
    emptiness: float = 0.0
    spread: float = 1.0


def paint(scene: Scene, size: tuple[int, int], *, seed: int, style: Style | None = None) -> Image.Image:
    """A picture of exactly `size` (mode YCbCr); the same scene, size, seed and style give the same pixels."""
    style = style or Style()
    random = np.random.default_rng(seed)
    drawn, scales = _draw_of(scene, style, random)
    canvas = Canvas.blank(drawn, _structure_size(size), random)
    PLACES[drawn.place](canvas)
    if drawn.place in _WITH_SUBJECT:
        place_subject(canvas)
    _weather(canvas)
    # Colour stays at half size: a JPEG keeps no more of it. Only the luma is enlarged smoothly and textured.
    luma, blue, red = canvas.picture.convert("RGB", _tone(scales)).convert("YCbCr").split()
    grown = luma.resize(size, Image.Resampling.BICUBIC)
    _texture(grown, canvas.surface, weave=scene.weave, strength=scales.texture, random=random)
    colours = (part.resize(size, Image.Resampling.NEAREST) for part in (blue, red))
    return Image.merge("YCbCr", (grown, *colours))


def encode(picture: Image.Image, mime_type: str = "image/jpeg") -> bytes:
    """JPEG, PNG or WebP bytes."""
    out = BytesIO()
    match mime_type:
        case "image/png":
            picture.convert("RGB").save(out, "PNG", compress_level=1)
        case "image/webp":
            picture.convert("RGB").save(out, "WEBP", quality=_QUALITY, method=0)
        case _:
            picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scales:
    saturation: float
    contrast: float
    brightness: float
    texture: float


def _draw_of(scene: Scene, style: Style, random: np.random.Generator) -> tuple[Scene, _Scales]:
    """One draw: the scene with its horizon, subject and density a little off, and the tone it is painted in."""
    stray = np.clip(random.normal(size=8), -2.5, 2.5) * style.spread
    drawn = replace(
        scene,
        horizon=scene.horizon + 0.035 * float(stray[0]),
        subject_at=min(max(scene.subject_at + 0.05 * float(stray[1]), 0.08), 0.92),
        subject_size=scene.subject_size * float(np.exp(0.15 * stray[2])),
        density=scene.density * (1 - style.emptiness) * float(np.exp(0.18 * stray[3])),
        clouds=scene.clouds * (1 - style.emptiness),
    )
    return drawn, _Scales(
        saturation=scene.saturation * style.saturation * float(np.exp(0.13 * stray[4])),
        contrast=scene.contrast * style.contrast * float(np.exp(0.09 * stray[5])),
        brightness=scene.brightness * float(np.exp(0.06 * stray[6])),
        texture=scene.texture * style.texture * float(np.exp(0.18 * stray[7])),
    )


def _structure_size(size: tuple[int, int]) -> tuple[int, int]:
    return max(1, (size[0] + 1) // 2), max(1, (size[1] + 1) // 2)


def _tone(scales: _Scales) -> tuple[float, ...]:
    """Saturation, contrast and brightness as one 3 x 4 colour matrix."""
    gain = scales.contrast * scales.brightness
    offset = _MIDDLE * (1 - scales.contrast) * scales.brightness
    rows = []
    for part in range(3):
        grey = [(1 - scales.saturation) * weight for weight in _LUMA]
        grey[part] += scales.saturation
        rows += [*(gain * value for value in grey), offset]
    return tuple(rows)


def _weather(canvas: Canvas) -> None:
    """Fog over the lower half of an open scene, rain as streaks, snow as flakes."""
    scene = canvas.scene
    if scene.fog and scene.place in _OPEN_AIR:
        haze = mixed(scene.low, lit(scene.top, 0.5), 0.3)
        canvas.veil(haze, cloud_mask(canvas, cells=5, cover=scene.fog + 0.2, strength=200))
    if scene.fall == "rain":
        for _ in range(140):
            x, y = canvas.between(0, canvas.width), canvas.between(-0.05, 1) * canvas.height
            long = canvas.unit * canvas.between(0.03, 0.09)
            canvas.line([(x, y), (x - long * 0.2, y + long)], mixed(scene.low, (226, 232, 240), 0.55), 1)
    if scene.fall == "snow":
        for _ in range(170):
            at = (canvas.between(0, canvas.width), canvas.between(0, canvas.height))
            canvas.disc(at, canvas.unit * canvas.between(0.002, 0.007), (244, 246, 250), rough=40)


def _texture(
    luma: Image.Image, surface: Image.Image, *, weave: str, strength: float, random: np.random.Generator
) -> None:
    """Lays the weave over the picture in place, as strongly as its surface is rough."""
    left, top = (int(offset) for offset in random.integers(0, _TILE, 2))
    cloth = Image.new("L", luma.size)
    for x in range(-left, luma.width, _TILE):
        for y in range(-top, luma.height, _TILE):
            cloth.paste(_tile(weave), (x, y))
    rough = surface.point([min(255, round(value * strength)) for value in range(256)])
    mask = rough.resize(luma.size, Image.Resampling.NEAREST)
    luma.paste(ImageChops.add(luma, cloth, 1, -128), (0, 0), mask)


@lru_cache(maxsize=4)
def _tile(weave: str) -> Image.Image:
    """A square of noise around 128 that repeats seamlessly: film grain, brush strokes or a mottled wash."""
    noise = chance_of("weave", weave).normal(size=(_TILE, _TILE))
    moves = _SMEARS[weave]
    smeared = np.add.reduce([np.roll(noise, move, axis=(0, 1)) for move in moves]) / len(moves) ** 0.5
    return Image.fromarray(np.clip(128 + 14 * smeared, 0, 255).astype(np.uint8))
