"""How the pictures look: whether a feature has shifted by more than anybody accepted. Features never gate."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats, Integers, moment_of
from analysis.columns import Feature, Ledger
from analysis.results import Interval, StyleShift
from analysis.sequences import Histogram, RangeViolated, bound, log_e_value, reached

STYLE_RANGES: Mapping[str, tuple[float, float]] = {
    "saturation": (0.0, 1.0),
    "colourfulness": (0.0, 300.0),
    "brightness": (0.0, 255.0),
    "contrast": (0.0, 127.5),
    "entropy": (0.0, 8.0),
    "edge_density": (0.0, 1.0),
    "negative_space": (0.0, 1.0),
}
"""Features whose range is known from their definition and near enough to their spread to bet on.

Others are described only: sharpness could be a million, and no number of pairs would ever exclude that.
"""
STEPS = 1000
"""A difference is counted in so many steps of the range."""
DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One feature over the counted pairs, in shares of its range."""

    feature: Feature
    spread: float
    """Standard deviation among the incumbent's calibration pictures."""
    histogram: Histogram


def shifts(
    ledger: Ledger, rows: Integers, *, margin: float, alpha_go: float, alpha_alarm: float, guards: tuple[str, ...]
) -> tuple[StyleShift, ...]:
    """Every feature that can be bet on, with its anytime interval in the incumbent's standard deviations.

    `margin` is in the same unit. The interval is two-sided at `alpha_alarm`. A feature among `guards` allows GO once
    both "lower by the margin" and "higher by the margin" are refuted at `alpha_go`.
    """
    return tuple(
        _shift(found, ledger, margin=margin, alpha_go=alpha_go, alpha_alarm=alpha_alarm, guards=guards)
        for found in _measured(ledger, rows)
    )


def violations(ledger: Ledger, rows: Integers) -> dict[str, RangeViolated]:
    """The first value beyond its declared range, by feature."""
    found = {}
    for feature in ledger.features:
        low, high = STYLE_RANGES.get(feature.name, (-math.inf, math.inf))
        for arm in (ledger.incumbent, ledger.candidate):
            values = arm.features[feature][rows]
            for place in np.flatnonzero((values < low) | (values > high))[:1].tolist():
                value = float(values[place])
                found[feature.name] = RangeViolated(value, low if value < low else high, int(rows[place]))
    return found


def _measured(ledger: Ledger, rows: Integers) -> Iterator[Measured]:
    broken = violations(ledger, rows)
    for feature in ledger.features:
        if feature.name not in STYLE_RANGES or feature.name in broken:
            continue
        low, high = STYLE_RANGES[feature.name]
        spread = _spread(ledger, ledger.incumbent.features[feature])
        before, after = (arm.features[feature][rows] for arm in (ledger.incumbent, ledger.candidate))
        known = np.isfinite(before) & np.isfinite(after)
        if not spread > 0 or not known.any():
            continue
        steps = np.rint((after[known] - before[known]) * (STEPS / (high - low))).astype(np.int64)
        histogram = Histogram.of_steps(steps, decimals=DECIMALS)
        yield Measured(feature=feature, spread=spread / (high - low), histogram=histogram)


def _spread(ledger: Ledger, values: Floats) -> float:
    """The yardstick is fixed before the evidence: only pairs on file when the baseline was frozen make it."""
    if ledger.baseline is None:
        return math.nan
    early = values[ledger.filed_at <= moment_of(ledger.baseline.frozen_at)]
    early = early[np.isfinite(early)]
    return float(early.std(ddof=1)) if early.size > 1 else math.nan


def _shift(
    found: Measured, ledger: Ledger, *, margin: float, alpha_go: float, alpha_alarm: float, guards: tuple[str, ...]
) -> StyleShift:
    low, high = (bound(found.histogram, worst=worst, alpha=alpha_alarm / 2) / found.spread for worst in (-1.0, 1.0))
    name, edge = found.feature.name, margin * found.spread
    evidence = [
        log_e_value(found.histogram, boundary=sign * min(edge, 0.999), worst=sign) if edge < 1 else 0.0
        for sign in (-1.0, 1.0)
    ]
    return StyleShift(
        feature=name,
        pairs=found.histogram.total,
        estimate=found.histogram.mean / found.spread,
        interval=Interval(low=low, high=high, level=round(1 - alpha_alarm, 12), anytime=True),
        margin=margin,
        beyond=low > margin or high < -margin,
        guarded=name in guards,
        go=all(reached(log_e, alpha_go) for log_e in evidence),
        accepted=ledger.accepted.get(name),
    )
