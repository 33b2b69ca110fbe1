"""Screens that a picture must fill: what the crop to each of them loses, and whether there are pixels enough.

A screen of another ratio shows the largest rectangle of its own ratio in the middle of the picture, as wallpapers are
shown (https://www.w3.org/TR/css-images-3/#valdef-object-fit-cover, object-position 50% 50%).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shadow.gates.decoding import Refused
from shadow.gates.features import DIGITS, Grey
from shadow.gates.properties.salience import Window, outside, salience, subject
from shadow.gates.properties.shapes import Shape
from shadow.settings import TargetSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """What becomes of a picture on one screen."""

    name: str
    loss: float
    """Share of the subject's salience that the crop cuts off, [0, 1]."""
    unsafe: float
    """Share of the subject's salience outside the safe area of the crop, [loss, 1]."""
    resolution: float
    """Native pixels of the crop for each pixel of the screen, along one side; under 1 it must be enlarged."""

    @property
    def features(self) -> dict[str, float]:
        """`crop_loss_NAME`, `unsafe_loss_NAME`, `resolution_NAME`."""
        return {
            f"crop_loss_{self.name}": self.loss,
            f"unsafe_loss_{self.name}": self.unsafe,
            f"resolution_{self.name}": self.resolution,
        }

    def __str__(self) -> str:
        """The same in words."""
        enough = "" if self.resolution >= 1 else f", enlarged {1 / self.resolution:.2g} times"
        return f"on {self.name} {self.loss:.0%} of the subject is cut off{enough}"


def crops(grey: Grey, shape: Shape, targets: Mapping[str, TargetSettings]) -> list[Crop]:
    """What becomes of the picture on every screen. `grey` is its luma in any scale."""
    if not targets:
        return []
    weights = subject(salience(grey))
    found = []
    for name, target in targets.items():
        width, height = cover(shape, target)
        found.append(
            Crop(
                name=name,
                loss=round(outside(weights, middle(width, height)), DIGITS),
                unsafe=round(outside(weights, middle(width * target.safe_area, height * target.safe_area)), DIGITS),
                resolution=round(shape.width * width / target.width, DIGITS),
            )
        )
    return found


def cover(shape: Shape, target: TargetSettings) -> tuple[float, float]:
    """Shares of width and height of the largest rectangle of the screen's ratio inside the picture."""
    wider = (shape.width * target.height) / (shape.height * target.width)
    return (1 / wider, 1.0) if wider > 1 else (1.0, wider)


def middle(width: float, height: float) -> Window:
    """The rectangle of these shares in the middle."""
    return Window(left=(1 - width) / 2, top=(1 - height) / 2, right=(1 + width) / 2, bottom=(1 + height) / 2)


def refused(crops: Sequence[Crop], targets: Mapping[str, TargetSettings]) -> Refused | None:
    """ "crop loses subject" or "too small for target", where a screen's own limit says so."""
    for crop in crops:
        target = targets[crop.name]
        if crop.loss > target.max_loss:
            reason = f"the crop to {crop.name} cuts off {crop.loss:.0%} of the subject; at most {target.max_loss:.0%}."
            return Refused(label="crop loses subject", reason=reason)
        if crop.resolution < target.min_resolution:
            reason = f"{crop.resolution:.2f} pixels for each of {crop.name}; at least {target.min_resolution:g}."
            return Refused(label="too small for target", reason=reason)
    return None
