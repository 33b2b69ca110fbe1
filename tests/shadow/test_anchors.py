"""Frozen pictures judged again each day: once, kept, paid, and by one process only."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from worker_bills import TARIFF, Bills, gate

from shadow.anchors import JOURNAL, LOCK, Anchors
from shadow.brief import Brief, Text
from shadow.budget import DAY, Caps
from shadow.errors import Unavailable
from shadow.finding import Finding
from shadow.pair import Arm, Capture, Examined, Image, Outcome, OutcomeKind, Pair, Role
from shadow.prices import NANO
from shadow.providers.provider import Judgement
from shadow.purse.purse import Purse
from shadow.store.entries import Cuts
from shadow.store.ledger import Ledger
from shadow.worker.bench import Bench

SIZE = 6
START = 20_000 * DAY


def picture(number: int) -> Image:
    """The incumbent's picture for a brief."""
    return Image.of(b"\x89PNG\r\n\x1a\n" + bytes([number]))


def pair(number: int) -> Pair:
    """A pair of the calibration whose incumbent scored its number."""
    outcomes = [
        Examined(
            arm=arm,
            role=Role.LIVE,
            outcome=Outcome(kind=OutcomeKind.IMAGE, model=str(arm), image=picture(number + shift)),
            findings=(Finding(layer="judge", score=float(number)),),
        )
        for arm, shift in ((Arm.INCUMBENT, 0), (Arm.CANDIDATE, 100))
    ]
    brief = Brief(parts=(Text(text=f"brief {number}"),))
    capture = Capture(
        capture_id=f"c{number}",
        migration="pro",
        brief=brief,
        arm=Arm.INCUMBENT,
        outcome=outcomes[0].outcome,
        dispatched_at=START,
    )
    return Pair(capture=capture, sequence=number, examined=tuple(outcomes), filed_at=START)


class Judge(Bills):
    """A judge that notes the briefs of the pictures it was shown, and fails where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.fails_at = -1

    def judge(self, brief: Brief, image: Image, **more: Any) -> Judgement:
        if len(self.seen) == self.fails_at:
            self.fails_at = -1
            label = "503 UNAVAILABLE"
            raise Unavailable(label, "")
        self.seen.append(brief.prompt)
        return super().judge(brief, image, **more)


class Mortal(Anchors):
    """A process that dies before it files anything."""

    def _file(self) -> None:
        """Nothing."""


class Place:
    """A home with a calibration of twenty pairs and a frozen baseline."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.now = START + 100.0
        self.ledger = Ledger(home / "scores.duckdb", clock=lambda: self.now)
        self.provider = Judge()
        self.purse = Purse(home / "purse.sqlite", caps=Caps(), per_minute={}, clock=lambda: self.now)
        self.store = {picture(number).digest: picture(number) for number in range(20)}
        self.ledger.file([pair(number) for number in range(20)])

    def freeze(self) -> None:
        """The cuts do not matter here."""
        cuts = Cuts(migration="pro", cuts={"judge": 1.0}, failing={"judge": 0.0}, outcomes=20, budget=0.02)
        self.ledger.freeze(cuts, question=str, reason="frozen")

    def anchors(self, *, kind: type[Anchors] = Anchors, **more: Any) -> Anchors:
        """As a worker process makes them."""
        models = {Arm.INCUMBENT: "old", Arm.CANDIDATE: "new"}
        bench = Bench(models=models, provider=self.provider, layers=gate, tariff=TARIFF)
        facts: dict[str, Any] = {
            "home": self.home,
            "ledger": self.ledger,
            "benches": {"pro": bench},
            "purse": self.purse,
            "read": self.store.__getitem__,
            "size": SIZE,
            "judge": "today's",
            "clock": lambda: self.now,
            "monotonic": lambda: self.now,
        }
        return kind(**{**facts, **more})

    def rows(self, what: str = "count(*)") -> Any:
        """What the ledger says about the anchors."""
        with self.ledger.reading() as connection:
            return connection.execute(f"select {what} from anchors").fetchall()[0][0]  # noqa: S608  words of the test


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A home."""
    made = Place(tmp_path)
    yield made
    made.purse.close()


def on() -> bool:
    """Nobody asks to stop."""
    return False


def test_without_a_baseline_there_is_nothing_to_hold_on_to(place: Place) -> None:
    """Nobody is asked."""
    assert place.anchors()(on) == 0
    assert place.provider.seen == []


def test_the_anchors_are_spread_over_the_scores_and_judged_once_a_day(place: Place) -> None:
    """The same pictures of the incumbent each day, whoever asks how often, paid for by token."""
    place.freeze()
    assert place.anchors()(on) == SIZE
    assert place.provider.seen == [f"brief {number}" for number in (1, 5, 8, 11, 15, 18)]
    assert place.anchors()(on) == 0
    place.now += DAY
    assert place.anchors()(on) == SIZE
    assert place.provider.seen[:SIZE] == place.provider.seen[SIZE:]
    assert (place.rows(), place.rows("count(distinct day)")) == (2 * SIZE, 2)
    assert place.purse.standing().books.total / NANO == 2 * SIZE * 2
    assert place.purse.standing().books.promised == 0


def test_a_worker_looks_again_only_after_a_while(place: Place) -> None:
    """The ledger is not opened every few seconds for nothing."""
    anchors = place.anchors()
    anchors(on)
    place.freeze()
    assert anchors(on) == 0
    place.now += 700
    assert anchors(on) == SIZE


def test_a_new_baseline_or_another_judge_has_anchors_of_its_own(place: Place) -> None:
    """Both are judged on the same day."""
    place.freeze()
    place.anchors()(on)
    assert place.anchors(judge="another")(on) == SIZE
    place.freeze()
    assert place.anchors()(on) == SIZE
    assert place.rows("count(distinct (baseline, judge))") == 3


@pytest.mark.parametrize("broken", range(SIZE))
def test_what_was_judged_before_a_failure_is_not_judged_again(place: Place, broken: int) -> None:
    """The rest follows when the judge answers again; each picture is paid once."""
    place.freeze()
    place.provider.fails_at = broken
    anchors = place.anchors()
    anchors(on)
    place.now += 700
    anchors(on)
    assert sorted(place.provider.seen) == sorted(set(place.provider.seen))
    assert (len(place.provider.seen), place.rows()) == (SIZE, SIZE)


def test_a_process_that_died_left_its_judgements_in_the_journal(place: Place) -> None:
    """The next one files them, a line that was cut off aside, and asks for the rest alone."""
    place.freeze()

    class DiesError(BaseException):
        """The process ends here."""

    def dies() -> bool:
        if len(place.provider.seen) == 4:
            raise DiesError
        return False

    with pytest.raises(DiesError):
        place.anchors(kind=Mortal)(dies)
    with (place.home / JOURNAL).open("a") as journal:
        journal.write('{"migration": "pro", "base')
    assert place.anchors()(on) == SIZE - 4
    assert (len(place.provider.seen), place.rows()) == (SIZE, SIZE)
    assert not (place.home / JOURNAL).exists()


def test_only_one_process_of_a_home_is_at_it(place: Place) -> None:
    """While the lock is held the others do nothing; it goes with its process."""
    place.freeze()
    held = os.open(place.home / LOCK, os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    anchors = place.anchors()
    assert anchors(on) == 0
    os.close(held)
    assert anchors(on) == SIZE


def test_a_stop_is_heard_between_two_pictures(place: Place) -> None:
    """What was judged is filed."""
    place.freeze()
    assert place.anchors()(lambda: len(place.provider.seen) >= 2) == 2
    assert place.rows() == 2


def test_the_budget_holds(place: Place) -> None:
    """Where it is spent nobody is asked, and the rest waits."""
    place.freeze()
    nothing = Purse(place.home / "poor.sqlite", caps=Caps(total=0.0), per_minute={}, clock=lambda: place.now)
    assert place.anchors(purse=nothing)(on) == 0
    assert place.provider.seen == []
    nothing.close()


@pytest.mark.parametrize("change", [{"size": 0}, {"benches": {}}], ids=["none wanted", "no migration"])
def test_nothing_to_do_is_nothing_done(place: Place, change: dict[str, Any]) -> None:
    """No file is touched for a judge that is not to be watched."""
    place.freeze()
    assert place.anchors(**change)(on) == 0
