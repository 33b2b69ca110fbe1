"""What the crop to a screen loses, and whether there are pixels enough."""

import numpy as np
import pytest

from shadow.gates.features import Grey
from shadow.gates.properties.shapes import Shape
from shadow.gates.properties.targets import cover, crops, refused
from shadow.settings import PropertiesSettings, TargetSettings

PHONE = TargetSettings(size="1440x3200")
DESKTOP = TargetSettings(size="2560x1440")
MASTER = Shape(width=1376, height=768)


def motif_at(left: int) -> Grey:
    """A light square on a calm dark ground, 1376 x 768."""
    ground = np.random.default_rng(4).normal(40, 3, (768, 1376))
    ground[330:440, left : left + 110] = 210
    return ground.clip(0, 255).astype(np.uint8)


def test_the_largest_rectangle_of_the_screen_s_ratio_is_kept() -> None:
    """A wide picture loses its sides on a tall screen, a tall one its ends on a wide screen."""
    assert cover(MASTER, PHONE) == (pytest.approx(768 * 1440 / 3200 / 1376), 1.0)
    assert cover(Shape(width=768, height=1376), DESKTOP) == (1.0, pytest.approx(768 * 1440 / 2560 / 1376))
    assert cover(Shape(width=1440, height=3200), PHONE) == (1.0, 1.0)


def test_a_subject_in_the_middle_survives_and_one_at_the_side_does_not() -> None:
    """The loss on a phone is small for the one and almost all for the other; a desktop shows both."""
    targets = {"phone": PHONE, "desktop": DESKTOP}
    middle, aside = (crops(motif_at(left), MASTER, targets) for left in (633, 80))
    assert middle[0].loss < 0.2
    assert aside[0].loss > 0.9
    assert max(middle[1].loss, aside[1].loss) < 0.02


def test_the_safe_area_is_smaller_than_the_crop() -> None:
    """What is shown but hidden behind a clock or a notch counts as unsafe, not as lost."""
    narrow = {"phone": TargetSettings(size="1440x3200", safe_area=0.2)}
    found = crops(motif_at(633), MASTER, narrow)[0]
    assert found.unsafe > found.loss + 0.3
    whole = crops(motif_at(633), MASTER, {"phone": TargetSettings(size="1440x3200", safe_area=1.0)})[0]
    assert whole.unsafe == whole.loss


@pytest.mark.parametrize(("size", "expected"), [("1440x3200", 0.24), ("688x384", 2.0), ("1376x768", 1.0)])
def test_resolution_is_native_pixels_for_each_of_the_screen(size: str, expected: float) -> None:
    """A picture of 768 rows fills 3200 at a quarter of the pixels; under 1 it says by how much it is enlarged."""
    found = crops(motif_at(633), MASTER, {"screen": TargetSettings(size=size)})[0]
    assert found.resolution == expected
    assert ("enlarged 4.2 times" in str(found)) is (expected < 1)


def test_features_carry_the_screen_s_name() -> None:
    """Three numbers for each screen, none without screens."""
    found = crops(motif_at(633), MASTER, {"phone": PHONE})[0]
    assert list(found.features) == ["crop_loss_phone", "unsafe_loss_phone", "resolution_phone"]
    assert crops(motif_at(633), MASTER, {}) == []


def test_limits_refuse_and_their_absence_does_not() -> None:
    """By default nothing is refused; a limit on loss or resolution is a hard failure with its screen's name."""
    strict = {"phone": TargetSettings(size="1440x3200", max_loss=0.5)}
    sharp = {"desktop": TargetSettings(size="2560x1440", min_resolution=1.0)}
    aside = motif_at(80)
    assert refused(crops(aside, MASTER, {"phone": PHONE}), {"phone": PHONE}) is None
    lost, small = (refused(crops(aside, MASTER, targets), targets) for targets in (strict, sharp))
    assert lost is not None
    assert small is not None
    assert (lost.label, small.label) == ("crop loses subject", "too small for target")
    assert "phone" in lost.reason
    assert "desktop" in small.reason


@pytest.mark.parametrize(
    "targets",
    [
        {"phone": "1440 x 3200"},
        {"phone": "1440x"},
        {"phone": "1440x3200px"},
        {"phone": "1440x3200\n"},
        {"phone": "0x10"},
        {"Phone!": "1440x3200"},
        {"phone": {"size": "1440x3200", "safe": 0.5}},
        {"phone": {"safe_area": 0.5}},
        {"phone": 1440},
    ],
)
def test_a_target_that_cannot_be_read_stops(targets: object) -> None:
    """Sizes, names and keys that are not understood are refused when the config is read."""
    with pytest.raises(ValueError, match="targets"):
        PropertiesSettings.model_validate({"targets": targets})
