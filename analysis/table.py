"""The pairs as one flat table, for any other tool: one row per pair, aligned columns, counted or not."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import ArmColumns, Labels, Ledger
from analysis.looking import asked
from analysis.metrics import gate_failed, quality
from analysis.question import Question
from analysis.units import Waiting, counted

Table = dict[str, NDArray[Any]]
"""Column name to values, each of shape (n,); NaN and "" where there is nothing."""


def table(ledger: Ledger, question: Question, waiting: Waiting | None = None) -> Table:
    """The pairs of a ledger in dispatch order, judged by the cuts in force.

    `counted` says whether a pair is evidence for this question. Columns of an arm begin with its name; those of layers
    and features are named after them, as they are on file.
    """
    rows = counted(ledger, asked(ledger, question), waiting).rows
    counts = np.zeros(ledger.pairs, dtype=np.bool_)
    counts[rows] = True
    columns: Table = {
        "capture_id": ledger.capture_ids,
        "brief_digest": ledger.brief_digests,
        "dispatched_at": ledger.dispatched_at,
        "filed_at": ledger.filed_at,
        "segment": _words(ledger.segments),
        "served_by": np.where(ledger.candidate_served, "candidate", "incumbent").astype(object),
        "counted": counts,
    }
    for name, arm in (("incumbent", ledger.incumbent), ("candidate", ledger.candidate)):
        columns |= {f"{name}_{column}": values for column, values in _arm(arm, ledger)}
    columns["quality_difference"] = columns["candidate_quality"] - columns["incumbent_quality"]
    return columns


def _arm(arm: ArmColumns, ledger: Ledger) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "model", _words(arm.models)
    yield "outcome", _words(arm.kinds)
    yield "label", _words(arm.labels)
    yield "quality", quality(arm, ledger.cuts)
    yield "gate_failed", gate_failed(arm, ledger.cuts)
    yield "latency", arm.latency
    yield "output_tokens", arm.output_tokens
    yield "attempts", arm.attempts
    yield from _layers(arm.scores, arm.hard_failures)
    for feature, values in arm.features.items():
        yield f"{feature.layer}.{feature.name}", values


def _layers(scores: Mapping[str, Any], hard: Mapping[str, Labels]) -> Iterator[tuple[str, NDArray[Any]]]:
    for layer, values in scores.items():
        if np.isfinite(values).any():
            yield f"{layer}.score", values
        if hard[layer].given.any():
            yield f"{layer}.hard_failure", _words(hard[layer])


def _words(labels: Labels) -> NDArray[Any]:
    return np.array(labels.words, dtype=object)[labels.codes]
