"""How the evidence grew. Numbers and labels, no words."""

from dataclasses import dataclass
from datetime import datetime

from analysis.results.verdict import GuardResult


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPoint:
    """What a look after so many counted pairs would have found, under the cuts in force."""

    pairs: int
    at: datetime
    """Dispatch of the last of these pairs, UTC."""
    guards: tuple[GuardResult, ...]
    log_e_go: float
    """ln of the e-value of the weakest guard that a GO requires: GO needs all of them."""
    log_e_rollback: float
    """ln of the weighted average of the guards' e-values, as in `Verdict`."""
