"""From the ledger to a study, for the verbs that decide or show."""

import hashlib
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from analysis import relations, study
from analysis.columns import Ledger as Columns
from analysis.question import Question
from analysis.results import Study
from shadow.harness import Harness
from shadow.settings import Config

NEW_QUESTION = "the question changed"
PACKAGES = ("shadow-harness", "google-genai", "duckdb", "numpy", "pillow")
STATES = {"ready": "waiting for the worker", "leased": "being worked on", "buried": "given up (dead letter)"}


def question_of(config: Config, name: str) -> Question:
    """Everything the verdict of this migration is asked under, before its baseline is known."""
    verdict, gate, item = config.verdict, config.gate, config.migration[name]
    return Question(
        margins={"quality": verdict.quality_margin, "gate_failures": verdict.gate_failures_margin},
        alpha_go=verdict.alpha_go,
        alpha_rollback=verdict.alpha_rollback,
        minimum_pairs=verdict.min_pairs,
        minimum_hours=verdict.min_hours,
        settings={
            "incumbent": item.incumbent,
            "candidate": item.candidate,
            "provider": item.provider,
            "layers": ", ".join(gate.layers),
            "failure_budget": repr(gate.failure_budget),
            **{f"properties.{key}": repr(value) for key, value in gate.properties.model_dump().items()},
            **{f"similarity.{key}": str(value) for key, value in gate.similarity.model_dump().items()},
            "judge.model": gate.judge.model,
            "judge.rubric": hashlib.sha256(gate.judge.rubric.strip().encode()).hexdigest(),
        },
    )


def columns_of(harness: Harness, name: str) -> Columns:
    """The ledger of one migration, copied out. Opens an epoch where the question is no longer the one it was opened
    under: only pairs dispatched later count for the new one.
    """
    columns = _read(harness, name)
    asked = study.asked(columns, question_of(harness.config, name))
    if columns.epoch is None or columns.epoch.question == asked.digest():
        return columns
    harness.ledger.open_epoch(name, reason=NEW_QUESTION, question=asked.digest(), baseline=asked.baseline)
    return _read(harness, name)


def study_of(harness: Harness, name: str, columns: Columns) -> Study:
    """The study of one migration now. The ledger is open only while it is read."""
    question = question_of(harness.config, name)
    shown = study.worst(columns, question)
    with harness.ledger.reading() as connection:
        texts = relations.read_texts(connection, shown)
    return study.of(
        columns,
        question,
        made_at=datetime.now(UTC),
        texts=texts,
        percent=harness.cutover_file.read().of(name),
        waiting=_waiting(harness, name),
        settings={"home": harness.config.paths.home, "sample": repr(harness.config.migration[name].sample)},
        versions=_versions(),
    )


def _read(harness: Harness, name: str) -> Columns:
    with harness.ledger.reading() as connection:
        return relations.read(connection, name)


def _waiting(harness: Harness, name: str) -> Mapping[str, int]:
    depth = harness.spool.depth().get(name, {})
    return {words: depth[state] for state, words in STATES.items() if depth.get(state)}


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a tree that was not installed
            found[package] = "not installed"
    return found
