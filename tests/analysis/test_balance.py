"""Whether the arms serve what was assigned to them."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from analysis.balance import in_force, log_e_sample_ratio

START = datetime(2026, 6, 1, tzinfo=UTC)


def moves(filing: Any, *stages: tuple[float, float]) -> None:
    """Audited moves, as (minute, percent)."""
    for minute, percent in stages:
        row = {"migration": "pro", "actor": "ann", "verb": "set", "from_percent": 0.0, "reason": "because"}
        at = START.replace(tzinfo=None) + timedelta(minutes=minute)
        filing.insert("cutover_events", event_id=str(minute), at=at, to_percent=percent, **row)


def serve(filing: Any, share: float, *, keys: int = 400, calls: int = 2) -> None:
    """Keys that keep their arm, each calling more than once."""
    arms = np.random.default_rng(1).random(keys) < share
    for number in range(keys * calls):
        arm = "candidate" if arms[number % keys] else "incumbent"
        filing.pair(key_hash=f"key {number % keys}", serving_arm=arm, minute=20 + number)


@pytest.mark.parametrize(("share", "alarm"), [(0.25, False), (0.5, True), (0.0, True)])
def test_the_share_of_keys_is_held_against_the_percentage(filing: Any, share: float, alarm: bool) -> None:
    """At 25 % a quarter of the keys is served by the candidate, neither more nor fewer."""
    moves(filing, (10, 25.0))
    serve(filing, share)
    ledger = filing.read()
    assert (log_e_sample_ratio(ledger, np.arange(ledger.pairs)) >= math.log(20)) is alarm


def test_the_percentage_in_force_is_that_of_the_moment(filing: Any) -> None:
    """Before the first move it is nothing; each move holds from its own moment on."""
    moves(filing, (10, 5.0), (20, 50.0))
    for minute in (0, 10, 19, 20):
        filing.pair(minute=minute)
    assert in_force(filing.read()).tolist() == [0.0, 0.05, 0.05, 0.5]


def test_calls_without_a_key_say_nothing(filing: Any) -> None:
    """Only keys are assigned."""
    filing.pair(serving_arm="candidate")
    ledger = filing.read()
    assert log_e_sample_ratio(ledger, np.arange(1)) == pytest.approx(0)
