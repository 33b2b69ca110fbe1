"""The pairs that are shown: which ones, and everything known about each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.columns import ArmColumns, Ledger
from analysis.likeness import measurements
from analysis.metrics import JUDGE, SIMILARITY, gate_failed, quality
from analysis.relations import ARMS, Texts
from analysis.results import LayerFinding, OutcomeEvidence, PairEvidence

WORST_SHOWN = 12
BEST_SHOWN = 3
SURPRISING_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The rows of the pairs that are shown; no row twice."""

    worst: Integers
    best: Integers
    surprising: Integers

    @property
    def rows(self) -> Integers:
        """All of them, shape (n,)."""
        return np.concatenate((self.worst, self.best, self.surprising))


def chosen(ledger: Ledger, rows: Integers) -> Chosen:
    """Of these rows the largest losses, the largest gains and those that surprise most."""
    worst = worst_rows(ledger, rows)
    rest = rows[~np.isin(rows, worst)]
    best = best_rows(ledger, rest)
    rest = rest[~np.isin(rest, best)]
    return Chosen(worst=worst, best=best, surprising=surprising_rows(ledger, rest))


def worst_rows(ledger: Ledger, rows: Integers, limit: int = WORST_SHOWN) -> Integers:
    """Those of the rows with the largest loss of quality, worst first; pairs without a loss are not among them."""
    return _largest(rows, -_gains(ledger, rows), limit)


def best_rows(ledger: Ledger, rows: Integers, limit: int = BEST_SHOWN) -> Integers:
    """Those of the rows with the largest gain of quality, best first; pairs without a gain are not among them."""
    return _largest(rows, _gains(ledger, rows), limit)


def surprising_rows(ledger: Ledger, rows: Integers, limit: int = SURPRISING_SHOWN) -> Integers:
    """Those about which the judge and the similarity disagree most: one sees a gain where the other sees a loss.

    Both differences are counted in their own standard deviations over these rows, so that they can be held together.
    """
    layers = (JUDGE, SIMILARITY)
    if not all(layer in arm.scores for arm in (ledger.incumbent, ledger.candidate) for layer in layers):
        return rows[:0]
    gains = [(ledger.candidate.scores[layer] - ledger.incumbent.scores[layer])[rows] for layer in layers]
    known = np.isfinite(gains[0]) & np.isfinite(gains[1])
    spreads = [float(gain[known].std()) if known.any() else 0.0 for gain in gains]
    if not all(spread > 0 for spread in spreads):
        return rows[:0]
    judge, similarity = (gain / spread for gain, spread in zip(gains, spreads, strict=True))
    opposed = np.where(judge * similarity < 0, np.abs(judge - similarity), np.nan)
    return _largest(rows, opposed, limit)


def _gains(ledger: Ledger, rows: Integers) -> Floats:
    return quality(ledger.candidate, ledger.cuts)[rows] - quality(ledger.incumbent, ledger.cuts)[rows]


def _largest(rows: Integers, values: Floats, limit: int) -> Integers:
    """The rows with the largest positive values, largest first."""
    # The sort is stable, so equal values keep the order of dispatch; NaN sorts last.
    order = np.argsort(-values, kind="stable")[:limit]
    return rows[order[values[order] > 0]]


def show(ledger: Ledger, rows: Integers, texts: Mapping[str, Texts]) -> tuple[PairEvidence, ...]:
    """These pairs with their texts; a pair without texts is left out."""
    arms = {
        name: _Arm(columns, ledger) for name, columns in zip(ARMS, (ledger.incumbent, ledger.candidate), strict=True)
    }
    shown = []
    for row in rows.tolist():
        text = texts.get(ledger.capture_ids[row])
        if text is None:
            continue
        outcomes = {name: arm.outcome(name, row, text) for name, arm in arms.items()}
        shown.append(
            PairEvidence(
                capture_id=ledger.capture_ids[row],
                brief_digest=ledger.brief_digests[row],
                prompt=text.prompt,
                segment=ledger.segments[row],
                **outcomes,
            )
        )
    return tuple(shown)


class _Arm:
    """One arm's columns with what the cuts in force make of them."""

    def __init__(self, columns: ArmColumns, ledger: Ledger) -> None:
        self.columns = columns
        self.cuts = ledger.cuts
        self.layers = ledger.layers
        self.quality = quality(columns, ledger.cuts)
        self.gate_failed = gate_failed(columns, ledger.cuts)

    def outcome(self, arm: str, row: int, text: Texts) -> OutcomeEvidence:
        columns = self.columns
        measured = ((feature.name, _known(values, row)) for feature, values in measurements(columns).items())
        return OutcomeEvidence(
            kind=columns.kinds[row],
            label=columns.labels[row],
            model=columns.models[row],
            picture=text.pictures.get(arm),
            quality=_known(self.quality, row),
            gate_failed=bool(self.gate_failed[row]),
            findings=tuple(
                self._finding(layer, row, text.reasons[arm, layer])
                for layer in self.layers
                if (arm, layer) in text.reasons
            ),
            features={name: value for name, value in measured if value is not None},
            latency=_known(columns.latency, row),
            role=columns.roles[row],
        )

    def _finding(self, layer: str, row: int, reason: str) -> LayerFinding:
        score = _known(self.columns.scores[layer], row)
        return LayerFinding(
            layer=layer,
            score=score,
            hard_failure=self.columns.hard_failures[layer][row] or None,
            missing=self.columns.missing[layer][row] or None,
            below_cut=score is not None and layer in self.cuts and score < self.cuts[layer],
            reason=reason,
        )


def _known(values: Floats, row: int) -> float | None:
    value = float(values[row])
    return None if np.isnan(value) else value
