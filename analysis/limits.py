"""Guards on what one call takes, against a limit that the user states: how often is it beyond?"""

from collections.abc import Callable, Mapping

import numpy as np

from analysis.arrays import Booleans, Floats, Integers
from analysis.columns import ArmColumns, Ledger
from analysis.metrics import Better, Metric

LATENCY = "latency"
OUTPUT_TOKENS = "output_tokens"
LIMITED: Mapping[str, str] = {LATENCY: "seconds", OUTPUT_TOKENS: "tokens"}
"""What may be limited, with the unit of the limit. Tokens stand for cost: prices change, tokens are measured."""
LIVE = "live"


def limit_metric(name: str, limit: float, margin: float) -> Metric:
    """The metric "beyond this limit": 1 for a call that takes more, 0 for one that does not."""
    taken: Mapping[str, Callable[[ArmColumns], Floats]] = {LATENCY: _seconds, OUTPUT_TOKENS: _tokens}

    def beyond(arm: ArmColumns, _: object) -> Floats:
        found = taken[name](arm)
        marks: Floats = (found > limit).astype(np.float64)
        marks[np.isnan(found)] = np.nan
        return marks

    return Metric(
        name=name,
        unit="share",
        better=Better.LOWER,
        low=0.0,
        high=1.0,
        decimals=0,
        margin=margin,
        typical_deviation=0.2,
        value=beyond,
    )


def both_served(ledger: Ledger, rows: Integers) -> bool:
    """Whether each arm answered at least one of these briefs live: latency is compared within one role only."""
    return all(bool(_live(arm)[rows].any()) for arm in (ledger.incumbent, ledger.candidate))


def matched(ledger: Ledger, rows: Integers, metric: Metric) -> tuple[Floats, Floats]:
    """Live calls of both arms side by side, shapes (m,): live traffic is split, so no brief has both.

    Each live call of the candidate stands beside the mean of the incumbent's since the candidate's last one; calls of
    the candidate without one in between are left out. The differences stay within [-1, 1].
    """
    values = {
        arm: np.where(_live(columns), metric.value(columns, {}), np.nan)[rows]
        for arm, columns in (("incumbent", ledger.incumbent), ("candidate", ledger.candidate))
    }
    served = np.isfinite(values["candidate"])
    period = np.cumsum(served) - served
    known = np.isfinite(values["incumbent"])
    periods = int(served.sum())
    sums = np.bincount(period[known], weights=values["incumbent"][known], minlength=periods + 1)[:periods]
    counts = np.bincount(period[known], minlength=periods + 1)[:periods]
    some = counts > 0
    return sums[some] / counts[some], values["candidate"][served][some]


def _live(arm: ArmColumns) -> Booleans:
    return arm.roles.among(LIVE) & ~arm.not_asked


def _seconds(arm: ArmColumns) -> Floats:
    seconds = arm.latency.copy()
    seconds[arm.not_asked | (arm.attempts > 1)] = np.nan
    return seconds


def _tokens(arm: ArmColumns) -> Floats:
    tokens = arm.output_tokens.astype(np.float64)
    tokens[arm.not_asked] = np.nan
    return tokens
