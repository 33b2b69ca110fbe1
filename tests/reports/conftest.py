"""Fixtures of the report's tests."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def encoded() -> Callable[..., bytes]:
    """Encodes a plain picture: size, mode, colour, file format and what Pillow's `save` takes beside."""

    def encode(
        size: tuple[int, int] = (64, 48),
        *,
        mode: str = "RGB",
        colour: object = None,
        kind: str = "PNG",
        **options: object,
    ) -> bytes:
        out = io.BytesIO()
        Image.new(mode, size, colour if colour is not None else 120).save(out, format=kind, **options)
        return out.getvalue()

    return encode


@pytest.fixture(scope="session")
def noise() -> bytes:
    """The picture that compresses worst, as PNG."""
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(7).integers(0, 256, (700, 700, 3), dtype=np.uint8)).save(out, format="PNG")
    return out.getvalue()
