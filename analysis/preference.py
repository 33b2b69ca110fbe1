"""Both pictures side by side: which one the judge prefers when it is asked in both orders. Advisory."""

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.columns import Ledger
from analysis.noise import log_e_uneven
from analysis.results import Interval, Preference
from analysis.sequences import Histogram, bound

LEVEL = 0.95


def preference(ledger: Ledger, rows: Integers) -> Preference | None:
    """What was preferred over these pairs; None where none was compared.

    A pair counts where both orders were answered: +1 where both prefer the candidate, -1 where both prefer the
    incumbent, and 0, a tie, for everything else, disagreement among it. So a judge that always takes the first picture
    makes ties and nothing else.
    """
    if ledger.sides is None:
        return None
    sides = ledger.sides[:, rows]
    asked = ~np.isnan(sides).all(axis=0)
    known = ~np.isnan(sides).any(axis=0)
    both = sides[:, known]
    differences = np.where(both[0] == both[1], both[0], 0.0)
    low, high = _interval(differences)
    return Preference(
        pairs=int(known.sum()),
        candidate=int((differences > 0).sum()),
        incumbent=int((differences < 0).sum()),
        ties=int((differences == 0).sum()),
        disagreed=int((both[0] != both[1]).sum()),
        unknown=int((asked & ~known).sum()),
        estimate=float(differences.mean()) if differences.size else None,
        interval=Interval(low=low, high=high, level=LEVEL, anytime=True),
        first=_share_of_first(both),
        log_e_position=_log_e_position(both),
    )


def _interval(differences: Floats) -> tuple[float, float]:
    histogram = Histogram.of_differences(differences)
    low, high = (bound(histogram, worst=worst, alpha=(1 - LEVEL) / 2) for worst in (-1.0, 1.0))
    return low, high


def _share_of_first(both: Floats) -> float | None:
    """How often the picture shown first was preferred, among the answers that preferred one."""
    first = int((both[0] < 0).sum() + (both[1] > 0).sum())
    decided = int((both != 0).sum())
    return first / decided if decided else None


def _log_e_position(both: Floats) -> float:
    """ln of the e-value against "which is shown first means nothing": the two orders then cancel out on average."""
    return log_e_uneven((both[1] - both[0]).astype(np.int64), decimals=0, span=2.0)
