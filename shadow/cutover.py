"""The candidate's share of live traffic, as a value: how it is written down and how it may change.

The state file carries each move with who, when, from what to what and why, until the ledger has it: a percentage
can never take effect without its line in the audit trail, and a roll back needs nothing but this one small file.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from shadow.errors import InputError

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One change of the percentage, with everything an auditor asks."""

    event_id: str
    migration: str
    at: float
    """Unix time, seconds."""
    actor: str
    verb: str
    from_percent: float
    to_percent: float
    reason: str
    verdict_id: str = ""
    evidence: str = ""
    """The decision and its reasons at that moment, JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The percentages in force and the moves that the ledger has yet to take over."""

    percent: Mapping[str, float] = field(default_factory=dict)
    """Candidate's share by migration, 0 to 100."""
    pending: tuple[Move, ...] = ()

    def of(self, migration: str) -> float:
        """The candidate's share of this migration; 0 where nothing was ever set."""
        return self.percent.get(migration, 0.0)

    def moved(self, move: Move) -> "State":
        """The state after this move."""
        return State(percent={**self.percent, move.migration: move.to_percent}, pending=(*self.pending, move))

    def carried(self, event_ids: frozenset[str]) -> "State":
        """The state once these moves are in the ledger."""
        return State(
            percent=self.percent, pending=tuple(item for item in self.pending if item.event_id not in event_ids)
        )

    def to_json(self) -> str:
        """What stands in the state file."""
        pending = [asdict(item) for item in self.pending]
        return json.dumps({"format": FORMAT, "percent": dict(self.percent), "pending": pending}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "State":
        """The state that `to_json` wrote. Raises `ValueError` for anything else, half-written files among it."""
        record = json.loads(text)
        if not isinstance(record, dict) or record.get("format") != FORMAT:
            msg = f"not a cutover state of format {FORMAT}"
            raise ValueError(msg)
        try:
            percent = {str(name): percentage(value) for name, value in record["percent"].items()}
            pending = tuple(Move(**item) for item in record["pending"])
        except (KeyError, TypeError, AttributeError, InputError) as error:
            msg = f"not a cutover state: {error}"
            raise ValueError(msg) from error
        return cls(percent=percent, pending=pending)


def percentage(value: Any) -> float:
    """A percentage in [0, 100]. Raises `InputError`."""
    try:
        percent = float(value)
    except (TypeError, ValueError):
        percent = -1.0
    if not 0 <= percent <= 100:
        msg = f"A percentage is a number from 0 to 100, not {value!r}."
        raise InputError(msg)
    return percent
