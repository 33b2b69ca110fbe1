"""Values turned into rows of the ledger. What is missing is None."""

import math
from datetime import UTC, datetime
from typing import Any

from shadow.brief import canonical
from shadow.cutover import Move
from shadow.finding import Finding
from shadow.pair import Examined, Loss, Pair
from shadow.store.entries import Acceptance, Cuts, Said

Row = dict[str, Any]
TIE = "tie"


def brief_row(pair: Pair) -> Row:
    """The row of the brief; the earliest of several pairs is the one to file."""
    brief = pair.capture.brief
    return {
        "brief_digest": brief.digest(),
        "prompt": text(brief.prompt),
        "record": text(canonical(brief.to_record())),
        "aspect_ratio": some_text(brief.aspect_ratio),
        "image_size": some_text(brief.image_size),
        "first_seen": moment(pair.capture.dispatched_at),
    }


def pair_row(pair: Pair) -> Row:
    """The row of the pair itself."""
    capture = pair.capture
    return {
        "capture_id": text(capture.capture_id),
        "migration": text(capture.migration),
        "sequence": pair.sequence,
        "brief_digest": capture.brief.digest(),
        "dispatched_at": moment(capture.dispatched_at),
        "filed_at": moment(pair.filed_at),
        "serving_arm": str(capture.arm),
        "key_hash": some_text(capture.key_hash),
        "segment": some_text(capture.segment),
        "cluster": some_text(capture.cluster),
        "tags": some_text(canonical(dict(capture.tags)) if capture.tags else None),
    }


def outcome_rows(pair: Pair) -> list[Row]:
    """One row for each outcome of the pair."""
    return [{**_place(pair, item), **_outcome(item)} for item in pair.examined]


def _outcome(examined: Examined) -> Row:
    outcome, image = examined.outcome, examined.outcome.image
    return {
        "role": str(examined.role),
        "kind": str(outcome.kind),
        "label": some_text(outcome.label),
        "detail": some_text(outcome.detail),
        "model": text(outcome.model),
        "model_version": some_text(outcome.model_version),
        "response_id": some_text(outcome.response_id),
        "picture": image.digest if image else None,
        "mime": image.mime if image else None,
        "bytes": len(image.data) if image else None,
        "latency": real(outcome.latency),
        "started_at": moment(outcome.started_at) if outcome.started_at else None,
        "prompt_tokens": outcome.prompt_tokens,
        "output_tokens": outcome.output_tokens,
        "thought_tokens": outcome.thought_tokens,
        "attempts": examined.attempts,
    }


def finding_rows(pair: Pair) -> list[Row]:
    """One row for each layer that looked at an outcome, in the order of the walk."""
    return [{**_place(pair, item), **_finding(finding)} for item in pair.examined for finding in item.findings]


def _finding(finding: Finding) -> Row:
    return {
        "layer": text(finding.layer),
        "score": real(finding.score),
        "hard_failure": some_text(finding.hard_failure),
        "missing": some_text(finding.missing),
        "reason": some_text(finding.reason),
    }


def feature_rows(pair: Pair) -> list[Row]:
    """One row for each measurement; one that is not a number was not made."""
    return [
        {**_place(pair, item), "layer": text(finding.layer), "name": text(name), "value": value}
        for item in pair.examined
        for finding in item.findings
        for name, value in finding.features.items()
        if real(value) is not None
    ]


def comparison_rows(pair: Pair) -> list[Row]:
    """One row for each order in which both pictures were judged side by side."""
    return [
        {
            "capture_id": text(pair.capture.capture_id),
            "first_arm": str(said.first),
            "preferred": None if said.missing else str(said.preferred or TIE),
            "missing": some_text(said.missing),
            "reason": some_text(said.reason),
        }
        for item in pair.examined
        for said in item.comparisons
    ]


def _place(pair: Pair, examined: Examined) -> Row:
    return {"capture_id": text(pair.capture.capture_id), "arm": str(examined.arm), "draw": examined.draw}


def loss_row(loss: Loss) -> Row:
    """The row of a counted loss."""
    return {
        "loss_id": text(loss.loss_id),
        "migration": text(loss.migration),
        "minute": moment(loss.minute),
        "process": text(loss.process),
        "reason": text(loss.reason),
        "count": loss.count,
    }


def move_row(move: Move) -> Row:
    """The row of a move of traffic."""
    return {
        "event_id": text(move.event_id),
        "migration": text(move.migration),
        "at": moment(move.at),
        "actor": text(move.actor),
        "verb": text(move.verb),
        "from_percent": float(move.from_percent),
        "to_percent": float(move.to_percent),
        "reason": text(move.reason),
        "verdict_id": some_text(move.verdict_id),
        "evidence": some_text(move.evidence),
    }


def baseline_rows(cuts: Cuts, *, version: int, at: float) -> list[Row]:
    """The rows of a frozen baseline, one for each layer."""
    return [
        {
            "migration": text(cuts.migration),
            "version": version,
            "frozen_at": moment(at),
            "layer": text(layer),
            "cut": float(cut),
            "outcomes": cuts.outcomes,
            "failing": float(cuts.failing[layer]),
            "budget": float(cuts.budget),
        }
        for layer, cut in cuts.cuts.items()
    ]


def said_row(said: Said, *, at: float) -> Row:
    """The row of a verdict said at `at`."""
    return {
        "verdict_id": text(said.verdict_id),
        "migration": text(said.migration),
        "epoch": said.epoch,
        "said_at": moment(at),
        "decision": text(said.decision),
        "pairs": said.pairs,
        "question": text(said.question),
        "reasons": text(canonical(list(said.reasons))),
    }


def acceptance_row(item: Acceptance, *, at: float) -> Row:
    """The row of a shift accepted at `at`."""
    return {
        "acceptance_id": text(item.acceptance_id),
        "migration": text(item.migration),
        "accepted_at": moment(at),
        "actor": text(item.actor),
        "question": text(item.question),
        "feature": text(item.feature),
        "reason": text(item.reason),
    }


def move_of(row: Row) -> Move:
    """The move that `move_row` wrote."""
    at = row["at"].replace(tzinfo=UTC).timestamp()
    return Move(**{**row, "at": at, "verdict_id": row["verdict_id"] or "", "evidence": row["evidence"] or ""})


def moment(unix: float) -> datetime:
    """UTC without a time zone, to the microsecond, of Unix seconds."""
    return datetime.fromtimestamp(unix, UTC).replace(tzinfo=None)


def real(value: float | None) -> float | None:
    """The number, or None where there is none."""
    return None if value is None or math.isnan(value) else float(value)


def text(value: str) -> str:
    """The words as valid UTF-8. One lone surrogate would cost DuckDB the whole database; it is kept as its escape."""
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")


def some_text(value: str | None) -> str | None:
    """The words, or None where there are none."""
    return text(value) if value else None
