"""Whether the arms serve the share of keys that was assigned to them (the sample-ratio check)."""

import numpy as np

from analysis.arrays import Floats, Integers, first_places, moment_of
from analysis.columns import Ledger
from analysis.sequences import Histogram, log_average, log_e_value

DECIMALS = 6


def log_e_sample_ratio(ledger: Ledger, rows: Integers) -> float:
    """ln of the e-value against "a key is served by the candidate as often as the percentage in force says".

    Each key is looked at once, at its first call: it keeps its arm afterwards. The difference between "served by the
    candidate" (0 or 1) and the share in force lies in [-1, 1] and has the mean 0, whatever moves were made; the bets
    are those of the verdict, the average of both sides.
    """
    keyed = rows[ledger.keys[rows] >= 0]
    first = keyed[first_places(ledger.keys[keyed])]
    shares = in_force(ledger)[first]
    served = ledger.candidate_served[first]
    steps = np.rint((served - shares) * 10**DECIMALS).astype(np.int64)
    values, counts = np.unique(steps, return_counts=True)
    histogram = Histogram.of(values / 10**DECIMALS, counts)
    return log_average([log_e_value(histogram, boundary=0.0, worst=worst) for worst in (-1.0, 1.0)])


def in_force(ledger: Ledger) -> Floats:
    """The candidate's share of keys when each pair was dispatched, shape (n,), in [0, 1]."""
    moves = np.array([moment_of(event.at) for event in ledger.cutover], dtype="datetime64[us]")
    shares = np.array([0.0, *(event.to_percent / 100 for event in ledger.cutover)])
    found: Floats = shares[np.searchsorted(moves, ledger.dispatched_at, side="right")]
    return found
