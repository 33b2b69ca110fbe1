"""What stands in the state file: the percentages in force, and what is known of each migration beside them.

The file carries each change with who, when, from what to what and why, until the ledger has it: a percentage can never
take effect without its line in the audit trail, and a roll back needs nothing but this one small file.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from shadow.errors import InputError

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One line of the audit trail: a change of the percentage, or of what may change it, where both ends are equal."""

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
class Standing:
    """What is known of one migration's traffic beside its percentage. Times are Unix seconds; 0 is never."""

    since: float = 0.0
    """Since when the percentage is in force."""
    stamped: float = 0.0
    """The time of the last line of the trail: the next one is later, whatever the clock says."""
    last_event: str = ""
    latched: str = ""
    """Why traffic was rolled back; nothing moves up until a person resumes."""
    held: str = ""
    """Why a person holds."""
    approved: float = 0.0
    """The stage that a person approved, in per cent; 0 for none."""
    gone_at: float = 0.0
    """Since when the incumbent is known to answer no more: from then on the candidate is the arm to fall back on."""
    unproven: bool = False
    """The percentage in force was forced by the deadline, without evidence."""
    alarmed_at: float = 0.0
    decision: str = ""
    """The verdict last seen: "GO", "HOLD", "ROLLBACK"."""
    verdict_id: str = ""
    outlook: str = ""
    """Whether the evidence can arrive in time, as the last look saw it."""
    outlook_at: float = 0.0


UNTOUCHED = Standing()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The percentages in force and the changes that the ledger has yet to take over."""

    percent: Mapping[str, float] = field(default_factory=dict)
    """Candidate's share by migration, 0 to 100."""
    pending: tuple[Move, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)

    def of(self, migration: str) -> float:
        """The candidate's share of this migration; 0 where nothing was ever set."""
        return self.percent.get(migration, 0.0)

    def standing(self, migration: str) -> Standing:
        """What is known beside the percentage; untouched where nothing ever happened."""
        return self.standings.get(migration, UNTOUCHED)

    def moved(self, move: Move, standing: Standing | None = None, *, sets: bool = True) -> "State":
        """The state after this change; `sets` says whether it is one of the percentage.

        What sets none leaves it open: a percentage that nobody ever set is not 0 % in the same sense.
        """
        stands = dict(self.standings) if standing is None else {**self.standings, move.migration: standing}
        percent = {**self.percent, move.migration: move.to_percent} if sets else self.percent
        return State(percent=percent, pending=(*self.pending, move), standings=stands)

    def seen(self, migration: str, standing: Standing) -> "State":
        """The state once something is known that is no change and leaves no line."""
        return State(percent=self.percent, pending=self.pending, standings={**self.standings, migration: standing})

    def carried(self, event_ids: frozenset[str]) -> "State":
        """The state once these changes are in the ledger."""
        waiting = tuple(item for item in self.pending if item.event_id not in event_ids)
        return State(percent=self.percent, pending=waiting, standings=self.standings)

    def to_json(self) -> str:
        """What stands in the state file."""
        record = {
            "format": FORMAT,
            "percent": dict(self.percent),
            "pending": [asdict(item) for item in self.pending],
            "standings": {name: asdict(item) for name, item in self.standings.items()},
        }
        return json.dumps(record, indent=1)

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
            stands = {str(name): _standing(item) for name, item in record.get("standings", {}).items()}
        except (KeyError, TypeError, AttributeError, InputError) as error:
            msg = f"not a cutover state: {error}"
            raise ValueError(msg) from error
        return cls(percent=percent, pending=pending, standings=stands)


def _standing(record: Mapping[str, Any]) -> Standing:
    # What a newer version adds is passed over: a live process must go on reading through an upgrade.
    known = {item.name: type(getattr(UNTOUCHED, item.name)) for item in fields(Standing)}
    return Standing(**{name: known[name](value) for name, value in record.items() if name in known})


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
