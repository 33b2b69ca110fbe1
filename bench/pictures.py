"""Pictures that benchmarks of the gate are run on; seeded."""

import io
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

PHOTOGRAPHS = Path(__file__).parents[2] / "shared" / "data" / "images" / "wallpapers"


def files() -> dict[str, bytes]:
    """One picture as 1 and 4 megapixels, PNG and JPEG."""
    (picture,) = corpus(1, 2048)
    found = {}
    for name, image in (("1 MP", picture.reduce(2)), ("4 MP", picture)):
        for kind, options in (("PNG", {}), ("JPEG", {"quality": 90})):
            stream = io.BytesIO()
            image.save(stream, kind, **options)
            found[f"{name} {kind}"] = stream.getvalue()
    return found


def corpus(count: int, side: int) -> list[Pillow.Image]:
    """Squares cut out of photographs where they are at hand, else painted ones; seeded."""
    sources = [Pillow.open(path).convert("RGB") for path in sorted(PHOTOGRAPHS.glob("*.jpg"))]
    return [
        _cut(sources[at % len(sources)], seeded(at), side) if sources else _painted(seeded(at), side)
        for at in range(count)
    ]


def _cut(source: Pillow.Image, seed: np.random.Generator, side: int) -> Pillow.Image:
    """A square of the photograph, from 0.6 to 1.6 times as large as wanted, brought to size."""
    wide = min(int(side * seed.uniform(0.6, 1.6)), *source.size)
    left, top = (int(seed.integers(0, length - wide + 1)) for length in source.size)
    return source.crop((left, top, left + wide, top + wide)).resize((side, side), Pillow.Resampling.LANCZOS)


def _painted(seed: np.random.Generator, side: int) -> Pillow.Image:
    """Noise whose spectrum falls with the frequency as that of photographs does, in three correlated channels."""
    down, across = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)
    falloff = 1 / np.maximum(np.hypot(down, across), 1 / side) ** seed.uniform(1.0, 1.5)
    fields = [np.fft.irfft2(np.fft.rfft2(seed.normal(size=(side, side))) * falloff, s=(side, side)) for _ in range(3)]
    mixed = np.stack([fields[0] + 0.3 * field for field in fields], axis=2)
    levels = seed.uniform(60, 190) + seed.uniform(20, 60) * mixed / mixed.std()
    return Pillow.fromarray(levels.clip(0, 255).astype(np.uint8))


def seeded(number: int) -> np.random.Generator:
    """A generator for the picture of this number."""
    return np.random.default_rng([20261123, number])
