"""Open land: mountains, hills, desert, forest."""

from shadow.emulator.canvas import Canvas, below, ridge, rolled
from shadow.emulator.colour import lit, mixed
from shadow.emulator.places.sky import sky


def mountains(canvas: Canvas) -> None:
    """Ranges one behind the other, paler with distance, over a foreground."""
    scene = canvas.scene
    sky(canvas)
    ranges = canvas.count(4) + 1
    for step in range(ranges):
        near = (step + 1) / ranges
        body = mixed(scene.low, lit(scene.ground, -0.25), 0.25 + 0.7 * near)
        crest = mixed(body, lit(scene.low, 0.25), 0.35 * (1.1 - near))
        level = scene.horizon + (near - 0.45) * 0.42
        outline = ridge(canvas, bumps=3 + step, octaves=5)
        canvas.shade(
            below(canvas, outline, level=level, swing=0.15 - 0.09 * near), crest, body, rough=round(60 + 150 * near)
        )


def hills(canvas: Canvas) -> None:
    """Rolling meadows with flowers of the accent colour in front."""
    scene = canvas.scene
    sky(canvas)
    for step in range(5):
        near = (step + 1) / 5
        body = mixed(scene.low, scene.ground, 0.35 + 0.6 * near)
        outline = rolled(canvas, waves=0.7 + 0.5 * step)
        points = below(canvas, outline, level=scene.horizon + 0.09 * step, swing=0.05)
        canvas.shade(points, lit(body, 0.18), lit(body, -0.22), rough=round(90 + 130 * near))
    for _ in range(canvas.count(160)):
        depth = canvas.between(0.0, 1.0) ** 0.7
        at = (canvas.between(0, canvas.width), (scene.horizon + 0.24 + (0.8 - scene.horizon) * depth) * canvas.height)
        canvas.disc(at, canvas.unit * (0.003 + 0.008 * depth), lit(scene.accent, canvas.between(-0.1, 0.3)), rough=120)


def desert(canvas: Canvas) -> None:
    """Dunes with a lit and a shaded side."""
    scene = canvas.scene
    sky(canvas)
    for step in range(canvas.count(4) + 1):
        outline = rolled(canvas, waves=0.6 + 0.25 * step)
        level, swing = scene.horizon + 0.04 + 0.13 * step, 0.07 + 0.02 * step
        sun = mixed(scene.ground, scene.low, 0.42 - 0.09 * step)
        canvas.shade(below(canvas, outline, level=level, swing=swing), lit(sun, 0.22), lit(sun, -0.12), rough=150)
        slope = rolled(canvas, waves=1.3)
        shade = outline - 0.35 - abs(slope) * 1.2
        canvas.shade(below(canvas, shade, level=level, swing=swing), lit(sun, -0.28), lit(sun, -0.1), rough=110)


def forest(canvas: Canvas) -> None:
    """Rows of conifers that darken towards the viewer."""
    scene = canvas.scene
    sky(canvas)
    rows = 4
    for step in range(rows):
        near = (step + 1) / rows
        colour = mixed(scene.low, lit(scene.ground, -0.3), 0.3 + 0.65 * near)
        floor = scene.horizon + 0.1 + 0.3 * near * (1 - scene.horizon)
        canvas.shade(
            below(canvas, rolled(canvas, waves=1.2), level=floor, swing=0.02), colour, lit(colour, -0.3), rough=200
        )
        tall = (0.16 + 0.34 * near) * canvas.height
        for _ in range(canvas.count(30 - 6 * step)):
            conifer(canvas, canvas.between(0, 1), floor + 0.02, tall * canvas.between(0.6, 1.1), step)


def conifer(canvas: Canvas, across: float, floor: float, tall: float, step: int) -> None:
    """One tree of three tapering skirts, `tall` in picture points."""
    scene = canvas.scene
    colour = mixed(scene.low, lit(scene.ground, canvas.between(-0.35, -0.1)), 0.35 + 0.2 * step)
    x, base = across * canvas.width, floor * canvas.height
    for skirt in range(3):
        low, wide = base - tall * 0.27 * skirt, tall * (0.2 - 0.045 * skirt)
        canvas.fill([(x - wide, low), (x, low - tall * 0.46), (x + wide, low)], colour, rough=210)
