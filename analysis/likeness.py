"""Pictures that are all but the same: whether a model answers different briefs with one picture.

The gate files 48 bits about each picture (`fingerprint`); the same scene at another size or quality differs in 0 to 4
of them, different pictures in about 24.
"""

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.columns import ArmColumns, Feature

FINGERPRINT = "fingerprint"
"""The name of the feature. It names a picture and measures nothing, so it is neither described nor shown."""
NEAR = 4
"""Bits in which near copies differ at most."""
RECENT = 2000
"""The latest pictures of an arm that are compared with each other: every one with every other."""


def fingerprints(arm: ArmColumns) -> Floats:
    """The fingerprint of every row, NaN where there is none, shape (n,)."""
    found = [values for feature, values in arm.features.items() if feature.name == FINGERPRINT]
    return found[0] if found else np.full(arm.latency.shape, np.nan)


def measurements(arm: ArmColumns) -> dict[Feature, Floats]:
    """The features that measure something."""
    return {feature: values for feature, values in arm.features.items() if feature.name != FINGERPRINT}


def near_copies(arm: ArmColumns, briefs: Integers, rows: Integers) -> tuple[int, int]:
    """How many of the latest pictures are near copies of one that answered another brief, and how many were compared.

    `briefs` is a number per brief, shape (n,); `rows` are the rows that count, oldest first. A picture without any
    structure (no bit set) is compared with none.
    """
    values = fingerprints(arm)[rows]
    kept = rows[np.nan_to_num(values) > 0][-RECENT:]
    bits, asked = fingerprints(arm)[kept].astype(np.uint64), briefs[kept]
    copies = sum(
        bool(((np.bitwise_count(bits ^ one) <= NEAR) & (asked != brief)).any())
        for one, brief in zip(bits, asked, strict=True)
    )
    return copies, len(kept)
