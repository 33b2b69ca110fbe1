"""A fingerprint of what a picture shows, so that the analysis can count pictures that are all but the same.

A model whose variety collapses answers different briefs with one picture. The gate sees one picture at a time and keeps
no state: the fingerprint is filed with the features, and `analysis.likeness` compares those of one arm over briefs.
"""

import math

import numpy as np
from PIL import Image as Pillow

from shadow.gates.features import Grey

FEATURE = "fingerprint"
"""The name under which it is filed: 48 bits are a whole number that a float holds exactly."""
SIDE = 32
BITS = 48
STEPS = 1 << 14
"""Cosines are whole numbers of these, so that sums are exact on every machine."""
# The lowest frequencies beside the mean, along both sides, in the zigzag order of ITU-T T.81.
_PLACES = sorted(
    ((down, across) for down in range(SIDE) for across in range(SIDE) if down + across),
    key=lambda place: (sum(place), place[sum(place) % 2]),
)[:BITS]
_DOWN, _ACROSS = np.array(_PLACES).T
_WAVES = np.array(
    [
        [round(STEPS * math.cos(math.pi * wave * (2 * pixel + 1) / (2 * SIDE))) for pixel in range(SIDE)]
        for wave in range(max(map(max, _PLACES)) + 1)
    ],
    dtype=np.int64,
)


def fingerprint(grey: Grey) -> int:
    """48 bits: whether each of the lowest cosine waves of the picture at 32 x 32 is above the median of them.

    Pictures of the same scene at another size or quality differ in 0 to 4 bits, different ones in about 24.
    C. Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010 (DCT based hash).
    """
    small = np.asarray(Pillow.fromarray(grey).resize((SIDE, SIDE), Pillow.Resampling.BOX), dtype=np.int64)
    rows = (_WAVES[:, None, :] * small).sum(axis=2)
    waves = (_WAVES[:, None, :] * rows).sum(axis=2).T
    found = waves[_ACROSS, _DOWN]
    above = found > np.sort(found)[BITS // 2 - 1]
    return int(sum(1 << place for place, bit in enumerate(above.tolist()) if bit))
