"""Guards on what a call takes."""

from typing import Any

import numpy as np

from analysis import guards
from analysis.limits import both_served, limit_metric, matched
from analysis.looking import look
from analysis.question import Question

SLOW = Question(margins={"quality": 2.0}, limits={"latency": 5.0}, minimum_hours=0.0)


def test_calls_beyond_a_limit_are_marked(filing: Any) -> None:
    """Seconds and tokens beyond the limit count 1; a second attempt's latency is not compared."""
    filing.pair({"latency": 4.0, "output_tokens": 10}, {"latency": 6.0, "output_tokens": 30})
    filing.pair({"latency": 9.0, "attempts": 2}, {"kind": "infrastructure"})
    ledger = filing.read()
    latency, tokens = limit_metric("latency", 5.0, 0.02), limit_metric("output_tokens", 20, 0.02)
    np.testing.assert_array_equal(latency.value(ledger.incumbent, {}), [0, np.nan])
    np.testing.assert_array_equal(latency.value(ledger.candidate, {}), [1, np.nan])
    np.testing.assert_array_equal(tokens.value(ledger.candidate, {}), [1, np.nan])


def test_latency_is_advisory_until_both_have_served(filing: Any) -> None:
    """A slow shadow call holds nothing back; once both answer live, live calls alone are compared."""
    for _ in range(20):
        filing.pair({"latency": 1.0}, {"latency": 9.0})
    before = look(filing.read(), SLOW).guards[1]
    assert (before.name, before.required, before.log_e_rollback) == ("latency", False, 0.0)
    assert before.estimate == -1.0
    filing.insert("pairs", **served("x"))
    filing.outcome("x", "candidate", role="live", latency=1.0)
    filing.outcome("x", "incumbent", role="shadow", latency=9.0)
    after = look(filing.read(), SLOW).guards[1]
    assert (after.required, after.pairs, after.estimate) == (True, 1, 0.0)


def served(capture: str) -> dict[str, Any]:
    """A pair that the candidate answered live."""
    return {
        "capture_id": capture,
        "brief_digest": capture,
        "migration": "pro",
        "sequence": 1000,
        "dispatched_at": "2026-06-02",
        "filed_at": "2026-06-02",
        "serving_arm": "candidate",
    }


def test_each_live_call_stands_beside_those_since_the_last(filing: Any) -> None:
    """The candidate's call is matched with the mean of the incumbent's in between; one without any is left out."""
    metric = limit_metric("latency", 5.0, 0.02)
    for arm, seconds in [("incumbent", 9.0), ("incumbent", 1.0), ("candidate", 9.0), ("candidate", 1.0)]:
        live = {"role": "live", "latency": seconds}
        capture = f"capture-{filing.filed}"
        filing.filed += 1
        filing.insert("pairs", **{**served(capture), "sequence": filing.filed})
        other = "candidate" if arm == "incumbent" else "incumbent"
        filing.outcome(capture, arm, **live)
        filing.outcome(capture, other, role="shadow", latency=1.0)
    ledger = filing.read()
    rows = np.arange(4)
    assert both_served(ledger, rows)
    assert not both_served(ledger, rows[:2])
    before, after = matched(ledger, rows, metric)
    assert (before.tolist(), after.tolist()) == ([0.5], [1.0])
    found = guards.measure(guards.samples(SLOW, ledger, rows)[1], SLOW)
    assert (found.estimate, found.pairs) == (-0.5, 1)
