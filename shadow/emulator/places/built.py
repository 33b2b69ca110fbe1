"""What people build: a city from afar, an architecture from within."""

from shadow.emulator.canvas import Canvas, Point
from shadow.emulator.colour import Colour, lit, mixed
from shadow.emulator.places.sky import sky

_LAMP: Colour = (255, 214, 140)


def city(canvas: Canvas) -> None:
    """Three rows of towers, the nearer ones with windows lit in the glow's colour."""
    scene = canvas.scene
    sky(canvas)
    for step in range(3):
        near = (step + 1) / 3
        colour = mixed(scene.low, lit(scene.ground, -0.15), 0.35 + 0.55 * near)
        x = -canvas.unit * 0.05
        while x < canvas.width:
            wide = canvas.unit * canvas.between(0.06, 0.13) * (0.7 + 0.5 * near)
            if canvas.between(0, 1) < 0.55 + 0.4 * canvas.scene.density:
                tall = canvas.between(0.1, 0.42 - 0.08 * step) + 0.06
                roof = (scene.horizon + 0.12 * step + 0.08 - tall) * canvas.height
                _tower(canvas, (x, roof), wide, colour, near)
            x += wide * canvas.between(0.85, 1.15)
    ground = (scene.horizon + 0.3) * canvas.height
    base: list[Point] = [(0, ground), (canvas.width, ground), (canvas.width, canvas.height), (0, canvas.height)]
    canvas.shade(base, lit(scene.ground, -0.2), lit(scene.ground, -0.6), rough=150)
    _street_lights(canvas, ground)


def _tower(canvas: Canvas, corner: Point, wide: float, colour: Colour, near: float) -> None:
    x, roof = corner
    walls = [(x, roof), (x + wide, roof), (x + wide, canvas.height), (x, canvas.height)]
    canvas.shade(walls, lit(colour, 0.08), lit(colour, -0.2), rough=round(60 + 110 * near))
    if near < 0.5:
        return
    lamp = mixed(_LAMP, canvas.scene.accent, 0.4)
    step, pane = wide / 5, wide / 11
    for row in range(1, 14):
        for column in range(4):
            if canvas.random.random() < 0.38 * near:
                left, upper = x + step * (column + 0.65), roof + step * (row + 0.2)
                canvas.fill(
                    [
                        (left, upper),
                        (left + pane, upper),
                        (left + pane, upper + pane * 1.5),
                        (left, upper + pane * 1.5),
                    ],
                    lamp,
                    rough=60,
                )


def _street_lights(canvas: Canvas, ground: float) -> None:
    for _ in range(canvas.count(30)):
        x, y = canvas.between(0, canvas.width), ground + canvas.between(0.01, 0.16) * canvas.height
        long = canvas.unit * canvas.between(0.02, 0.07)
        canvas.line(
            [(x - long, y), (x + long, y)], mixed(canvas.scene.accent, canvas.scene.ground, 0.45), canvas.unit * 0.004
        )


def architecture(canvas: Canvas) -> None:
    """Arches that recede towards a light, pillars at the sides, a shining floor."""
    scene = canvas.scene
    canvas.backdrop([lit(scene.ground, 0.05), scene.ground, lit(scene.ground, -0.25)])
    centre = canvas.width * (0.35 + 0.3 * scene.light_at[0])
    arches = canvas.count(5) + 2
    for step in range(arches):
        far = (step + 1) / arches
        half = canvas.width * 0.46 * (1 - far * 0.86)
        crown = canvas.height * (0.04 + 0.36 * far)
        floor = canvas.height * (1.02 - (1 - scene.horizon) * 0.8 * far)
        colour = mixed(lit(scene.ground, -0.3 + 0.25 * (step % 2)), mixed(scene.glow, scene.low, 0.5), far**1.5)
        _arch(canvas, centre, half, (crown, floor), colour)
    _floor(canvas, centre)


def _arch(canvas: Canvas, centre: float, half: float, span: tuple[float, float], colour: Colour) -> None:
    crown, floor = span
    spring = min(crown + half, floor)
    bow = [
        (centre + half * across, spring - (spring - crown) * (1 - across * across) ** 0.5)
        for across in (-1.0, -0.97, -0.9, -0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 1.0)
    ]
    outline = [(centre - half, floor), *bow, (centre + half, floor)]
    canvas.shade(outline, lit(colour, 0.18), lit(colour, -0.22), rough=110)
    canvas.line(outline, lit(colour, -0.35), canvas.unit * 0.006)


def _floor(canvas: Canvas, centre: float) -> None:
    scene = canvas.scene
    top = scene.horizon + 0.2 * (1 - scene.horizon)
    near = canvas.height
    floor: list[Point] = [(0, near), (centre, top * canvas.height), (canvas.width, near)]
    canvas.shade(
        floor, mixed(scene.accent, scene.glow, 0.5), mixed(scene.accent, lit(scene.ground, -0.4), 0.55), rough=90
    )
