"""The pairs that are shown: which ones, and everything known about each."""

from collections.abc import Mapping

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.columns import ArmColumns, Ledger
from analysis.likeness import measurements
from analysis.metrics import gate_failed, quality
from analysis.relations import ARMS, Texts
from analysis.results import LayerFinding, OutcomeEvidence, PairEvidence

SHOWN = 12


def worst_rows(ledger: Ledger, rows: Integers, limit: int = SHOWN) -> Integers:
    """Those of the rows with the largest loss of quality, worst first; pairs without a loss are not among them."""
    losses = quality(ledger.incumbent, ledger.cuts)[rows] - quality(ledger.candidate, ledger.cuts)[rows]
    # The sort is stable, so equal losses keep the order of dispatch; NaN sorts last.
    order = np.argsort(-losses, kind="stable")[:limit]
    return rows[order[losses[order] > 0]]


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
