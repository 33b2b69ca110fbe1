"""Findings made again stand beside the old ones; pictures' vectors and the settings of scores are kept."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from shadow.finding import Finding
from shadow.pair import Pair
from shadow.store import versions
from shadow.store.entries import Rescored, Scoring
from shadow.store.ledger import Ledger

MakesPair = Callable[..., Pair]
VECTOR = np.array([0.6, 0.8], dtype="<f2").tobytes()


def scored(pair: Pair, scoring: str) -> Pair:
    """The pair with every finding made under this scoring, its judge's with a vector."""
    examined = tuple(
        replace(item, findings=tuple(replace(found, scoring=scoring) for found in item.findings))
        for item in pair.examined
    )
    return replace(pair, examined=examined)


def again(name: str, arm: str, scoring: str, score: float) -> Rescored:
    """A judgement made again."""
    finding = Finding(layer="judge", score=score, scoring=scoring, features={"mark": score}, vector=VECTOR, space="s/2")
    return Rescored(capture_id=name, arm=arm, draw=1, picture="ab" * 32, finding=finding)


def test_a_new_version_stands_beside_the_old(ledger: Ledger, pair: MakesPair) -> None:
    """The old scores stay readable, in order, and each version has its mean."""
    ledger.file([scored(pair("one"), "old")])
    assert ledger.rescore([again("one", "incumbent", "new", 40.0), again("one", "candidate", "new", 50.0)]) == 2
    with ledger.reading() as connection:
        found = {(item.layer, item.scoring): item for item in versions.versions(connection, "main")}
        stored = list(versions.stored(connection, "main"))
    assert found["judge", "old"].incumbent_mean == 81.5
    assert (found["judge", "new"].incumbent_mean, found["judge", "new"].difference) == (40.0, 10.0)
    made = [(item.layer, item.scoring, item.version, item.score) for item in stored[0].made]
    assert made == [("properties", "old", 1, None), ("judge", "old", 1, 81.5), ("judge", "new", 2, 40.0)]


def test_the_same_scoring_is_filed_once(ledger: Ledger, pair: MakesPair) -> None:
    """A finding that a killed round files a second time changes nothing."""
    ledger.file([scored(pair("one"), "old")])
    items = [again("one", "incumbent", "new", 40.0)]
    assert [ledger.rescore(items), ledger.rescore(items), ledger.rescore([])] == [1, 0, 0]
    with ledger.reading() as connection:
        assert connection.execute("select count(*) from findings where version = 2").fetchall() == [(1,)]
        assert connection.execute("select name, value from features where version = 2").fetchall() == [("mark", 40.0)]


def test_vectors_are_kept_once_by_space_and_picture(ledger: Ledger, pair: MakesPair) -> None:
    """Bytes come back as they went in, whichever bytes they are."""
    ledger.file([pair("one")])
    ledger.rescore([again("one", "incumbent", "new", 40.0), again("one", "candidate", "new", 41.0)])
    with ledger.reading() as connection:
        rows = connection.execute("select picture, space, vector from embeddings").fetchall()
    assert rows == [("ab" * 32, "s/2", VECTOR)]


@pytest.mark.parametrize("times", [1, 2])
def test_the_settings_of_scores_are_written_down(ledger: Ledger, pair: MakesPair, times: int) -> None:
    """With the first pairs that are filed under them, once."""
    noting = Ledger(ledger.path, scorings=[Scoring(digest="d", layer="judge", settings='{"rubric":"r"}')])
    for number in range(times):
        noting.file([pair(f"pair {number}")])
    with noting.reading() as connection:
        assert versions.settings(connection) == {"d": '{"rubric":"r"}'}
