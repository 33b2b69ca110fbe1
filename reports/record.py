"""A study as JSON: every number and label of it, under names that stay.

The names are those of `analysis.results`; moments are ISO 8601 in UTC, what is not a finite number is null.
`schema` grows by one when a name goes away or changes its meaning; new names may come at any time.
"""

import dataclasses
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from analysis.results import Study
from reports.redaction import redacted
from reports.wording import next_steps, verdict_sentence

SCHEMA = 1


def record(study: Study, *, redact: bool = False) -> dict[str, Any]:
    """The study as plain values that `json.dumps` takes; `redact` leaves out what a brief or a person said."""
    shown = redacted(study) if redact else study
    told = {
        "schema": SCHEMA,
        "redacted": redact,
        "sentence": verdict_sentence(shown),
        "next": [{"text": step.text, "command": step.command} for step in next_steps(shown)],
    }
    return {**told, **_plain(shown)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
