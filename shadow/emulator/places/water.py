"""Water from above and from within."""

from shadow.emulator.canvas import Canvas, below, cloud_mask, ridge, rolled
from shadow.emulator.colour import lit, mixed
from shadow.emulator.places.sky import sky


def sea(canvas: Canvas) -> None:
    """A coast far off, water with the light's path on it, crests nearer by."""
    scene = canvas.scene
    sky(canvas)
    far = mixed(scene.low, scene.ground, 0.45)
    outline = ridge(canvas, bumps=4, octaves=4)
    canvas.shade(
        below(canvas, outline, level=scene.horizon - 0.01, swing=0.05), far, mixed(far, scene.ground, 0.3), rough=90
    )
    top = round(scene.horizon * canvas.height)
    water = [(0, top), (canvas.width, top), (canvas.width, canvas.height), (0, canvas.height)]
    canvas.shade(water, mixed(scene.ground, scene.low, 0.55), lit(scene.ground, -0.35), rough=140)
    _path_of_light(canvas)
    for step in range(canvas.count(9)):
        _crest(canvas, scene.horizon + (1 - scene.horizon) * ((step + 1.5) / 10) ** 1.4, step / 9)


def _path_of_light(canvas: Canvas) -> None:
    scene = canvas.scene
    bright = mixed(scene.glow, scene.low, 0.35)
    for _ in range(canvas.count(80)):
        depth = canvas.between(0, 1) ** 1.3
        y = (scene.horizon + (1 - scene.horizon) * depth) * canvas.height
        x = scene.light_at[0] * canvas.width + canvas.between(-1, 1) * canvas.unit * (0.04 + 0.22 * depth)
        half = canvas.unit * canvas.between(0.01, 0.05) * (0.4 + depth)
        canvas.line([(x - half, y), (x + half, y)], bright, canvas.unit * 0.004 * (0.4 + depth))


def _crest(canvas: Canvas, level: float, near: float) -> None:
    scene = canvas.scene
    colour = mixed(scene.ground, scene.low, 0.5 - 0.25 * near)
    outline = rolled(canvas, waves=2.5 - near)
    points = below(canvas, outline, level=level, swing=0.006 + 0.014 * near)[1:-1]
    canvas.line(points, lit(colour, 0.12), canvas.unit * (0.003 + 0.006 * near))
    band = [*points, *((x, y + canvas.height * 0.05 * (0.3 + near)) for x, y in reversed(points))]
    canvas.shade(band, lit(scene.ground, 0.1), lit(scene.ground, -0.2 - 0.15 * near), rough=160)


def underwater(canvas: Canvas) -> None:
    """Shafts of light from above, bubbles, a reef of accent coral below."""
    scene = canvas.scene
    canvas.backdrop([lit(mixed(scene.top, scene.ground, 0.4), 0.35), scene.ground, lit(scene.ground, -0.55)])
    for _ in range(canvas.count(6)):
        x, wide = canvas.between(0, 1) * canvas.width, canvas.between(0.02, 0.07) * canvas.width
        foot = x + canvas.between(-0.15, 0.15) * canvas.width
        shaft = [(x, 0), (x + wide, 0), (foot + wide * 2, canvas.height), (foot, canvas.height)]
        canvas.shade(shaft, lit(scene.ground, 0.42), lit(scene.ground, -0.5), rough=40)
    canvas.veil(lit(scene.ground, 0.3), cloud_mask(canvas, cells=8, cover=0.25, strength=70))
    for _ in range(canvas.count(26)):
        at = (canvas.between(0, canvas.width), canvas.between(0.1, 0.8) * canvas.height)
        canvas.disc(at, canvas.unit * canvas.between(0.004, 0.014), lit(scene.ground, 0.5), rough=30)
    floor = scene.horizon + 0.22
    canvas.shade(
        below(canvas, ridge(canvas, bumps=5, octaves=4), level=floor, swing=0.05),
        lit(scene.ground, -0.35),
        lit(scene.ground, -0.7),
        rough=200,
    )
    for _ in range(canvas.count(22)):
        _coral(canvas, floor)


def _coral(canvas: Canvas, floor: float) -> None:
    scene = canvas.scene
    x, base = canvas.between(0, 1) * canvas.width, (floor + canvas.between(0.0, 0.16)) * canvas.height
    colour = mixed(scene.accent, scene.ground, canvas.between(0.0, 0.45))
    for branch in range(4):
        tip = (x + (branch - 1.5) * canvas.unit * 0.028, base - canvas.unit * canvas.between(0.06, 0.15))
        canvas.line([(x, base), tip], colour, canvas.unit * 0.014)
        canvas.disc(tip, canvas.unit * 0.011, lit(colour, 0.15), rough=180)
