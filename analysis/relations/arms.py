"""What the arms made of the briefs, laid out by arm and row: outcomes, findings, features of one draw."""

from typing import Any

from duckdb import DuckDBPyConnection

from analysis.arrays import Floats
from analysis.columns import ArmColumns, Feature, Labels
from analysis.relations import fetching, sql

ARMS = ("incumbent", "candidate")


def arms(
    connection: DuckDBPyConnection, pairs: int, layers: tuple[str, ...], features: tuple[Feature, ...], *, draw: int = 1
) -> list[ArmColumns]:
    """The columns of both arms for this draw, in the order of `ARMS`."""
    outcomes = _outcomes(connection, pairs, draw)
    findings = _findings(connection, pairs, layers, draw)
    measured = _features(connection, pairs, features, draw)
    return [ArmColumns(**outcomes[arm], **findings[arm], features=measured[arm]) for arm in range(len(ARMS))]


def _outcomes(connection: DuckDBPyConnection, pairs: int, draw: int) -> list[dict[str, Any]]:
    kinds, roles, labels, models = (fetching.words(found) for found in fetching.one(connection, sql.OUTCOME_WORDS))
    words = {"kinds": list(kinds), "roles": list(roles), "labels": list(labels), "models": list(models)}
    rows = fetching.columns(connection, sql.OUTCOMES, {"arms": list(ARMS), "draw": draw, **words})
    place = (rows["arm"], rows["row"])
    shape = (len(ARMS), pairs)
    kind, role, label, model, tokens, attempts = (
        fetching.laid_out(rows[name], place, shape)
        for name in ("kind", "role", "label", "model", "output_tokens", "attempts")
    )
    latency = fetching.spread(rows["latency"], place, shape)
    return [
        {
            "kinds": Labels(words=kinds, codes=kind[arm]),
            "roles": Labels(words=roles, codes=role[arm]),
            "labels": Labels(words=labels, codes=label[arm]),
            "models": Labels(words=models, codes=model[arm]),
            "latency": latency[arm],
            "output_tokens": tokens[arm],
            "attempts": attempts[arm],
        }
        for arm in range(len(ARMS))
    ]


def _findings(connection: DuckDBPyConnection, pairs: int, layers: tuple[str, ...], draw: int) -> list[dict[str, Any]]:
    hard, missing = (fetching.words(found) for found in fetching.one(connection, sql.FINDING_WORDS))
    words = {"layers": list(layers), "hard": list(hard), "missing": list(missing)}
    rows = fetching.columns(connection, sql.FINDINGS, {"arms": list(ARMS), "draw": draw, **words})
    place = (rows["arm"], rows["layer"], rows["row"])
    shape = (len(ARMS), len(layers), pairs)
    scores = fetching.spread(rows["score"], place, shape)
    hard_codes, missing_codes = (fetching.laid_out(rows[name], place, shape) for name in ("hard", "missing"))
    return [
        {
            "scores": dict(zip(layers, scores[arm], strict=True)),
            "hard_failures": {name: Labels(words=hard, codes=hard_codes[arm, at]) for at, name in enumerate(layers)},
            "missing": {name: Labels(words=missing, codes=missing_codes[arm, at]) for at, name in enumerate(layers)},
        }
        for arm in range(len(ARMS))
    ]


def _features(
    connection: DuckDBPyConnection, pairs: int, features: tuple[Feature, ...], draw: int
) -> list[dict[Feature, Floats]]:
    if not features:
        return [{} for _ in ARMS]
    names = [name._asdict() for name in features]
    rows = fetching.columns(connection, sql.FEATURES, {"arms": list(ARMS), "draw": draw, "names": names})
    place = (rows["arm"], rows["feature"], rows["row"])
    values = fetching.spread(rows["value"], place, (len(ARMS), len(features), pairs))
    return [dict(zip(features, values[arm], strict=True)) for arm in range(len(ARMS))]
