"""Places nobody has stood in: space and fantasy."""

from shadow.emulator.canvas import Canvas, Point, cloud_mask, ridge
from shadow.emulator.colour import lit, mixed, turned
from shadow.emulator.places.sky import sky, stars


def space(canvas: Canvas) -> None:
    """Nebulae, stars and a planet with a night side."""
    scene = canvas.scene
    canvas.backdrop([lit(scene.ground, -0.7), lit(scene.ground, -0.3), lit(scene.ground, -0.75)])
    for colour, cover in ((scene.accent, 0.35), (turned(scene.accent, 50), 0.25), (scene.low, 0.2)):
        canvas.veil(colour, cloud_mask(canvas, cells=7, cover=cover * scene.density + 0.1, strength=130))
    stars(canvas, 220)
    at = (scene.subject_at * canvas.width, scene.horizon * canvas.height)
    radius = canvas.unit * scene.subject_size * 1.1
    canvas.glow(at, radius * 1.7, lit(scene.accent, 0.2), 120)
    canvas.disc(at, radius, mixed(scene.accent, scene.ground, 0.4), rough=130)
    light = (at[0] - radius * 0.35, at[1] - radius * 0.35)
    canvas.glow(light, radius * 0.95, lit(mixed(scene.accent, scene.glow, 0.5), 0.2), 200)


def fantasy(canvas: Canvas) -> None:
    """A large moon, islands that float, spires on them."""
    scene = canvas.scene
    sky(canvas)
    moon = ((1 - scene.light_at[0]) * canvas.width, canvas.height * 0.3)
    canvas.glow(moon, canvas.unit * 0.5, lit(scene.accent, 0.4), 130)
    canvas.disc(moon, canvas.unit * 0.17, lit(mixed(scene.accent, scene.glow, 0.6), 0.25), rough=60)
    canvas.veil(lit(scene.low, 0.2), cloud_mask(canvas, cells=9, cover=0.4, strength=120))
    for step in range(canvas.count(4)):
        near = (step + 1) / 4
        across = (scene.subject_at + 0.31 * step + canvas.between(-0.05, 0.05)) % 1
        at = (across * canvas.width, (scene.horizon - 0.14 + 0.11 * step) * canvas.height)
        _island(canvas, at, canvas.unit * (0.14 + 0.12 * near), near)


def _island(canvas: Canvas, at: Point, half: float, near: float) -> None:
    scene = canvas.scene
    rock = mixed(scene.low, lit(scene.ground, -0.3), 0.4 + 0.55 * near)
    under = ridge(canvas, bumps=3, octaves=4)[::8]
    xs = [at[0] + half * (2 * share / (len(under) - 1) - 1) for share in range(len(under))]
    depth = [
        half * (1.15 - abs(x - at[0]) / half) * (0.9 + 0.25 * float(bump)) for x, bump in zip(xs, under, strict=True)
    ]
    keel = [(x, at[1] + max(0.0, drop)) for x, drop in zip(xs, depth, strict=True)]
    canvas.shade([*keel, (at[0] + half, at[1]), (at[0] - half, at[1])], lit(rock, 0.15), lit(rock, -0.45), rough=190)
    meadow = turned(mixed(scene.ground, scene.accent, 0.25), 25)
    top = [(at[0] - half, at[1]), (at[0] - half * 0.5, at[1] - half * 0.13), (at[0] + half * 0.4, at[1] - half * 0.1)]
    canvas.fill(
        [*top, (at[0] + half, at[1]), (at[0], at[1] + half * 0.14)],
        mixed(scene.low, meadow, 0.4 + 0.5 * near),
        rough=180,
    )
    for spire in range(canvas.count(4)):
        x = at[0] + half * (0.22 * spire - 0.35)
        _spire(canvas, (x, at[1] - half * 0.05), half * canvas.between(0.35, 0.85), near)


def _spire(canvas: Canvas, foot: Point, tall: float, near: float) -> None:
    scene = canvas.scene
    wall = mixed(scene.low, lit(scene.ground, 0.25), 0.35 + 0.4 * near)
    wide = tall * 0.13
    x, y = foot
    canvas.fill(
        [(x - wide, y), (x - wide, y - tall * 0.65), (x + wide, y - tall * 0.65), (x + wide, y)], wall, rough=140
    )
    canvas.fill(
        [(x - wide * 1.4, y - tall * 0.65), (x, y - tall), (x + wide * 1.4, y - tall * 0.65)], scene.accent, rough=140
    )
