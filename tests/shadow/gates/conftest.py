"""Pictures and briefs that the tests of the gate share."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from shadow.brief import Brief, Text, canonical

ROOT = Path(__file__).parents[3]


@pytest.fixture
def ask() -> Callable[..., Brief]:
    """Makes a brief of words, with an image configuration where one is given."""

    def brief(words: str = "a lighthouse at dusk", **image_config: str) -> Brief:
        settings = {"image_config": image_config} if image_config else {}
        return Brief(parts=(Text(text=words),), settings_json=canonical(settings))

    return brief


@pytest.fixture
def scene() -> Pillow.Image:
    """A landscape of 512 x 512 pixels: a calm blue sky above coloured, noisy ground."""
    random = np.random.default_rng(20261123)
    pixels = np.empty((512, 512, 3), dtype=np.uint8)
    pixels[:200] = np.linspace((60, 110, 200), (140, 180, 230), 200)[:, None, :]
    ground = np.linspace((90, 140, 40), (120, 60, 20), 312)[:, None, :] + random.normal(0, 25, (312, 512, 1))
    pixels[200:] = np.clip(ground, 0, 255)
    return Pillow.fromarray(pixels)


@pytest.fixture
def saved() -> Callable[..., bytes]:
    """Encodes a picture: `saved(image, "PNG", **options)`."""

    def encode(image: Pillow.Image, kind: str, **options: object) -> bytes:
        stream = io.BytesIO()
        image.save(stream, kind, **options)
        return stream.getvalue()

    return encode


@pytest.fixture
def guide() -> str:
    """The text of docs/gate.md."""
    return (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
