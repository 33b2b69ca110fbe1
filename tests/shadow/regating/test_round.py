"""A round of scoring again: answers are kept as they come, filed in batches, and a kill repeats nothing."""

import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from shadow.brief import Brief, Text, canonical
from shadow.budget import OVER_BUDGET
from shadow.errors import InputError, StoreBusy, Unavailable
from shadow.finding import Finding
from shadow.gates.scoring import scoring_of
from shadow.regating.journal import Journal
from shadow.regating.plan import Step, Task
from shadow.regating.round import BATCH, Done, Round, alone
from shadow.settings import GateSettings
from shadow.store.entries import Rescored
from shadow.store.versions import Stored

JUDGE = scoring_of("judge", GateSettings())


class Files:
    """A ledger that remembers what it filed, or is held by somebody."""

    def __init__(self) -> None:
        self.filed: Counter[str] = Counter()
        self.busy = False

    def rescore(self, items: Sequence[Rescored]) -> int:
        if self.busy:
            msg = "held"
            raise StoreBusy(msg)
        self.filed.update(item.capture_id for item in items)
        return len(items)


def tasks(count: int) -> list[Task]:
    """Pictures that the judge has to look at."""
    record = canonical(Brief(parts=(Text(text="a fox"),)).to_record())
    return [
        Task(
            stored=Stored(capture_id=f"c{n}", arm="incumbent", draw=1, picture="0" * 64, record=record, made=()),
            steps=(Step(scoring=JUDGE),),
        )
        for n in range(count)
    ]


def rescored(task: Task) -> Rescored:
    """What the judge says."""
    finding = Finding(layer="judge", score=70.0, scoring=JUDGE.digest, vector=b"\x00\xff", space="s/1")
    return Rescored(capture_id=task.stored.capture_id, arm="incumbent", draw=1, picture="0" * 64, finding=finding)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """An empty journal."""
    return Journal(tmp_path / "regate.sqlite")


def round_of(journal: Journal, files: Files, walk: object = None, **more: object) -> Round:
    """A round whose walk keeps one finding."""

    def keep(task: Task) -> int:
        journal.put(rescored(task))
        return 1

    return Round(walk=walk or keep, journal=journal, ledger=files, threads=3, **more)  # type: ignore[arg-type]


def test_everything_is_filed_once_and_the_journal_is_empty(journal: Journal) -> None:
    """More than a batch, from several threads."""
    files, seen = Files(), list[int]()
    done = round_of(journal, files).run(tasks(BATCH + 7), on_change=seen.append)
    assert done == Done(pictures=BATCH + 7, findings=BATCH + 7)
    assert files.filed == {f"c{n}": 1 for n in range(BATCH + 7)}
    assert journal.waiting() == []
    assert seen[-1] == BATCH + 7


def test_what_a_killed_round_kept_is_filed_by_the_next(journal: Journal, tmp_path: Path) -> None:
    """The answer that arrived is not asked for again."""
    item = rescored(tasks(1)[0])
    journal.put(item)
    journal.close()
    files, later = Files(), Journal(tmp_path / "regate.sqlite")
    assert later.waiting() == [item]
    round_of(later, files).file()
    assert files.filed == {"c0": 1}
    assert later.waiting() == []


def test_a_ledger_that_is_held_loses_nothing(journal: Journal) -> None:
    """What could not be filed stays in the journal, and the round says so."""
    files = Files()
    files.busy = True
    with pytest.raises(StoreBusy):
        round_of(journal, files).run(tasks(3))
    assert len(journal.waiting()) == 3


def test_a_spent_budget_ends_the_round(journal: Journal) -> None:
    """Pictures that were not paid for are left for another day, and counted."""

    def poor(task: Task) -> int:
        raise Unavailable(OVER_BUDGET, task.stored.capture_id)

    done = round_of(journal, Files(), poor).run(tasks(50))
    assert done.over_budget
    assert (done.pictures, done.left) == (0, 50)


def test_a_picture_that_cannot_be_scored_now_is_left(journal: Journal) -> None:
    """The others are done."""

    def walk(task: Task) -> int:
        if task.stored.capture_id == "c1":
            label = "503 UNAVAILABLE"
            raise Unavailable(label, "try later")
        journal.put(rescored(task))
        return 1

    done = round_of(journal, Files(), walk).run(tasks(3))
    assert (done.pictures, done.left, done.over_budget, done.why) == (2, 1, False, "503 UNAVAILABLE: try later")


def test_stop_ends_it_after_what_is_under_way(journal: Journal) -> None:
    """What was answered is filed."""
    files, stop = Files(), threading.Event()

    def walk(task: Task) -> int:
        journal.put(rescored(task))
        stop.set()
        return 1

    done = round_of(journal, files, walk, stop=stop).run(tasks(40))
    assert done.stopped
    assert done.pictures + done.left == 40
    assert 0 < done.pictures == files.filed.total() < 40


def test_two_rounds_at_once_are_refused(tmp_path: Path) -> None:
    """They would pay for the same pictures; when the first has ended the next may begin."""
    with alone(tmp_path), pytest.raises(InputError, match="Another `shadow regate`"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
