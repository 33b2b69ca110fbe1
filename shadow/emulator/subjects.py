"""The thing a brief is about, as a silhouette that stands on a point of the ground."""

from collections.abc import Callable, Sequence
from types import MappingProxyType

from shadow.emulator.canvas import Canvas, Point
from shadow.emulator.colour import Colour, lit


def _around(foot: Point, tall: float, shape: Sequence[Point]) -> list[Point]:
    """A shape given in heights of the subject, moved to where it stands."""
    return [(foot[0] + x * tall, foot[1] + y * tall) for x, y in shape]


def _tree(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    x, y = foot
    canvas.fill(
        [
            (x - tall * 0.04, y),
            (x - tall * 0.02, y - tall * 0.6),
            (x + tall * 0.02, y - tall * 0.6),
            (x + tall * 0.05, y),
        ],
        lit(colour, -0.4),
        rough=170,
    )
    for _ in range(9):
        at = (x + canvas.between(-0.26, 0.26) * tall, y - tall * canvas.between(0.52, 0.92))
        canvas.disc(at, tall * canvas.between(0.1, 0.17), lit(colour, canvas.between(-0.15, 0.15)), rough=200)


def _boat(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    x, y = foot
    canvas.fill(
        [
            (x - tall * 0.34, y - tall * 0.14),
            (x + tall * 0.38, y - tall * 0.14),
            (x + tall * 0.24, y),
            (x - tall * 0.24, y),
        ],
        lit(colour, -0.45),
        rough=120,
    )
    canvas.fill([(x, y - tall), (x, y - tall * 0.2), (x + tall * 0.34, y - tall * 0.2)], lit(colour, 0.5), rough=80)
    canvas.fill(
        [(x - tall * 0.03, y - tall * 0.9), (x - tall * 0.03, y - tall * 0.2), (x - tall * 0.24, y - tall * 0.2)],
        colour,
        rough=80,
    )


def _lighthouse(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    x, y = foot
    for stripe in range(5):
        low, high = y - tall * 0.16 * stripe, y - tall * 0.16 * (stripe + 1)
        wide, tight = tall * (0.11 - 0.012 * stripe), tall * (0.098 - 0.012 * stripe)
        canvas.fill(
            [(x - wide, low), (x - tight, high), (x + tight, high), (x + wide, low)],
            lit(colour, 0.6) if stripe % 2 else colour,
            rough=110,
        )
    canvas.glow((x, y - tall * 0.87), tall * 0.5, canvas.scene.glow, 150)
    canvas.fill(
        [
            (x - tall * 0.06, y - tall * 0.8),
            (x - tall * 0.06, y - tall * 0.92),
            (x, y - tall),
            (x + tall * 0.06, y - tall * 0.92),
            (x + tall * 0.06, y - tall * 0.8),
        ],
        lit(colour, -0.5),
        rough=90,
    )


def _house(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    x, y = foot
    half = tall * 0.42
    canvas.shade(
        [(x - half, y), (x - half, y - tall * 0.48), (x + half, y - tall * 0.48), (x + half, y)],
        colour,
        lit(colour, -0.3),
        rough=140,
    )
    canvas.fill(
        [(x - half * 1.2, y - tall * 0.48), (x, y - tall), (x + half * 1.2, y - tall * 0.48)],
        lit(colour, -0.5),
        rough=160,
    )
    for side in (-0.55, 0.2):
        left = x + half * side
        canvas.fill(
            [
                (left, y - tall * 0.36),
                (left + half * 0.35, y - tall * 0.36),
                (left + half * 0.35, y - tall * 0.18),
                (left, y - tall * 0.18),
            ],
            lit(canvas.scene.glow, 0.1),
            rough=40,
        )


def _bird(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    shade = 0.35 if canvas.scene.stars else -0.4  # pale birds against a night sky, dark ones against the day
    for _ in range(5):
        x, y = foot[0] + canvas.between(-1.1, 1.1) * tall, foot[1] - tall * canvas.between(0.9, 2.0)
        wing = tall * canvas.between(0.14, 0.26)
        canvas.fill(
            [(x - wing, y - wing * 0.5), (x - wing * 0.3, y - wing * 0.3), (x, y), (x - wing * 0.4, y - wing * 0.1)],
            lit(colour, shade),
            rough=80,
        )
        canvas.fill(
            [(x + wing, y - wing * 0.5), (x + wing * 0.3, y - wing * 0.3), (x, y), (x + wing * 0.4, y - wing * 0.1)],
            lit(colour, shade + 0.1),
            rough=80,
        )


def _figure(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    x, y = foot
    canvas.disc((x, y - tall * 0.9), tall * 0.085, lit(colour, 0.1), rough=110)
    canvas.fill(
        [
            (x - tall * 0.16, y - tall * 0.3),
            (x - tall * 0.1, y - tall * 0.8),
            (x + tall * 0.1, y - tall * 0.8),
            (x + tall * 0.16, y - tall * 0.3),
        ],
        colour,
        rough=150,
    )
    for leg in (-0.07, 0.07):
        canvas.line([(x + tall * leg, y - tall * 0.32), (x + tall * leg * 1.4, y)], lit(colour, -0.45), tall * 0.09)


def _moon(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    at = (foot[0], foot[1] - tall * 1.2)
    canvas.glow(at, tall * 1.3, lit(colour, 0.4), 150)
    canvas.disc(at, tall * 0.46, lit(colour, 0.35), rough=110)
    canvas.disc((at[0] + tall * 0.12, at[1] - tall * 0.1), tall * 0.1, lit(colour, 0.15), rough=110)


def _animal(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    x, y = foot
    for leg in (-0.36, -0.26, 0.2, 0.3):
        canvas.fill(
            _around((x + tall * leg, y), tall, ((-0.04, 0), (-0.05, -0.45), (0.06, -0.45), (0.02, 0))),
            lit(colour, -0.4),
            rough=170,
        )
    body = ((-0.42, -0.66), (-0.2, -0.7), (0.26, -0.64), (0.42, -0.86), (0.54, -0.84), (0.4, -0.4), (-0.4, -0.36))
    canvas.fill(_around(foot, tall, body), colour, rough=190)
    head = ((0.38, -0.84), (0.44, -1.04), (0.5, -0.94), (0.72, -0.8), (0.7, -0.72), (0.46, -0.7))
    canvas.fill(_around(foot, tall, head), lit(colour, 0.08), rough=190)
    canvas.fill(
        _around(foot, tall, ((-0.4, -0.64), (-0.62, -0.5), (-0.66, -0.3), (-0.42, -0.5))), lit(colour, -0.15), rough=190
    )


def _fish(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    for _ in range(4):
        x, y = foot[0] + canvas.between(-1.2, 1.2) * tall, foot[1] - tall * canvas.between(0.7, 1.9)
        half = tall * canvas.between(0.16, 0.34)
        body = [(x - half, y), (x - half * 0.4, y - half * 0.45), (x + half * 0.5, y - half * 0.35), (x + half, y)]
        under = [(x + half * 0.5, y + half * 0.32), (x - half * 0.4, y + half * 0.4)]
        canvas.fill([*body, *under], lit(colour, 0.1), rough=120)
        canvas.fill(
            [(x - half * 0.8, y), (x - half * 1.5, y - half * 0.4), (x - half * 1.4, y + half * 0.4)], colour, rough=120
        )


def _balloon(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    at = (foot[0], foot[1] - tall * 1.1)
    canvas.disc(at, tall * 0.42, colour, rough=90)
    canvas.glow((at[0] - tall * 0.14, at[1] - tall * 0.16), tall * 0.34, lit(colour, 0.55), 170)
    canvas.fill(
        [
            (at[0] - tall * 0.2, at[1] + tall * 0.36),
            (at[0] + tall * 0.2, at[1] + tall * 0.36),
            (at[0] + tall * 0.08, at[1] + tall * 0.6),
            (at[0] - tall * 0.08, at[1] + tall * 0.6),
        ],
        lit(colour, -0.2),
        rough=90,
    )
    canvas.fill(
        [
            (at[0] - tall * 0.08, at[1] + tall * 0.64),
            (at[0] + tall * 0.08, at[1] + tall * 0.64),
            (at[0] + tall * 0.07, at[1] + tall * 0.78),
            (at[0] - tall * 0.07, at[1] + tall * 0.78),
        ],
        lit(colour, -0.6),
        rough=90,
    )


SILHOUETTES: MappingProxyType[str, Callable[[Canvas, Point, float, Colour], None]] = MappingProxyType(
    {
        "tree": _tree,
        "boat": _boat,
        "lighthouse": _lighthouse,
        "house": _house,
        "bird": _bird,
        "figure": _figure,
        "moon": _moon,
        "animal": _animal,
        "fish": _fish,
        "balloon": _balloon,
    }
)


def place_subject(canvas: Canvas) -> None:
    """Draws the scene's subject where the scene puts it, in its accent colour."""
    scene = canvas.scene
    foot = (scene.subject_at * canvas.width, min(0.95, scene.horizon + 0.16) * canvas.height)
    SILHOUETTES[scene.subject](canvas, foot, canvas.unit * scene.subject_size, scene.accent)
