"""The sheet a place is drawn on: a picture, a map of how rough each surface is, and the strokes both know."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from shadow.emulator.colour import Colour
from shadow.emulator.scene import Scene

Point = tuple[float, float]
Heights = NDArray[np.float64]

_SMOOTH = 40  # how rough bare sky or wall is, out of 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Picture (RGB) and surface (L, how strongly the texture shows) of the same size, drawn on in step.

    `unit` is the length that shapes are measured in, so that a tall and a wide picture have the same strokes.
    """

    picture: Image.Image
    surface: Image.Image
    pens: tuple[ImageDraw.ImageDraw, ImageDraw.ImageDraw]
    width: int
    height: int
    unit: float
    scene: Scene
    random: np.random.Generator

    @classmethod
    def blank(cls, scene: Scene, size: tuple[int, int], random: np.random.Generator) -> "Canvas":
        picture, surface = Image.new("RGB", size), Image.new("L", size, _SMOOTH)
        pens = (ImageDraw.Draw(picture), ImageDraw.Draw(surface))
        return cls(
            picture=picture,
            surface=surface,
            pens=pens,
            width=size[0],
            height=size[1],
            unit=float(min(size)),
            scene=scene,
            random=random,
        )

    def count(self, most: float) -> int:
        """How many of a thing stand in the picture: `most` at full density."""
        return max(1, round(most * self.scene.density))

    def between(self, low: float, high: float) -> float:
        return float(self.random.uniform(low, high))

    def fill(self, points: Sequence[Point], colour: Colour, *, rough: int) -> None:
        """One polygon of one colour."""
        self.pens[0].polygon(points, fill=colour)
        self.pens[1].polygon(points, fill=rough)

    def disc(self, centre: Point, radius: float, colour: Colour, *, rough: int) -> None:
        box = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
        self.pens[0].ellipse(box, fill=colour)
        self.pens[1].ellipse(box, fill=rough)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        self.pens[0].line(list(points), fill=colour, width=max(1, round(width)), joint="curve")

    def shade(self, points: Sequence[Point], upper: Colour, lower: Colour, *, rough: int) -> None:
        """One polygon that runs from `upper` at its top to `lower` at its bottom."""
        left, top = (max(0, int(min(point[axis] for point in points))) for axis in (0, 1))
        right = min(self.width, int(max(x for x, _ in points)) + 1)
        bottom = min(self.height, int(max(y for _, y in points)) + 1)
        if bottom <= top or right <= left:
            return
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in points], fill=255)
        self.picture.paste(gradient(mask.size, (upper, lower)), (left, top), mask)
        self.pens[1].polygon(points, fill=rough)

    def backdrop(self, colours: Sequence[Colour]) -> None:
        """The whole picture as one vertical run through `colours`."""
        self.picture.paste(gradient(self.picture.size, colours))

    def veil(self, colour: Colour, mask: Image.Image) -> None:
        """A colour laid over the picture as strongly as the mask says."""
        self.picture.paste(colour, (0, 0), mask)

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        """A round light that fades outwards."""
        size = max(2, round(radius * 2))
        fade = Image.radial_gradient("L").point([round((1 - value / 255) ** 2 * strength) for value in range(256)])
        mask = fade.resize((size, size), Image.Resampling.BILINEAR)
        self.picture.paste(colour, (round(centre[0] - radius), round(centre[1] - radius)), mask)


def gradient(size: tuple[int, int], colours: Sequence[Colour]) -> Image.Image:
    """A picture that runs from the first colour at the top to the last at the bottom."""
    at = np.linspace(0, len(colours) - 1, size[1])
    column = np.stack([np.interp(at, range(len(colours)), part) for part in zip(*colours, strict=True)], axis=-1)
    return Image.fromarray(np.round(column[:, None, :]).astype(np.uint8)).resize(size, Image.Resampling.NEAREST)


def cloud_mask(canvas: Canvas, *, cells: int, cover: float, strength: float) -> Image.Image:
    """Soft patches that cover about the share `cover` of the picture, at most `strength` (0-255) dense."""
    tall = max(2, round(cells * canvas.height / canvas.width))
    coarse = canvas.random.random((tall, max(2, cells // 2)))
    fine = canvas.random.random((tall * 3, cells * 2))
    field = _stretched(coarse, (cells * 8, tall * 8)) * 0.65 + _stretched(fine, (cells * 8, tall * 8)) * 0.35
    dense = np.clip((field - (0.78 - 0.5 * cover)) * 4, 0, 1) * strength
    mask = Image.fromarray(dense.astype(np.uint8))
    return mask.resize(canvas.picture.size, Image.Resampling.BICUBIC)


def _stretched(field: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    grown = Image.fromarray((field * 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(grown, dtype=np.float64) / 255


def ridge(canvas: Canvas, *, bumps: int, octaves: int, decay: float = 0.5) -> Heights:
    """A skyline of about [-1, 1] with `bumps` main peaks, one height for every sample across the picture."""
    places = np.linspace(0, 1, 48 if octaves < 3 else 160)
    heights = np.zeros_like(places)
    for octave in range(octaves):
        knots = bumps * 2**octave + 1
        heights += np.interp(places, np.linspace(0, 1, knots), canvas.random.uniform(-1, 1, knots)) * decay**octave
    return heights


def rolled(canvas: Canvas, *, waves: float) -> Heights:
    """A smooth skyline of about [-1, 1] made of a few sines."""
    places = np.linspace(0, 2 * np.pi, 72)
    heights = np.zeros_like(places)
    for share in (1.0, 0.5, 0.25):
        heights += share * np.sin(places * waves / share**0.7 + canvas.between(0, 2 * np.pi))
    return heights / 1.75


def below(canvas: Canvas, heights: Heights, *, level: float, swing: float) -> list[Point]:
    """The polygon under a skyline: `level` and `swing` are fractions of the picture's height."""
    xs = np.linspace(0, canvas.width, len(heights))
    ys = (level - heights * swing) * canvas.height
    points = list(zip(xs.tolist(), ys.tolist(), strict=True))
    return [(0.0, float(canvas.height)), *points, (float(canvas.width), float(canvas.height))]
