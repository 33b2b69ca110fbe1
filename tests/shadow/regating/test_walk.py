"""One picture scored again: each answer is kept at once, and a provider that cannot be asked is waited for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from worker_scene import FREE, LIVE, Scores

from shadow.brief import Brief, Text, canonical
from shadow.budget import OVER_BUDGET, Caps
from shadow.errors import Unavailable
from shadow.finding import Finding
from shadow.gates.scoring import scoring_of
from shadow.providers.nobody import NobodyProvider
from shadow.purse.purse import Purse
from shadow.regating.plan import Step, Task
from shadow.regating.walk import Walk
from shadow.settings import GateSettings
from shadow.store.entries import Rescored
from shadow.store.versions import Stored

SIMILARITY, JUDGE = (scoring_of(layer, GateSettings()) for layer in ("similarity", "judge"))
BUSY = Unavailable("503 UNAVAILABLE", "try later", 7.0)
Walks = Callable[..., tuple[Walk, list[Rescored], list[float]]]


@pytest.fixture
def walk_of(tmp_path: Path) -> Iterator[Walks]:
    """Makes a walk over these layers, with what it kept and how long it slept."""
    purse = Purse(tmp_path / "purse.sqlite", caps=Caps(), per_minute={})

    def make(*layers: Scores, **more: object) -> tuple[Walk, list[Rescored], list[float]]:
        kept: list[Rescored] = []
        slept: list[float] = []
        values = {"read": {LIVE.digest: LIVE}.__getitem__, "sleep": slept.append, "attempts": 3, **more}
        walk = Walk(
            migration="pro",
            layers=lambda _: layers,
            provider=NobodyProvider(),
            tariff=FREE,
            purse=purse,
            keep=kept.append,
            **values,  # type: ignore[arg-type]
        )
        return walk, kept, slept

    yield make
    purse.close()


def task(*steps: Step) -> Task:
    """A stored picture that these layers have to look at."""
    record = canonical(Brief(parts=(Text(text="a fox"),)).to_record())
    stored = Stored(capture_id="c", arm="candidate", draw=1, picture=LIVE.digest, record=record, made=())
    return Task(stored=stored, steps=steps)


BOTH = task(Step(scoring=SIMILARITY), Step(scoring=JUDGE))


def test_every_answer_is_kept_with_its_scoring(walk_of: Walks) -> None:
    """In the order of the walk, for the outcome it belongs to."""
    walk, kept, _ = walk_of(Scores("similarity"), Scores("judge"))
    assert walk.walk(BOTH) == 2
    assert [(item.capture_id, item.arm, item.finding.layer, item.finding.scoring) for item in kept] == [
        ("c", "candidate", "similarity", SIMILARITY.digest),
        ("c", "candidate", "judge", JUDGE.digest),
    ]


def test_a_hard_failure_stops_it(walk_of: Walks) -> None:
    """The next layer is not paid for."""
    judge = Scores("judge")
    walk, kept, _ = walk_of(Scores("similarity", Finding(layer="similarity", hard_failure="below floor")), judge)
    assert walk.walk(BOTH) == 1
    assert not judge.looks
    assert kept[0].finding.hard_failure == "below floor"


def test_what_is_known_asks_nobody(walk_of: Walks) -> None:
    """A finding that follows from the ledger is filed as it is."""
    similarity = Scores("similarity")
    walk, kept, _ = walk_of(similarity, Scores("judge"))
    known = Finding(layer="similarity", score=0.4)
    walk.walk(task(Step(scoring=SIMILARITY, known=known), Step(scoring=JUDGE)))
    assert not similarity.looks
    assert kept[0].finding.score == 0.4


def test_a_busy_provider_is_asked_again(walk_of: Walks) -> None:
    """After the time it named; what was kept before is not asked for again."""
    walk, kept, slept = walk_of(Scores("similarity"), Scores("judge", BUSY, BUSY))
    assert walk.walk(BOTH) == 2
    assert slept == [7.0, 7.0]
    assert len(kept) == 2


def test_it_gives_up_after_its_attempts(walk_of: Walks) -> None:
    """The answer that was there is kept; the rest is for the next round."""
    walk, kept, _ = walk_of(Scores("similarity"), Scores("judge", *[BUSY] * 9))
    with pytest.raises(Unavailable):
        walk.walk(BOTH)
    assert [item.finding.layer for item in kept] == ["similarity"]


def test_a_spent_budget_is_not_waited_for(walk_of: Walks) -> None:
    """It will not come back within this round."""
    walk, _, slept = walk_of(Scores("judge", Unavailable(OVER_BUDGET, "no money", 600.0)))
    with pytest.raises(Unavailable, match=OVER_BUDGET):
        walk.walk(task(Step(scoring=JUDGE)))
    assert slept == []


def test_answers_of_no_use_are_never_filed(walk_of: Walks) -> None:
    """Torn answers are asked for again, and in the end left for the next round; "blocked" is an answer."""
    torn = Finding(layer="judge", missing="bad json")
    walk, kept, _ = walk_of(Scores("judge", torn, torn))
    assert walk.walk(task(Step(scoring=JUDGE))) == 1
    walk, kept, _ = walk_of(Scores("judge", *[torn] * 9))
    with pytest.raises(Unavailable, match="bad json"):
        walk.walk(task(Step(scoring=JUDGE)))
    assert kept == []
    walk, kept, _ = walk_of(Scores("judge", Finding(layer="judge", missing="blocked")))
    walk.walk(task(Step(scoring=JUDGE)))
    assert kept[0].finding.missing == "blocked"
