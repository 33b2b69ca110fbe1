"""Two paired distributions in detail, for the report: what holds at every look, and what holds at one only."""

import numpy as np

from analysis.arrays import Floats
from analysis.panels.bands import cdf_band
from analysis.panels.classical import classical
from analysis.panels.permutation import swap_p
from analysis.panels.shifts import shift_bands
from analysis.results import Panel

LEVEL = 0.95
FINE_PRINT = 5000
"""Different values up to which the shift of percentiles has a band; beyond it would take too long to be worth it."""


def panel(incumbent: Floats, candidate: Floats, cuts: Floats) -> Panel | None:
    """The panel of paired values (n,), NaN where not known, at cuts (k,) fixed beforehand; None below two pairs."""
    known = np.isfinite(incumbent) & np.isfinite(candidate)
    before, after = incumbent[known], candidate[known]
    if before.size < 2:
        return None
    low, high = cdf_band(before, after, cuts, alpha=1 - LEVEL)
    few = np.unique(np.concatenate((before, after))).size <= FINE_PRINT
    return Panel(
        pairs=before.size,
        level=LEVEL,
        surely_lower=max(0.0, float(low.max())),
        surely_lower_at=float(cuts[int(low.argmax())]),
        surely_higher=max(0.0, float(-high.min())),
        surely_higher_at=float(cuts[int(high.argmin())]),
        swap_p=swap_p(before, after, cuts),
        bands=shift_bands(before, after, alpha=1 - LEVEL) if few else (),
        classical=classical(before, after),
    )
