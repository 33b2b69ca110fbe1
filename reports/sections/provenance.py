"""What makes the study reproducible: when, under which question, with which settings and versions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.results import Study
from reports.quantities import NOTHING, moment, share
from reports.text import line

ENTRIES_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A name and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Everything needed to ask the same question again."""

    study: tuple[Entry, ...]
    settings: tuple[Entry, ...]
    versions: tuple[Entry, ...]


def provenance(study: Study) -> Provenance:
    """The provenance of this study."""
    return Provenance(
        study=_study(study),
        settings=_entries(study.settings),
        versions=_entries(study.versions),
    )


def _study(study: Study) -> tuple[Entry, ...]:
    opened = f", opened {moment(study.epoch_opened_at)}" if study.epoch_opened_at else ""
    told = (
        ("Migration", line(study.migration, 80)),
        ("Incumbent", line(study.incumbent.model, 80) or NOTHING),
        ("Candidate", line(study.candidate.model, 80) or NOTHING),
        ("Made at", moment(study.made_at)),
        ("Epoch", f"{study.epoch}{opened}"),
        ("Chance of a wrong GO so far", _spent(study)),
        ("Speaks of", line(study.population, 40) or NOTHING),
        ("Scores from", line(study.source, 80) or "this harness"),
        ("First pair", moment(study.first_pair_at) if study.first_pair_at else "none yet"),
        ("Last pair", moment(study.last_pair_at) if study.last_pair_at else "none yet"),
        ("Question (sha256)", line(study.question, 80)),
    )
    return tuple(Entry(name=name, value=value) for name, value in told)


def _spent(study: Study) -> str:
    epochs = max(study.epoch, 1)
    alpha = math.exp(-study.verdict.threshold_go)
    told = f"at most {share(min(1.0, epochs * alpha))}"
    return told if epochs == 1 else f"{told}: {epochs} epochs of {share(alpha)} each"


def _entries(values: Mapping[str, str]) -> tuple[Entry, ...]:
    return tuple(Entry(name=line(name, 80), value=line(values[name], 300)) for name in sorted(values)[:ENTRIES_SHOWN])
