"""Values turned into rows: what is missing, what is hostile, what is rounded."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shadow.brief import Brief, Text
from shadow.finding import Finding
from shadow.pair import Arm, Examined, Outcome, OutcomeKind, Pair, Role
from shadow.store import rows, tables

MakesPair = Callable[..., Pair]


def bare(pair: Pair) -> Pair:
    """The pair with nothing that may be missing."""
    return replace(
        pair,
        capture=replace(
            pair.capture,
            brief=Brief(parts=(Text(text=""),)),
            key_hash="",
            segment="",
            cluster="",
            tags={},
        ),
        examined=(
            Examined(
                arm=Arm.INCUMBENT,
                role=Role.LIVE,
                outcome=Outcome(kind=OutcomeKind.REFUSAL, model="old", latency=math.nan),
                findings=(Finding(layer="judge", score=math.nan),),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("table", "rows_of"),
    [
        (tables.BRIEFS, lambda pair: [rows.brief_row(pair)]),
        (tables.PAIRS, lambda pair: [rows.pair_row(pair)]),
        (tables.OUTCOMES, rows.outcome_rows),
        (tables.FINDINGS, rows.finding_rows),
        (tables.FEATURES, rows.feature_rows),
    ],
)
def test_rows_have_the_columns_of_their_table(
    pair: MakesPair, table: tables.Table, rows_of: Callable[[Pair], list[dict[str, Any]]]
) -> None:
    """Every row of a pair names exactly the columns of its table, in their order."""
    made = rows_of(pair("one"))
    assert made
    assert {tuple(row) for row in made} == {tuple(table.columns)}


def test_what_is_missing_is_none(pair: MakesPair) -> None:
    """Empty texts, NaN and a time that was never taken become None, and no feature no row."""
    one = bare(pair("one"))
    outcome = rows.outcome_rows(one)[0]
    missing = {name for name, value in outcome.items() if value is None}
    assert missing == {
        "label",
        "detail",
        "model_version",
        "response_id",
        "picture",
        "mime",
        "bytes",
        "latency",
        "started_at",
    }
    finding = rows.finding_rows(one)[0]
    unknown = {name for name, value in finding.items() if value is None}
    assert unknown == {"score", "hard_failure", "missing", "reason", "scoring"}
    row = rows.pair_row(one)
    assert {name for name, value in row.items() if value is None} == {
        "key_hash",
        "segment",
        "cluster",
        "tags",
        "source",
    }
    brief = rows.brief_row(one)
    assert {name for name, value in brief.items() if value is None} == {"aspect_ratio", "image_size"}
    assert brief["prompt"] == ""
    assert rows.feature_rows(one) == []


def test_a_feature_that_is_no_number_was_not_measured(pair: MakesPair) -> None:
    """A NaN among the features leaves no row; an infinite one stays."""
    one = pair("one")
    features = {"contrast": math.nan, "sharpness": math.inf, "saturation": 0.5}
    examined = replace(one.examined[0], findings=(Finding(layer="properties", features=features),))
    made = rows.feature_rows(replace(one, examined=(examined,)))
    assert [(row["name"], row["value"]) for row in made] == [("sharpness", math.inf), ("saturation", 0.5)]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plain", "plain"),
        ("ünïcode 💥", "ünïcode 💥"),
        ("half \ud83d of a pair", "half \\ud83d of a pair"),
        ("nul \x00", "nul \x00"),
        ("", ""),
    ],
)
def test_words_are_made_valid(given: str, kept: str) -> None:
    """A lone surrogate is kept as its escape; everything else stays as it is."""
    assert rows.text(given) == kept
    assert rows.some_text(given) == (kept or None)


@pytest.mark.parametrize(
    ("unix", "moment"),
    [
        (0.0, datetime(1970, 1, 1)),  # noqa: DTZ001  the ledger's times are UTC without a zone
        (1_700_000_000.123456, datetime(2023, 11, 14, 22, 13, 20, 123456)),  # noqa: DTZ001
        (1_700_000_000.9999999, datetime(2023, 11, 14, 22, 13, 21)),  # noqa: DTZ001
    ],
)
def test_times_are_utc_to_the_microsecond(unix: float, moment: datetime) -> None:
    """Unix seconds become UTC without a zone, rounded to the microsecond."""
    assert rows.moment(unix) == moment
