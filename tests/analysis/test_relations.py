"""The ledger read into aligned columns, held against the real schema."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from analysis import relations
from analysis.columns import Feature
from shadow.store.migrations import STEPS

START = datetime(2026, 6, 1, tzinfo=UTC)


def test_an_empty_ledger_has_no_rows(filing: Any) -> None:
    """A migration nobody filed for reads as a ledger of length nothing."""
    ledger = filing.read()
    assert (ledger.pairs, ledger.layers, ledger.features) == (0, (), ())
    assert ledger.incumbent.latency.shape == (0,)
    assert (ledger.epoch, ledger.baseline, ledger.cutover, ledger.losses) == (None, None, (), {})


def test_rows_are_pairs_in_the_order_of_dispatch(filing: Any) -> None:
    """Rows follow the sequence in which captures were accepted, whatever the order they were filed in."""
    filing.pair({"judge": 70}, {"judge": 71}, sequence=5)
    filing.pair({"judge": 60}, {"judge": 61}, sequence=2, segment="sky")
    ledger = filing.read()
    assert ledger.capture_ids.tolist() == ["capture-1", "capture-0"]
    assert ledger.sequence.tolist() == [2, 5]
    assert ledger.brief_digests.tolist() == ["brief-1", "brief-0"]
    assert ledger.dispatched_at.tolist() == [datetime(2026, 6, 1, 0, 1), datetime(2026, 6, 1)]  # noqa: DTZ001
    assert (ledger.segments[0], ledger.segments[1]) == ("sky", "")
    assert ledger.incumbent.scores["judge"].tolist() == [60, 70]
    assert ledger.candidate.scores["judge"].tolist() == [61, 71]


def test_columns_of_an_arm(filing: Any) -> None:
    """Every column of both arms holds what was filed, NaN and none where there is nothing."""
    filing.pair(
        {"hard": "wrong ratio", "latency": None, "features": {"saturation": 0.25}},
        {"kind": "refusal", "label": "SAFETY", "latency": 3.5, "output_tokens": None},
    )
    filing.pair({"missing": "bad json", "similarity": 0.75}, {"kind": "infrastructure", "label": "429"})
    ledger = filing.read()
    incumbent, candidate = ledger.incumbent, ledger.candidate
    assert ledger.layers == ("properties", "similarity", "judge")
    assert ledger.features == (Feature("properties", "saturation"),)
    assert [incumbent.kinds[0], candidate.kinds[0], candidate.kinds[1]] == ["image", "refusal", "infrastructure"]
    assert [incumbent.labels[0], candidate.labels[0], candidate.labels[1]] == ["", "SAFETY", "429"]
    assert [incumbent.roles[0], candidate.roles[0]] == ["live", "shadow"]
    assert [incumbent.models[0], candidate.models[0]] == ["incumbent-model", "candidate-model"]
    np.testing.assert_array_equal(incumbent.latency, [math.nan, 2.0])
    assert candidate.output_tokens.tolist() == [0, 10]
    assert [incumbent.hard_failures["properties"][row] for row in (0, 1)] == ["wrong ratio", ""]
    assert [incumbent.missing["judge"][row] for row in (0, 1)] == ["", "bad json"]
    np.testing.assert_array_equal(incumbent.scores["similarity"], [math.nan, 0.75])
    np.testing.assert_array_equal(incumbent.features[Feature("properties", "saturation")], [0.25, math.nan])
    np.testing.assert_array_equal(candidate.features[Feature("properties", "saturation")], [math.nan, math.nan])


def test_only_the_first_draw_is_compared(filing: Any) -> None:
    """A second draw of the incumbent measures noise and never overwrites the compared outcome."""
    capture = filing.pair({"judge": 80}, {"judge": 75})
    filing.outcome(capture, "incumbent", judge=10.0, draw=2, features={"only in draw two": 1.0})
    ledger = filing.read()
    assert ledger.incumbent.scores["judge"].tolist() == [80]
    assert ledger.features == ()
    assert ledger.again is not None
    assert ledger.again.arm.scores["judge"].tolist() == [10]
    assert ledger.again.same_picture.tolist() == [True]


def test_other_migrations_are_left_out(filing: Any) -> None:
    """Several migrations share a ledger without seeing each other."""
    filing.pair({"judge": 80}, {"judge": 75})
    filing.pair({"judge": 10}, {"judge": 10}, migration="flash")
    assert filing.read().incumbent.scores["judge"].tolist() == [80]


def test_an_arm_without_an_outcome_was_not_asked(filing: Any) -> None:
    """A pair with one outcome missing stays a row, and that arm reads as not asked."""
    filing.pair()
    filing.connection.execute("delete from outcomes where arm = 'candidate'")
    ledger = filing.read()
    assert ledger.incumbent.not_asked.tolist() == [False]
    assert ledger.candidate.not_asked.tolist() == [True]


def test_words_are_counted_over_chosen_rows(filing: Any) -> None:
    """A column of words counts what occurs in the given rows and leaves out none."""
    for label in ("SAFETY", "SAFETY", "OTHER"):
        filing.pair({}, {"kind": "refusal", "label": label})
    labels = filing.read().candidate.labels
    assert labels.counts(np.array([0, 1, 2])) == {"SAFETY": 2, "OTHER": 1}
    assert labels.counts(np.array([2])) == {"OTHER": 1}
    assert filing.read().incumbent.labels.counts(np.array([0, 1, 2])) == {}


def test_the_epoch_in_force_is_the_last_and_names_its_baseline(filing: Any) -> None:
    """Of several epochs the last holds, with the cuts of the version that it names and no other."""
    filing.pair()
    filing.baseline({"judge": 40.0, "similarity": 0.2}, minute=10, version=1)
    filing.baseline({"judge": 50.0}, minute=30, version=2)
    filing.epoch("old", minute=10, number=1, baseline=1)
    filing.epoch("new", minute=30, number=2, baseline=2)
    ledger = filing.read()
    assert ledger.epoch is not None
    assert (ledger.epoch.number, ledger.epoch.question, ledger.epoch.baseline) == (2, "new", 2)
    assert ledger.epoch.opened_at == START + timedelta(minutes=30)
    assert ledger.baseline is not None
    assert (ledger.baseline.version, ledger.baseline.frozen_at) == (2, START + timedelta(minutes=30))
    assert ledger.cuts == {"judge": 50.0}


def test_an_epoch_without_a_baseline_is_uncalibrated(filing: Any) -> None:
    """Cuts that no epoch has been opened with are not in force."""
    filing.baseline({"judge": 40.0}, minute=0)
    assert filing.read().baseline is None
    filing.epoch("asked", minute=1, baseline=None)
    assert filing.read().baseline is None
    filing.epoch("asked", minute=2, number=2, baseline=9)
    assert filing.read().baseline is None


def test_losses_and_moves(filing: Any) -> None:
    """Losses are summed by reason; audited moves come oldest first with the decision that stood behind them."""
    loss = {"migration": "pro", "minute": datetime(2026, 6, 1), "process": "p"}  # noqa: DTZ001
    for number, (reason, count) in enumerate([("shed", 2), ("sampled out", 5), ("shed", 3)]):
        filing.insert("losses", loss_id=str(number), reason=reason, count=count, **loss)
    said = datetime(2026, 6, 2)  # noqa: DTZ001
    verdict = {"verdict_id": "v", "migration": "pro", "epoch": 1, "said_at": said, "decision": "GO"}
    filing.insert("verdicts", pairs=300, question="q", reasons="[]", **verdict)
    move = {"migration": "pro", "actor": "ann", "reason": "because"}
    moves = [("b", 2, 1.0, 5.0, "v"), ("a", 1, 0.0, 1.0, None)]
    for event, days, before, after, verdict_id in moves:
        at = said + timedelta(days=days)
        filing.insert(
            "cutover_events",
            event_id=event,
            at=at,
            verb="set",
            from_percent=before,
            to_percent=after,
            verdict_id=verdict_id,
            **move,
        )
    ledger = filing.read()
    assert ledger.losses == {"sampled out": 5, "shed": 5}
    assert [(event.to_percent, event.decision, event.actor) for event in ledger.cutover] == [
        (1.0, None, "ann"),
        (5.0, "GO", "ann"),
    ]
    assert ledger.cutover[0].at == datetime(2026, 6, 3, tzinfo=UTC)


def test_texts_are_fetched_for_the_asked_pairs_only(filing: Any) -> None:
    """Prompts, pictures and reasons come for the named captures; unknown names have no entry."""
    filing.pair(brief="fox")
    shown = filing.pair({"hard": "wrong ratio"}, {"kind": "refusal"}, brief="owl")
    texts = relations.read_texts(filing.connection, [shown, "nobody"])
    assert list(texts) == [shown]
    assert texts[shown].prompt == "a picture of owl"
    assert texts[shown].pictures == {"incumbent": "picture-capture-1-incumbent", "candidate": None}
    assert texts[shown].reasons == {("incumbent", "properties"): "properties of incumbent"}
    assert relations.read_texts(filing.connection, []) == {}


def test_a_read_only_ledger_can_be_read_and_is_left_as_it_was(tmp_path: Path) -> None:
    """Reading works on a read-only connection and leaves no table behind, even where it fails midway."""
    file = tmp_path / "scores.duckdb"
    with duckdb.connect(str(file)) as connection:
        for statement in (statement for step in STEPS for statement in step):
            connection.execute(statement)
    with duckdb.connect(str(file), read_only=True) as connection:
        assert relations.read(connection, "pro").pairs == 0
        with pytest.raises(duckdb.CatalogException):
            connection.execute("select * from compared")
