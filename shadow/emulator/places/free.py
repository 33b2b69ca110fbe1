"""Pictures without a place: abstract, minimal, botanical."""

import numpy as np
from PIL import Image

from shadow.emulator.canvas import Canvas, Point, cloud_mask
from shadow.emulator.colour import Colour, lit, mixed, turned


def abstract(canvas: Canvas) -> None:
    """Bands of the palette that flow round each other."""
    scene = canvas.scene
    size = (max(8, canvas.width // 3), max(8, canvas.height // 3))
    # Bands follow the frame and not the pixels, so that a brief lies alike in a wide and in a tall picture.
    x = np.linspace(0, 1.6, size[0], dtype=np.float32)[None, :]
    y = np.linspace(0, 1.0, size[1], dtype=np.float32)[:, None]
    # The brief fixes how the bands lie, so that two draws of it are alike; the draw only shifts them.
    a, b, c = (2 * np.pi * share + canvas.between(-0.3, 0.3) for share in scene.layout)
    bend = np.sin(3.1 * x + a) * 0.35 + np.sin(2.3 * y + b) * 0.4
    field = np.sin((2.6 + 1.4 * scene.density) * (y + bend * 0.55) + np.sin(2.4 * x + bend + c) * 0.9)
    colours = [
        lit(scene.ground, -0.5),
        scene.ground,
        scene.accent,
        mixed(scene.accent, scene.low, 0.6),
        scene.low,
        scene.top,
    ]
    level = ((field + 1) * 127.5).astype(np.uint8)
    bands = Image.fromarray(level).resize(canvas.picture.size, Image.Resampling.BICUBIC)
    canvas.picture.paste(_mapped(bands, colours))
    canvas.surface.paste(bands.point([40 + value // 2 for value in range(256)]))


def _mapped(level: Image.Image, colours: list[Colour]) -> Image.Image:
    """Grey levels turned into the palette, with a crease between neighbours so that bands have edges."""
    steps = np.arange(256) / 255 * (len(colours) - 1)
    sharp = np.floor(steps) + np.clip((steps % 1.0) * 1.6 - 0.1, 0, 1) ** 3
    tables = [np.interp(sharp, range(len(colours)), [colour[part] for colour in colours]) for part in range(3)]
    return Image.merge("RGB", [level.point(np.round(table).astype(int).tolist()) for table in tables])


def minimal(canvas: Canvas) -> None:
    """Much empty ground, one large shape, one line."""
    scene = canvas.scene
    canvas.backdrop([lit(scene.ground, 0.12), scene.ground, lit(scene.ground, -0.12)])
    base = scene.horizon * canvas.height + canvas.height * 0.12
    wide: list[Point] = [(0, base), (canvas.width, base), (canvas.width, canvas.height), (0, canvas.height)]
    canvas.shade(wide, mixed(scene.ground, scene.accent, 0.35), mixed(scene.ground, scene.accent, 0.5), rough=70)
    at = (scene.subject_at * canvas.width, base - canvas.unit * 0.2)
    radius = canvas.unit * scene.subject_size
    canvas.glow((at[0] + radius * 0.3, base), radius * 2.2, lit(scene.ground, -0.35), 110)
    canvas.disc(at, radius, scene.accent, rough=90)
    canvas.glow((at[0] - radius * 0.3, at[1] - radius * 0.4), radius * 0.9, lit(scene.accent, 0.5), 120)
    for step in range(canvas.count(3) - 1):
        x = (scene.subject_at + 0.35 + 0.12 * step) % 1 * canvas.width
        canvas.disc((x, base - canvas.unit * 0.06), canvas.unit * 0.06, turned(scene.accent, 40 * (step + 1)), rough=90)


def botanical(canvas: Canvas) -> None:
    """Leaves that crowd in from the edges and blossoms of the accent colour."""
    scene = canvas.scene
    canvas.backdrop([mixed(scene.low, scene.ground, 0.15), mixed(scene.low, scene.ground, 0.45)])
    canvas.veil(lit(scene.low, 0.3), cloud_mask(canvas, cells=6, cover=0.5, strength=110))
    for _ in range(canvas.count(34)):
        side = canvas.between(0, 1)
        root = (canvas.between(-0.05, 1.05) * canvas.width, canvas.height * (1.06 if side < 0.62 else -0.06))
        lean = canvas.between(-0.9, 0.9)
        _leaf(canvas, root, (lean, -1.0 if side < 0.62 else 0.8), canvas.unit * canvas.between(0.32, 0.7))
    for _ in range(canvas.count(9)):
        across = scene.subject_at + canvas.between(-0.42, 0.42)
        at = (across * canvas.width, (scene.horizon + canvas.between(-0.22, 0.22)) * canvas.height)
        _blossom(canvas, at, canvas.unit * canvas.between(0.035, 0.085))


def _leaf(canvas: Canvas, root: Point, aim: Point, long: float) -> None:
    scene = canvas.scene
    norm = (aim[0] ** 2 + aim[1] ** 2) ** 0.5
    dx, dy = aim[0] / norm * long, aim[1] / norm * long
    wide = canvas.between(0.1, 0.17)
    shares = (0.0, 0.2, 0.45, 0.7, 0.9, 1.0)
    bulge = (0.0, 0.75, 1.0, 0.72, 0.25, 0.0)
    left = [
        (root[0] + dx * s - dy * wide * b, root[1] + dy * s + dx * wide * b) for s, b in zip(shares, bulge, strict=True)
    ]
    right = [
        (root[0] + dx * s + dy * wide * b, root[1] + dy * s - dx * wide * b) for s, b in zip(shares, bulge, strict=True)
    ]
    colour = lit(turned(scene.ground, canvas.between(-18, 18)), canvas.between(-0.4, 0.25))
    canvas.fill([*left, *reversed(right)], colour, rough=170)
    canvas.fill([*left, left[0]], lit(colour, 0.12), rough=170)
    canvas.line([root, (root[0] + dx, root[1] + dy)], lit(colour, 0.3), canvas.unit * 0.004)


def _blossom(canvas: Canvas, at: Point, radius: float) -> None:
    scene = canvas.scene
    colour = lit(scene.accent, canvas.between(-0.1, 0.25))
    for petal in range(6):
        turn = petal * np.pi / 3 + canvas.between(-0.2, 0.2)
        centre = (at[0] + float(np.cos(turn)) * radius * 0.75, at[1] + float(np.sin(turn)) * radius * 0.75)
        canvas.disc(centre, radius * 0.55, lit(colour, canvas.between(-0.08, 0.08)), rough=120)
    canvas.disc(at, radius * 0.36, mixed(scene.glow, scene.accent, 0.25), rough=150)
