"""From the ledger to a study, for the verbs that decide or show."""

import dataclasses
import json
import math
import platform
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click
import numpy as np

from analysis import relations, study
from analysis.arrays import moment_of
from analysis.columns import Ledger as Columns
from analysis.looking import asked as asked_under
from analysis.metrics import METRICS, SIMILARITY, Metric
from analysis.question import Question
from analysis.results import Study
from analysis.units import Waiting
from shadow.budget import Caps
from shadow.cli.costs import costs_of
from shadow.errors import ConfigError, StoreBroken, StoreBusy
from shadow.harness import Harness
from shadow.providers.asking import FORM
from shadow.settings import Config, VerdictSettings
from shadow.store.entries import Said

NEW_QUESTION = "the question changed"
PACKAGES = ("shadow-harness", "google-genai", "duckdb", "numpy", "pillow")
STATES = {"ready": "waiting for the worker", "leased": "being worked on", "buried": "given up (dead letter)"}


def question_of(config: Config, name: str) -> Question:
    """Everything the verdict of this migration is asked under, before its baseline is known."""
    verdict, gate, item = config.verdict, config.gate, config.migration[name]
    asked = margins_of(verdict, METRICS)
    if SIMILARITY not in gate.layers:
        del asked[SIMILARITY]
    return asked_with(
        verdict,
        margins=asked,
        minimum_hours=verdict.min_hours,
        drift_margin=config.noise.anchor_margin,
        settings={
            "incumbent": item.incumbent,
            "candidate": item.candidate,
            "provider": item.provider,
            "layers": ", ".join(gate.layers),
            "failure_budget": repr(gate.failure_budget),
            **{f"properties.{key}": repr(value) for key, value in gate.properties.model_dump().items()},
            **{f"similarity.{key}": str(value) for key, value in gate.similarity.model_dump().items()},
            "judge.model": gate.judge.model,
            "judge.rubric": gate.judge.digest,
            "judge.form": FORM,
        },
    )


def asked_with(verdict: VerdictSettings, **rest: Any) -> Question:
    """The question of these settings; `rest` goes to it as it is. Raises `ConfigError` for a name nobody knows."""
    limits = {"latency": verdict.latency_limit, "output_tokens": float(verdict.tokens_limit)}
    try:
        return Question(
            segments=verdict.segments,
            segment_margin=verdict.segment_margin,
            limits={name: limit for name, limit in limits.items() if limit},
            limit_margin=verdict.limit_margin,
            style_margin=verdict.style_margin,
            style_guards=verdict.style_guards,
            similarity_range=verdict.similarity_range,
            population=verdict.population,
            alpha_go=verdict.alpha_go,
            alpha_rollback=verdict.alpha_rollback,
            minimum_pairs=verdict.min_pairs,
            **rest,
        )
    except ValueError as error:
        msg = f"[verdict] {error}"
        raise ConfigError(msg) from error


def margins_of(verdict: VerdictSettings, metrics: Iterable[Metric]) -> dict[str, float]:
    """The margin of each metric, in its unit."""
    return {metric.name: getattr(verdict, f"{metric.name}_margin") for metric in metrics}


def columns_of(harness: Harness, name: str) -> Columns:
    """The ledger of one migration, copied out. Opens an epoch where the question is no longer the one it was opened
    under: only pairs dispatched later count for the new one.
    """
    columns = _read(harness, name)
    asked = asked_under(columns, question_of(harness.config, name))
    if columns.epoch is None or columns.epoch.question == asked.digest():
        return columns
    harness.ledger.open_epoch(name, reason=NEW_QUESTION, question=asked.digest(), baseline=asked.baseline)
    return _read(harness, name)


def study_of(
    harness: Harness, name: str, columns: Columns, *, panels: bool = False, now: datetime | None = None
) -> Study:
    """The study of one migration now. The ledger is open only while it is read."""
    question, now = question_of(harness.config, name), now or datetime.now(UTC)
    pending = unsettled(harness, name, now, pairs=columns.pairs)
    shown = study.shown(columns, question, pending)
    with harness.ledger.reading() as connection:
        texts = relations.read_texts(connection, shown)
        costs = costs_of(harness, name, connection)
    return study.of(
        columns,
        question,
        made_at=now,
        texts=texts,
        percent=harness.cutover_file.read().of(name),
        waiting=_waiting(harness, name),
        unsettled=pending,
        panels=panels,
        costs=costs,
        settings={
            "home": harness.config.paths.home,
            "sample": repr(harness.config.migration[name].sample),
            **_deadline(harness, name),
        },
        versions=_versions(),
    )


def _deadline(harness: Harness, name: str) -> Mapping[str, str]:
    """Whether there is time, as the last step of the cutover saw it, and whether the share in force was forced."""
    standing = harness.cutover_file.read().standing(name)
    told = {"deadline": standing.outlook} if standing.outlook else {}
    return told | ({"share in force": "without evidence: forced by the deadline"} if standing.unproven else {})


def _read(harness: Harness, name: str) -> Columns:
    with harness.ledger.reading() as connection:
        return relations.read(connection, name)


def _waiting(harness: Harness, name: str) -> Mapping[str, int]:
    depth = harness.spool.depth().get(name, {})
    return {words: depth[state] for state, words in STATES.items() if depth.get(state)}


def unsettled(harness: Harness, name: str, now: datetime | None = None, *, pairs: int = 0) -> Waiting:
    """The captures of one migration that are not pairs yet, as the spool knows them, and whether money is left."""
    moments = [moment_of(datetime.fromtimestamp(unix, UTC)) for unix in harness.spool.unsettled().get(name, ())]
    return Waiting(
        now=now or datetime.now(UTC),
        dispatched_at=np.array(moments, dtype="datetime64[us]"),
        budget_spent=_budget_spent(harness, pairs),
    )


def _budget_spent(harness: Harness, pairs: int) -> bool:
    """Whether the cap on all money leaves less than a pair has cost so far."""
    cap = Caps.of(harness.config.budget).total
    if math.isinf(cap) or not pairs:
        return False
    spent = harness.purse.standing().books.total
    return cap - spent < spent / pairs


def remember(harness: Harness, result: Study) -> str:
    """Every verdict stands in the ledger with its question; a busy ledger does not keep it from being said.

    Returns the verdict's id.
    """
    said = Said(
        verdict_id=uuid.uuid4().hex,
        migration=result.migration,
        epoch=result.epoch,
        decision=result.verdict.decision.value,
        pairs=result.verdict.pairs,
        question=result.question,
        reasons=[json.dumps(dataclasses.asdict(reason)) for reason in result.verdict.reasons],
    )
    try:
        harness.ledger.add_verdict(said)
    except (StoreBusy, StoreBroken) as error:
        click.echo(f"This verdict is not in the ledger: {error}", err=True)
    return said.verdict_id


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a tree that was not installed
            found[package] = "not installed"
    return found
