"""The open sky: gradient, sun or moon, stars and clouds."""

from shadow.emulator.canvas import Canvas, cloud_mask
from shadow.emulator.colour import Colour, lit, mixed


def sky(canvas: Canvas) -> None:
    """From the scene's top colour down to its low one at the horizon."""
    scene = canvas.scene
    canvas.backdrop([scene.top, mixed(scene.top, scene.low, 0.45), scene.low, scene.low])
    if scene.stars:
        stars(canvas, 90, lower=scene.horizon)
    _sun(canvas)
    if scene.clouds > 0.05:
        colour = lit(mixed(scene.low, scene.glow, 0.5), -0.35 if scene.stars else 0.15)
        canvas.veil(colour, cloud_mask(canvas, cells=10, cover=scene.clouds, strength=190))


def stars(canvas: Canvas, most: int, *, lower: float = 1.0) -> None:
    """Points of light above the line `lower`."""
    colour: Colour = (236, 240, 255)
    for _ in range(canvas.count(most)):
        at = (canvas.between(0, canvas.width), canvas.between(0, canvas.height * lower))
        canvas.disc(at, canvas.unit * canvas.between(0.0008, 0.0035), colour, rough=40)


def _sun(canvas: Canvas) -> None:
    scene = canvas.scene
    at = (scene.light_at[0] * canvas.width, max(0.06, scene.horizon - scene.light_at[1] * 0.6) * canvas.height)
    canvas.glow(at, canvas.unit * 0.55, mixed(scene.glow, scene.low, 0.3), 150)
    canvas.disc(at, canvas.unit * (0.035 if scene.stars else 0.05), lit(scene.glow, 0.3), rough=30)
