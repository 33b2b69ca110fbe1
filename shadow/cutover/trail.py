"""One change of a migration's traffic with its line of the audit trail: neither exists without the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shadow.cutover.state import Move, State

WITHOUT_EVIDENCE = "without evidence"
"""Stands in the reason of every move that the deadline forced, so that it shows wherever the trail does."""
APART = 1e-6
"""Seconds between two lines at least: the trail is ordered by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be written down, apart from where traffic stood before."""

    event_id: str
    migration: str
    at: float
    """Unix time, seconds."""
    actor: str
    verb: str
    reason: str
    to_percent: float | None = None
    """None leaves the percentage."""
    verdict_id: str = ""
    evidence: str = ""
    standing: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the standing that change with it."""


def recorded(state: State, entry: Entry) -> State:
    """The state after this change. Lines of one migration never share a time, however the clock jumps."""
    before, standing = state.of(entry.migration), state.standing(entry.migration)
    after = before if entry.to_percent is None else entry.to_percent
    at = max(entry.at, standing.stamped + APART) if standing.stamped else entry.at
    move = Move(
        event_id=entry.event_id,
        migration=entry.migration,
        at=at,
        actor=entry.actor,
        verb=entry.verb,
        from_percent=before,
        to_percent=after,
        reason=entry.reason,
        verdict_id=entry.verdict_id or standing.verdict_id,
        evidence=entry.evidence,
    )
    # A stage is approved once: whoever comes back to it is asked again.
    moved = {} if after == before else {"since": at, "approved": 0.0, "unproven": False}
    changed = {**moved, "stamped": at, "last_event": entry.event_id, **entry.standing}
    return state.moved(move, replace(standing, **changed), sets=entry.to_percent is not None)
