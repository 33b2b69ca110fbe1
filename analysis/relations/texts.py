"""The words and pictures of the few pairs that are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from analysis.relations.fetching import rows
from analysis.relations.present import NOTHING_KNOWN, Present
from analysis.relations.sql import PICTURES, PROMPTS, REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The words and pictures of one pair, fetched only where it will be shown."""

    prompt: str
    pictures: Mapping[str, str | None]
    """Arm to sha256 of the picture's bytes."""
    reasons: Mapping[tuple[str, str], str]
    """(arm, layer) to the reason in words; a layer that did not look at the outcome has no entry."""


def read_texts(
    connection: DuckDBPyConnection, capture_ids: Sequence[str], present: Present = NOTHING_KNOWN
) -> dict[str, Texts]:
    """Prompts, pictures and reasons of these pairs, by capture id; an id nobody knows has no entry."""
    wanted = {"captures": list(capture_ids)}
    pictures: dict[str, dict[str, str | None]] = {}
    for capture, arm, picture in rows(connection, PICTURES, wanted):
        pictures.setdefault(capture, {})[arm] = picture
    reasons: dict[str, dict[tuple[str, str], str]] = {}
    for capture, arm, layer, reason in rows(connection, REASONS, {**wanted, "present": list(present.values())}):
        reasons.setdefault(capture, {})[arm, layer] = reason
    return {
        capture: Texts(prompt=prompt, pictures=pictures.get(capture, {}), reasons=reasons.get(capture, {}))
        for capture, prompt in rows(connection, PROMPTS, wanted)
    }
