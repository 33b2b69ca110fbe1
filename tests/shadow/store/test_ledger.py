"""The ledger: every value in its column, each pair, loss, verdict and move once for ever."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shadow.brief import FileReference, Picture, Text, canonical
from shadow.cutover import Move
from shadow.errors import StoreBroken
from shadow.finding import Finding
from shadow.pair import Arm, Examined, Loss, Outcome, OutcomeKind, Pair, Role
from shadow.store.entries import Cuts, Said
from shadow.store.ledger import Ledger

MakesPair = Callable[..., Pair]
NOW = datetime(2023, 11, 14, 22, 13, 20, 250_000)  # noqa: DTZ001  the ledger's times are UTC without a zone
HOSTILE = "'; drop table pairs; --\x00 \u202e💥\n\"{}%s <script>"


def count(ledger: Ledger, table: str) -> int:
    """How many rows the table has."""
    return len(rows(ledger, f"select 1 from {table}"))  # noqa: S608  a table of ours


def rows(ledger: Ledger, query: str) -> list[tuple[Any, ...]]:
    """What the query finds."""
    with ledger.reading() as connection:
        return connection.execute(query).fetchall()


def records(ledger: Ledger, query: str) -> list[dict[str, Any]]:
    """What the query finds, by column."""
    with ledger.reading() as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def lost(name: str, number: int = 3) -> Loss:
    """A counted loss."""
    return Loss(
        loss_id=name, migration="main", minute=1_699_999_980.0, process="7-ab", reason="memory full", count=number
    )


def test_an_ordinary_pair_is_filed_whole(ledger: Ledger, pair: MakesPair) -> None:
    """Every value of a pair stands in its column: brief, pair and the outcomes of both arms."""
    one = pair("one", sequence=7)
    assert ledger.file([one]) == 1
    brief, images = one.capture.brief, [item.outcome.image for item in one.examined]
    assert records(ledger, "from briefs") == [
        {
            "brief_digest": brief.digest(),
            "prompt": "a lighthouse, one",
            "record": canonical(brief.to_record()),
            "aspect_ratio": "16:9",
            "image_size": "2K",
            "first_seen": datetime(2023, 11, 14, 22, 13, 10, 500_000),  # noqa: DTZ001
        }
    ]
    assert records(ledger, "from pairs") == [
        {
            "capture_id": "one",
            "migration": "main",
            "sequence": 7,
            "brief_digest": brief.digest(),
            "dispatched_at": datetime(2023, 11, 14, 22, 13, 10, 500_000),  # noqa: DTZ001
            "filed_at": datetime(2023, 11, 14, 22, 13, 20, 125_000),  # noqa: DTZ001
            "serving_arm": "incumbent",
            "key_hash": "ab12",
            "segment": "sea",
            "cluster": "autumn",
            "tags": '{"device":"tablet"}',
            "source": None,
        }
    ]
    assert records(ledger, "from outcomes order by rowid") == [
        {
            "capture_id": "one",
            "arm": arm,
            "draw": 1,
            "role": role,
            "kind": "image",
            "label": None,
            "detail": None,
            "model": f"{arm}-model",
            "model_version": "3.1",
            "response_id": f"one-{arm}",
            "picture": image.digest if image else "",
            "mime": "image/jpeg",
            "bytes": len(image.data) if image else 0,
            "latency": 3.25,
            "started_at": datetime(2023, 11, 14, 22, 13, 10, 625_000),  # noqa: DTZ001
            "prompt_tokens": 12,
            "output_tokens": 1290,
            "thought_tokens": 40,
            "attempts": 2,
        }
        for arm, role, image in zip(("incumbent", "candidate"), ("live", "shadow"), images, strict=True)
    ]


def test_findings_stand_in_the_order_of_the_walk(ledger: Ledger, pair: MakesPair) -> None:
    """Findings and features of both arms are filed in order, what is missing as null."""
    ledger.file([pair("one")])
    assert rows(ledger, "select * from findings order by rowid") == [
        ("one", arm, 1, layer, score, None, None, reason, None, 1)
        for arm in ("incumbent", "candidate")
        for layer, score, reason in (("properties", None, "it decodes"), ("judge", 81.5, "the horizon tilts"))
    ]
    assert rows(ledger, "select * from features order by rowid") == [
        ("one", arm, 1, "properties", name, value, 1)
        for arm in ("incumbent", "candidate")
        for name, value in (("contrast", 0.5), ("saturation", 0.25))
    ]


def test_hostile_and_missing_values_are_filed(ledger: Ledger, pair: MakesPair) -> None:
    """Words that look like code, NUL, lone surrogates, NaN and all that may be missing are filed beside the rest."""
    odd = pair("odd")
    brief = replace(
        odd.capture.brief,
        parts=(Text(text=HOSTILE), Picture(digest="0" * 64, mime="image/png"), FileReference(uri="gs://x", mime="a/b")),
        settings_json="{}",
    )
    refusal = Outcome(
        kind=OutcomeKind.REFUSAL, model=HOSTILE, label="SAFETY", detail="cut \ud83d", latency=float("nan")
    )
    finding = Finding(
        layer="judge",
        score=float("nan"),
        features={"contrast": float("nan"), HOSTILE: float("-inf")},
        hard_failure=HOSTILE,
        missing="bad json",
        reason="\udc00 reason",
    )
    examined = Examined(arm=Arm.CANDIDATE, role=Role.SHADOW, outcome=refusal, findings=(finding,), draw=2)
    capture = replace(odd.capture, brief=brief, segment=HOSTILE, cluster="", key_hash="", tags={HOSTILE: HOSTILE})
    odd = replace(odd, capture=capture, examined=(examined,))
    assert ledger.file([*(pair(f"plain {number}") for number in range(50)), odd]) == 51
    assert rows(ledger, "select prompt, record, aspect_ratio, image_size from briefs order by rowid desc limit 1") == [
        (HOSTILE, canonical(brief.to_record()), None, None)
    ]
    found = rows(ledger, "select segment, cluster, key_hash, tags from pairs where capture_id = 'odd'")
    assert found[0][:3] == (HOSTILE, None, None)
    assert json.loads(found[0][3]) == {HOSTILE: HOSTILE}
    assert rows(
        ledger, "select model, label, detail, latency, picture, bytes, started_at, draw from outcomes where draw = 2"
    ) == [(HOSTILE, "SAFETY", "cut \\ud83d", None, None, None, None, 2)]
    assert rows(ledger, "select score, hard_failure, missing, reason from findings where draw = 2") == [
        (None, HOSTILE, "bad json", "\\udc00 reason")
    ]
    assert rows(ledger, "select name, value from features where draw = 2") == [(HOSTILE, float("-inf"))]


def test_a_large_batch_is_filed_exactly(ledger: Ledger, pair: MakesPair) -> None:
    """Every value of a thousand different pairs is found where it belongs."""
    dice = random.Random(11)  # noqa: S311  makes values, keeps no secret
    made = [pair(f"p{number}", sequence=number) for number in range(1000)]
    scores = [dice.uniform(0, 100) if number % 3 else None for number in range(1000)]
    made = [
        replace(
            one,
            examined=(
                replace(one.examined[0], findings=(Finding(layer="judge", score=score, reason="r" * sequence),)),
            ),
        )
        for sequence, (one, score) in enumerate(zip(made, scores, strict=True))
    ]
    assert ledger.file(made) == 1000
    found = rows(
        ledger, "select sequence, score, length(reason) from pairs join findings using (capture_id) order by 1"
    )
    assert found == [(number, score, number or None) for number, score in enumerate(scores)]


def test_a_capture_is_filed_once_for_ever(ledger: Ledger, pair: MakesPair) -> None:
    """The same capture, within a batch or in a later one, is filed once, and the first filing stands."""
    assert ledger.file([pair("one", sequence=1), pair("one", sequence=2), pair("two")]) == 2
    assert ledger.file([pair("one", sequence=3), pair("three")]) == 1
    assert ledger.file([pair("one")]) == 0
    assert rows(ledger, "select capture_id, sequence from pairs order by rowid") == [
        ("one", 1),
        ("two", 1),
        ("three", 1),
    ]
    assert [count(ledger, table) for table in ("outcomes", "findings", "features")] == [6, 12, 12]


def test_a_brief_is_filed_once_with_its_first_time(ledger: Ledger, pair: MakesPair) -> None:
    """Pairs of the same brief share one row, first seen at the earliest of the batch that filed it."""
    ledger.file([pair("one", words="pier", dispatched_at=200.0), pair("two", words="pier", dispatched_at=100.0)])
    ledger.file([pair("three", words="pier", dispatched_at=300.0)])
    assert rows(ledger, "select prompt, epoch(first_seen) from briefs") == [("pier", 100.0)]
    assert count(ledger, "pairs") == 3


def test_losses_are_filed_once(ledger: Ledger, pair: MakesPair) -> None:
    """A loss is counted once, however often it is carried over, with pairs or without."""
    assert ledger.file([], [lost("a"), lost("a"), lost("b", 4)]) == 0
    assert ledger.file([pair("one")], [lost("a"), lost("c", 5)]) == 1
    assert rows(ledger, "select loss_id, epoch(minute), process, reason, count from losses order by 1") == [
        ("a", 1_699_999_980.0, "7-ab", "memory full", 3),
        ("b", 1_699_999_980.0, "7-ab", "memory full", 4),
        ("c", 1_699_999_980.0, "7-ab", "memory full", 5),
    ]


def test_nothing_to_file_touches_nothing(ledger: Ledger) -> None:
    """An empty batch makes no file, and reading then says that there is nothing yet."""
    assert ledger.file([], []) == 0
    assert not ledger.path.exists()
    with pytest.raises(StoreBroken, match="no pairs filed yet"):
        ledger.moves("main")


def test_a_baseline_and_its_epoch_are_frozen_together(ledger: Ledger) -> None:
    """Freezing numbers the baseline and the epoch by migration, and asks the question of that version."""
    cuts = Cuts(
        migration="main",
        cuts={"similarity": 0.25, "judge": 41.0},
        failing={"similarity": 0.01, "judge": 0.005},
        outcomes=150,
        budget=0.02,
    )
    assert ledger.freeze(cuts, question="question {}".format, reason="baseline frozen") == (1, 1)
    assert ledger.open_epoch("main", question="other", reason="margins changed", baseline=1) == 2
    assert ledger.freeze(replace(cuts, cuts={"judge": 42.0}), question="question {}".format, reason="again") == (2, 3)
    assert ledger.freeze(replace(cuts, migration="side"), question="question {}".format, reason="first") == (1, 1)
    assert ledger.open_epoch("new", question="uncalibrated", reason="begun", baseline=None) == 1
    assert rows(ledger, "from baselines where migration = 'main' order by rowid") == [
        ("main", 1, NOW, "similarity", 0.25, 150, 0.01, 0.02),
        ("main", 1, NOW, "judge", 41.0, 150, 0.005, 0.02),
        ("main", 2, NOW, "judge", 42.0, 150, 0.005, 0.02),
    ]
    assert rows(ledger, "from epochs where migration in ('main', 'new') order by rowid") == [
        ("main", 1, NOW, "baseline frozen", "question 1", 1),
        ("main", 2, NOW, "margins changed", "other", 1),
        ("main", 3, NOW, "again", "question 2", 2),
        ("new", 1, NOW, "begun", "uncalibrated", None),
    ]


def test_a_baseline_without_a_question_is_not_frozen(ledger: Ledger) -> None:
    """Where the question cannot be named, neither baseline nor epoch is written."""
    cuts = Cuts(migration="main", cuts={"judge": 41.0}, failing={"judge": 0.0}, outcomes=150, budget=0.02)

    def no_question(version: int) -> str:
        message = f"no question for {version}"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no question for 1"):
        ledger.freeze(cuts, question=no_question, reason="refused")
    assert [count(ledger, table) for table in ("baselines", "epochs")] == [0, 0]


def test_a_verdict_is_written_down_once(ledger: Ledger) -> None:
    """A verdict stands with its reasons as JSON; the same one again changes nothing."""
    said = Said(
        verdict_id="v1",
        migration="main",
        epoch=2,
        decision="HOLD",
        pairs=120,
        question="q",
        reasons=["too few pairs", HOSTILE],
    )
    ledger.add_verdict(said)
    ledger.add_verdict(replace(said, decision="GO"))
    (found,) = rows(ledger, "from verdicts")
    assert found[:7] == ("v1", "main", 2, NOW, "HOLD", 120, "q")
    assert json.loads(found[7]) == ["too few pairs", HOSTILE]


def test_moves_come_back_as_they_were_made(ledger: Ledger) -> None:
    """Moves are filed once and read back equal, oldest first, of one migration."""
    first = Move(
        event_id="e1",
        migration="main",
        at=1_700_000_000.25,
        actor="ann",
        verb="set",
        from_percent=0.0,
        to_percent=12.5,
        reason=HOSTILE,
        verdict_id="v1",
        evidence='{"decision": "GO"}',
    )
    second = replace(first, event_id="e2", at=1_700_000_100.5, verb="rollback", verdict_id="", evidence="")
    ledger.add_moves([second, replace(first, event_id="e3", migration="side")])
    ledger.add_moves([second, first])
    assert ledger.moves("main") == [first, second]
    assert ledger.moves("nobody") == []
