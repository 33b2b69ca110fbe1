"""The pairs that are shown."""

from typing import Any

import numpy as np

from analysis.columns import Ledger
from analysis.evidence import BEST_SHOWN, SURPRISING_SHOWN, WORST_SHOWN, Chosen, chosen


def of(ledger: Ledger) -> Chosen:
    """Chosen among all rows."""
    return chosen(ledger, np.arange(ledger.pairs))


def test_losses_gains_and_surprises_are_chosen_and_no_pair_twice(filing: Any) -> None:
    """The largest loss and the largest gain lead; a pair that judge and similarity see differently surprises."""
    for number in range(60):
        filing.pair(
            {"judge": 80.0, "similarity": 0.5}, {"judge": 80.0 + number % 5, "similarity": 0.5 + number % 5 / 100}
        )
    worst = filing.pair({"judge": 90.0}, {"judge": 10.0})
    best = filing.pair({"judge": 10.0}, {"judge": 90.0})
    odd = filing.pair({"judge": 80.0, "similarity": 0.5}, {"judge": 83.9, "similarity": 0.2})
    ledger = filing.read()
    found = of(ledger)
    assert ledger.capture_ids[found.worst].tolist() == [worst]
    assert ledger.capture_ids[found.best][0] == best
    assert ledger.capture_ids[found.surprising].tolist() == [odd]
    assert len(set(found.rows.tolist())) == found.rows.size


def test_the_lists_are_bounded(filing: Any) -> None:
    """However many pairs there are."""
    for number in range(80):
        sign = 1 if number % 2 else -1
        filing.pair(
            {"judge": 50.0, "similarity": 0.5},
            {"judge": 50.0 + sign * (5 + number % 20), "similarity": 0.5 - sign / 10},
        )
    found = of(filing.read())
    assert (found.worst.size, found.best.size, found.surprising.size) == (WORST_SHOWN, BEST_SHOWN, SURPRISING_SHOWN)


def test_equal_arms_show_nothing(filing: Any) -> None:
    """No loss, no gain, no spread to be surprised by."""
    for _ in range(10):
        filing.pair()
    assert of(filing.read()).rows.size == 0
