"""What can be wrong with the surface of a picture: nothing on it, bars beside it, false contours in it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from shadow.gates.decoding import Refused
from shadow.gates.features import DIGITS, Grey, Measured, contrast, deviation, faint

NOISE_FACTOR = 3
"""A picture that is flat when seen small may deviate by so many times `flat_deviation` when seen whole."""
ROUNDING = 6
BAR_SPREAD = 6
"""Grey levels between the lightest and the darkest pixel of a row that belongs to a bar: JPEG noise stays below it."""
BAR_LEVELS = 8
"""Grey levels by which the two bars may differ."""
BAR_SHARE = 0.02
"""Share of the side that each bar has at least."""
BAR_ROWS = 8
"""Rows of the working picture that each bar has at least: margins of icons are none."""
BAR_SKIP = 3
"""Rows of a blurred seam that are passed over."""
SEAM_STEP = 16
SEAM_SHARE = 0.5
"""Share of the first row beside a bar that differs from it by more than `SEAM_STEP` grey levels: a straight seam. A
product on white ground has calm rows above and below as well, but its outline begins with a few pixels."""
NOTICED = 0.1
"""Share of false contours that is worth a word; photographs as JPEG have up to half of it."""
PLATEAU = 6
"""Pixels on either side of a false contour between which luma steps by one level at most."""
CONTOUR = (3, 16)
"""Grey levels of a step that is a false contour: less is an ordinary gradient, more an edge of something."""
STRETCH = 16
"""Pixels of a line in which one contour is looked for."""
EVERY = 16
"""Every so many rows and columns are looked at."""


def flat(picture: Measured, least: float) -> Refused | None:
    """ "flat": one colour all over. "near flat": one colour under noise. Else nothing.

    Flat is a picture whose luma, red, green and blue each deviate by less than `least` grey levels. Near flat is one
    that does so when it is seen small, where noise averages out, and by less than `NOISE_FACTOR` times that when whole.
    """
    found = round(deviation(picture), ROUNDING)
    if found < least:
        return Refused(label="flat", reason=f"deviates by {found:.2f} of 255 grey levels; under {least:g} it is empty.")
    small, whole = round(faint(picture), ROUNDING), round(contrast(picture), ROUNDING)
    if small < least and whole < NOISE_FACTOR * least:
        reason = f"deviates by {small:.2f} of 255 grey levels seen small; under {least:g} it is empty but for noise."
        return Refused(label="near flat", reason=reason)
    return None


def bars(grey: Grey) -> float:
    """Share of the picture in bars of one tone at two opposite sides or all four (letterbox, frame). No unit, [0, 1].

    A bar's rows hold one tone to within `BAR_SPREAD`, each is at least `BAR_SHARE` of the side, both have one tone,
    and both end in a straight seam. A definition of our own.
    """
    top, bottom = _bar_rows(grey)
    left, right = _bar_rows(grey[top : grey.shape[0] - bottom].T)
    kept: int = (grey.shape[0] - top - bottom) * (grey.shape[1] - left - right)
    return round(1 - kept / grey.size, DIGITS)


def letterboxed(share: float, most: float) -> Refused | None:
    """ "letterboxed" where bars cover more than `most`."""
    if share <= most:
        return None
    return Refused(label="letterboxed", reason=f"bars of one tone cover {share:.1%}; at most {most:.1%} are allowed.")


def banding(grey: Grey) -> float:
    """Share of the stretches of `STRETCH` pixels that a false contour crosses: rows or columns. No unit, [0, 1].

    A false contour is a step of `CONTOUR` grey levels between two plateaus of `PLATEAU` pixels: what too few levels
    make of a sky. 0.1 and more are seen at once. A definition of our own, after what CAMBI looks for (P. Tandon et al.,
    "CAMBI: contrast-aware multiscale banding index", PCS 2021).
    """
    lines = (grey[::EVERY], grey[:, ::EVERY].T)
    return round(max(_contours(np.ascontiguousarray(line)) for line in lines), DIGITS)


def told(bar_share: float, contours: float) -> Iterator[str]:
    """What a person should hear of it."""
    if bar_share > 0:
        yield f"bars cover {bar_share:.0%}"
    if contours > NOTICED:
        yield f"false contours cross {contours:.0%} of it"


def _bar_rows(grey: Grey) -> tuple[int, int]:
    """Rows of the bar at the top and of the one at the bottom; none where it is no pair of bars."""
    height = grey.shape[0]
    if min(grey.shape) < 3:
        return 0, 0
    darkest, lightest = grey.min(axis=1).astype(np.int16), grey.max(axis=1).astype(np.int16)
    top = _leading(darkest, lightest)
    bottom = _leading(darkest[::-1], lightest[::-1])
    least = max(BAR_ROWS, round(BAR_SHARE * height))
    if top < least or bottom < least or top + bottom + BAR_SKIP >= height:
        return 0, 0
    tones = int(darkest[0]), int(darkest[-1])
    if abs(tones[0] - tones[1]) > BAR_LEVELS:
        return 0, 0
    if _seam(grey[top:], tones[0]) < SEAM_SHARE or _seam(grey[: height - bottom][::-1], tones[1]) < SEAM_SHARE:
        return 0, 0
    return top, bottom


def _leading(darkest: NDArray[np.int16], lightest: NDArray[np.int16]) -> int:
    """How many rows from the first on hold the tone of the first."""
    low = np.minimum(darkest, darkest[0])
    high = np.maximum(lightest, lightest[0])
    ends = np.flatnonzero(high - low > BAR_SPREAD)
    return int(ends[0]) if ends.size else len(darkest)


def _seam(grey: Grey, tone: int) -> float:
    """The largest share of pixels of one of the first rows that differ from the bar's tone."""
    apart = np.abs(grey[:BAR_SKIP].astype(np.int16) - tone) > SEAM_STEP
    return float(apart.mean(axis=1).max())


def _contours(lines: Grey) -> float:
    length = lines.shape[1]
    if length < 2 * PLATEAU + 2:
        return 0.0
    steps = np.abs(np.diff(lines.astype(np.int16), axis=1))
    rough = np.zeros((lines.shape[0], length), dtype=np.int32)
    np.cumsum(steps > 1, axis=1, out=rough[:, 1:])
    # rough[a:b] counts the steps above one level from a to b, so a plateau is a stretch over which it does not grow
    at = slice(PLATEAU, length - 1 - PLATEAU)
    before = rough[:, PLATEAU : length - 1 - PLATEAU] == rough[:, : length - 1 - 2 * PLATEAU]
    after = rough[:, 1 + 2 * PLATEAU :] == rough[:, 1 + PLATEAU : length - PLATEAU]
    contour = before & after & (steps[:, at] >= CONTOUR[0]) & (steps[:, at] <= CONTOUR[1])
    whole = contour.shape[1] // STRETCH * STRETCH
    if not whole:
        return float(contour.any(axis=1).mean())
    return float(contour[:, :whole].reshape(len(lines), -1, STRETCH).any(axis=2).mean())
