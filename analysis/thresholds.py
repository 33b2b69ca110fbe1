"""From a calibration to cuts: where each layer's scores begin to fail, so that the incumbent itself seldom does."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Booleans, Floats, moment_of
from analysis.columns import ArmColumns, Cuts, FrozenBaseline, Ledger
from analysis.metrics import TAIL_CUT, gate_failed, quality
from analysis.results import Baseline

FAILURE_BUDGET = 0.02
"""Share of the incumbent's own outcomes that all cuts and hard failures together may fail."""

TAIL_SHARE = 0.1
"""Of the judged calibration pictures: where the incumbent's tail begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Cuts made from the incumbent's outcomes, ready to be frozen as a baseline."""

    outcomes: int
    """Incumbent outcomes they were made from; those that could not be asked are not among them."""
    cuts: Cuts
    """Layer to cut; a score strictly below the cut fails the gate when read."""
    below: Mapping[str, float]
    """Layer to the share of the outcomes below that layer's cut."""
    tail: float | None
    """Quality below which the incumbent's tail begins; None where nothing was judged."""
    in_tail: float
    """Share of the outcomes below it."""
    failing: float
    """Share of the outcomes that fail by any cut or hard failure; more than the budget only where hard failures are."""
    budget: float

    @property
    def frozen(self) -> tuple[dict[str, float], dict[str, float]]:
        """What a baseline keeps: the cuts, the tail's among them under its name, and the shares below each."""
        cuts, below = dict(self.cuts), dict(self.below)
        if self.tail is not None:
            cuts[TAIL_CUT], below[TAIL_CUT] = self.tail, self.in_tail
        return cuts, below


def calibrate(ledger: Ledger, *, budget: float = FAILURE_BUDGET) -> Calibration:
    """The highest cuts, one per layer with scores, under which the incumbent stays within its budget.

    With n outcomes at most floor(budget * n) may fail, hard failures included. Among the outcomes without a hard
    failure each layer is cut at its (k + 1)-th smallest score, which fails at most k; k is the same for every layer
    and the largest for which the union of all failures fits. Ties at a cut pass. Where hard failures alone use the
    budget up, k is 0 and no score of the calibration fails.

    Raises ValueError where there is no outcome or no score to calibrate from.
    """
    # Scores of two rubrics or two floors make no one distribution.
    arm, asked = ledger.incumbent, ~ledger.incumbent.not_asked & ~ledger.otherwise
    total = int(asked.sum())
    sound = {layer: np.sort(_sound(arm, layer, asked)) for layer in arm.scores}
    sound = {layer: scores for layer, scores in sound.items() if scores.size}
    if not sound:
        message = "there is no scored outcome of the incumbent to calibrate from"
        raise ValueError(message)

    def failing(rank: int) -> int:
        return int((asked & gate_failed(arm, _cuts(sound, rank))).sum())

    # A rank never fails fewer outcomes than a smaller one, so halving finds the largest that fits.
    allowed = math.floor(round(budget * total, 9))
    rank = max(bisect_right(range(total), allowed, key=failing) - 1, 0)
    cuts = _cuts(sound, rank)
    below = {layer: float((scores < cuts[layer]).sum() / total) for layer, scores in sound.items()}
    points = quality(arm, cuts)
    tail = tail_cut(points[asked & ~arm.failed_hard])
    return Calibration(
        outcomes=total,
        cuts=cuts,
        below=below,
        tail=tail,
        in_tail=0.0 if tail is None else float((points[asked] < tail).sum() / total),
        failing=failing(rank) / total,
        budget=budget,
    )


def tail_cut(points: Floats) -> float | None:
    """The least quality (n,) that at least a tenth of the judged pictures lie below; None where none is known.

    On tied scores that is the value next above the tenth percentile: "below" then means a tail, not nothing at all.
    """
    known = np.sort(points[np.isfinite(points)])
    if not known.size:
        return None
    percentile = known[math.ceil(round(TAIL_SHARE * known.size, 9)) - 1]
    above = known[known > percentile]
    return float(above[0]) if above.size else float(percentile)


def in_force(ledger: Ledger, frozen: FrozenBaseline) -> Baseline:
    """The baseline as a report shows it, with the share its cuts and hard failures fail together.

    The share is counted again over the pairs that were on file when the baseline was frozen.
    """
    arm = ledger.incumbent
    known: Booleans = ~arm.not_asked & ~ledger.otherwise & (ledger.filed_at <= moment_of(frozen.frozen_at))
    failed = known & gate_failed(arm, frozen.cuts)
    return Baseline(
        version=frozen.version,
        frozen_at=frozen.frozen_at,
        outcomes=frozen.outcomes,
        cuts=frozen.cuts,
        failing=float(failed.sum() / known.sum()) if known.any() else 0.0,
        budget=frozen.budget,
    )


def _sound(arm: ArmColumns, layer: str, asked: Booleans) -> Floats:
    scores = arm.scores[layer]
    return scores[np.isfinite(scores) & ~arm.failed_hard & asked]


def _cuts(sound: Mapping[str, Floats], rank: int) -> dict[str, float]:
    return {layer: float(scores[min(rank, scores.size - 1)]) for layer, scores in sound.items()}
