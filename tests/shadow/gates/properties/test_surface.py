"""Bars, false contours and emptiness are seen where they are, and not where they are not."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from shadow.gates.decoding import Decoded
from shadow.gates.features import Grey, Measured
from shadow.gates.properties import surface


def grey(image: Pillow.Image) -> Grey:
    """Luma."""
    return np.asarray(image.convert("L"))


def measured(image: Pillow.Image) -> Measured:
    """The numbers of a picture that was never a file."""
    return Measured.of(Decoded(format="PNG", width=image.width, height=image.height, working=image.convert("RGB")))


def as_jpeg(image: Pillow.Image) -> Pillow.Image:
    """The same picture after a lossy encoder."""
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "JPEG", quality=85)
    return Pillow.open(stream)


@pytest.mark.parametrize("colour", ["black", "white", (90, 20, 140)])
@pytest.mark.parametrize("lossy", [False, True])
@pytest.mark.parametrize(
    ("box", "share"),
    [((0, 128, 512, 384), 0.5), ((64, 0, 448, 512), 0.25), ((32, 32, 480, 480), 0.234), ((0, 16, 512, 496), 0.0625)],
)
def test_bars_are_measured(
    box: tuple[int, ...], share: float, lossy: bool, colour: object, scene: Pillow.Image
) -> None:
    """Letterbox, pillarbox, frame and narrow bars, in any tone, before and after JPEG."""
    picture = Pillow.new("RGB", (512, 512), colour)
    picture.paste(scene.resize((box[2] - box[0], box[3] - box[1])), box[:2])
    assert surface.bars(grey(as_jpeg(picture) if lossy else picture)) == pytest.approx(share, abs=0.02)


def test_what_only_looks_like_bars_is_none(scene: Pillow.Image) -> None:
    """A product on white ground, one bar, two bars of two tones, a calm sky, a flat picture, a tiny icon."""
    product = Pillow.new("L", (512, 512), "white")
    ImageDraw.Draw(product).ellipse((150, 150, 360, 360), fill=60)
    one_bar = scene.copy()
    one_bar.paste("black", (0, 0, 512, 100))
    two_tones = one_bar.copy()
    two_tones.paste("white", (0, 412, 512, 512))
    icon = Pillow.new("L", (48, 48), "white")
    icon.paste(0, (5, 5, 43, 43))
    for picture in (product, one_bar, two_tones, scene, Pillow.new("L", (64, 64)), icon, Pillow.new("L", (1, 1))):
        assert surface.bars(grey(picture)) == 0


def test_too_few_levels_in_a_sky_are_seen() -> None:
    """A gradient cut to few levels has false contours, along either side; the smooth one and an edge have none."""
    smooth = np.linspace(40, 200, 1024)[:, None].repeat(1024, axis=1)
    coarse = np.round(smooth / 8) * 8
    for turned in (False, True):
        few, many = (part.T if turned else part for part in (coarse, smooth))
        assert surface.banding(few.astype(np.uint8)) > 0.25
        assert surface.banding(many.astype(np.uint8)) == 0
    edge = np.where(np.arange(1024) < 500, 40, 200).astype(np.uint8)[None, :].repeat(1024, axis=0)
    assert surface.banding(edge) == 0


def test_banding_survives_jpeg_and_spares_photographs(scene: Pillow.Image) -> None:
    """False contours are seen through a lossy encoder; noisy ground and a smooth sky are no banding."""
    smooth = np.linspace(40, 200, 1024)[:, None].repeat(1024, axis=1)
    few, many = (Pillow.fromarray(part.astype(np.uint8)) for part in (np.round(smooth / 8) * 8, smooth))
    assert surface.banding(grey(as_jpeg(few))) > 0.05
    assert surface.banding(grey(as_jpeg(many))) < 0.01
    assert surface.banding(grey(scene)) < 0.01
    assert surface.banding(grey(as_jpeg(scene))) < 0.05


@pytest.mark.parametrize("size", [(1, 1), (5, 400), (400, 5), (13, 13), (15, 15), (40, 40)])
def test_small_pictures_have_no_surface(size: tuple[int, int]) -> None:
    """Thin and tiny pictures give numbers between 0 and 1."""
    picture = grey(Pillow.effect_noise(size, 90))
    assert 0 <= surface.bars(picture) <= 1
    assert 0 <= surface.banding(picture) <= 1


@pytest.mark.parametrize(
    ("deviation", "expected"),
    [(0, "flat"), (1.5, "flat"), (4, "near flat"), (9, None)],
)
def test_noise_alone_is_no_picture(deviation: float, expected: str | None) -> None:
    """One colour is flat, one colour under faint noise is near flat, strong texture is a picture."""
    noise = np.random.default_rng(2).normal(128, deviation, (1024, 1024)).round().clip(0, 255).astype(np.uint8)
    found = surface.flat(measured(Pillow.fromarray(noise)), 2.0)
    assert (found.label if found else None) == expected


def test_a_faint_picture_is_a_picture() -> None:
    """Fog of little contrast is not near flat: what is there stays there when it is seen small."""
    fog = np.linspace(120, 132, 1024)[:, None].repeat(1024, axis=1).astype(np.uint8)
    assert surface.flat(measured(Pillow.fromarray(fog)), 2.0) is None
