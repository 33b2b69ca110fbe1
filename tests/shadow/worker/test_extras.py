"""The incumbent drawn or judged once more, both pictures side by side: chosen by brief, kept, paid within bounds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from worker_bills import GATE, PAIR, TARIFF, Bills, gate, spent
from worker_scene import LIVE, OTHER, Paints, Scene, Scenes, Scores, scenes

from shadow.assignment import Again
from shadow.brief import Brief, Text
from shadow.budget import Caps
from shadow.errors import Unavailable
from shadow.finding import Finding
from shadow.gates.judge_pairs import Referee
from shadow.pair import Arm, Comparison, Examined, Image, Loss, Outcome, OutcomeKind, Pair, Role
from shadow.prices import NANO
from shadow.settings import NoiseSettings
from shadow.worker.bench import Bench

AGAIN = Image.of(b"\x89PNG\r\n\x1a\n\x09")
DRAWN = {"noise": NoiseSettings(second_draws=1.0, second_judgements=0.0)}
JUDGED = {"noise": NoiseSettings(second_draws=0.0, second_judgements=1.0)}


DOWN = Unavailable("503 UNAVAILABLE", "")


class Asked:
    """A referee that answers from a list and notes in which order it was shown the pictures."""

    def __init__(self, *answers: Comparison | Exception) -> None:
        self.answers = list(answers)
        self.seen: list[Arm] = []

    def compare(self, brief: Brief, *, incumbent: Image, candidate: Image, first: Arm) -> Comparison:
        assert (incumbent, candidate) == (LIVE, OTHER)
        self.seen.append(first)
        answer = self.answers.pop(0) if self.answers else Comparison(first=first, preferred=Arm.CANDIDATE)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def scene_of(tmp_path: Path) -> Iterator[Scenes]:
    """Makes scenes that share a purse."""
    yield from scenes(tmp_path)


def painted(image: Image, model: str) -> Outcome:
    """A picture of a model."""
    return Outcome(kind=OutcomeKind.IMAGE, model=model, image=image)


def draws(pair: Pair, arm: Arm = Arm.INCUMBENT) -> dict[int, Examined]:
    """The outcomes of an arm by draw."""
    return {item.draw: item for item in pair.examined if item.arm is arm}


def refereed(referee: Any, **more: Any) -> dict[str, Any]:
    """A bench whose pictures are all compared side by side."""
    return {"referee": lambda _: referee, "pairwise": 1.0, **more}


def test_the_incumbent_is_drawn_once_more_and_walks_the_whole_gate(scene_of: Scenes) -> None:
    """Draw 2 has the role shadow, a picture of its own in the store, and every layer's finding."""
    provider = Paints(painted(OTHER, "new"), painted(AGAIN, "old"))
    layers = [Scores("properties"), Scores("judge")]
    scene = scene_of(provider, layers, bench=DRAWN)
    second = draws(scene.pair())[2]
    assert [model for model, _ in provider.asked] == ["new", "old"]
    assert (second.role, second.outcome.image) == (Role.SHADOW, AGAIN)
    assert [finding.layer for finding in second.findings] == ["properties", "judge"]
    assert AGAIN.digest in scene.store


def test_when_the_candidate_served_it_is_still_the_incumbent(scene_of: Scenes) -> None:
    """Its first draw is then the shadow call."""
    provider = Paints(painted(OTHER, "old"), painted(AGAIN, "old"))
    found = draws(scene_of(provider, [Scores("judge")], bench=DRAWN, arm=Arm.CANDIDATE).pair())
    assert [model for model, _ in provider.asked] == ["old", "old"]
    assert (found[1].outcome.image, found[2].outcome.image) == (OTHER, AGAIN)


def test_a_refusal_at_the_first_draw_does_not_keep_the_second_away(scene_of: Scenes) -> None:
    """What is drawn again is chosen before anything is known, so refusals are part of the noise."""
    refused = Outcome(kind=OutcomeKind.REFUSAL, model="old", label="IMAGE_SAFETY")
    provider = Paints(painted(OTHER, "new"), painted(AGAIN, "old"))
    found = draws(scene_of(provider, [Scores("judge")], bench=DRAWN, outcome=refused).pair())
    assert (found[1].outcome.kind, found[2].outcome.image) == (OutcomeKind.REFUSAL, AGAIN)


def test_the_same_picture_is_judged_twice(scene_of: Scenes) -> None:
    """Draw 2 is then draw 1 with one finding more, the judge's; the other layers do not look again."""
    cheap, judge = Scores("similarity"), Scores("judge", *(Finding(layer="judge", score=s) for s in (80.0, 70.0, 76.0)))
    provider = Paints()
    found = draws(scene_of(provider, [cheap, judge], bench=JUDGED).pair())
    assert found[2].outcome == found[1].outcome
    assert [(finding.layer, finding.score) for finding in found[2].findings] == [("judge", 76.0)]
    assert (cheap.looks[LIVE.digest], judge.looks[LIVE.digest], len(provider.asked)) == (1, 2, 1)


@pytest.mark.parametrize(
    ("layers", "outcome"),
    [
        ([Scores("properties")], painted(LIVE, "old")),
        (
            [Scores("properties", Finding(layer="properties", hard_failure="flat")), Scores("judge")],
            painted(LIVE, "old"),
        ),
        ([Scores("judge")], Outcome(kind=OutcomeKind.REFUSAL, model="old")),
    ],
    ids=["no judge in the gate", "failed before the judge", "no picture"],
)
def test_what_was_not_judged_once_is_not_judged_twice(scene_of: Scenes, layers: list[Scores], outcome: Outcome) -> None:
    """There is nothing to compare it with."""
    assert set(draws(scene_of(Paints(), layers, bench=JUDGED, outcome=outcome).pair())) == {1}


def test_both_orders_are_asked_and_filed_with_the_candidate(scene_of: Scenes) -> None:
    """First the incumbent's picture in front, then the candidate's."""
    referee = Asked()
    pair = scene_of(Paints(), [Scores("judge")], bench=refereed(referee)).pair()
    assert referee.seen == [Arm.INCUMBENT, Arm.CANDIDATE]
    assert [item.first for item in draws(pair, Arm.CANDIDATE)[1].comparisons] == referee.seen
    assert draws(pair)[1].comparisons == ()


def test_where_one_picture_is_not_sound_there_is_nothing_to_prefer(scene_of: Scenes) -> None:
    """Nobody is asked."""
    referee = Asked()
    layers = [Scores("properties", Finding(layer="properties", hard_failure="flat"))]
    scene_of(Paints(), layers, bench=refereed(referee)).pair()
    assert referee.seen == []


def test_a_choice_of_no_use_is_asked_for_again_and_at_last_filed(scene_of: Scenes) -> None:
    """As a judgement is; the other order is asked all the same."""
    broken = [Comparison(first=Arm.INCUMBENT, missing="bad json") for _ in range(3)]
    referee = Asked(*broken, Unavailable("503 UNAVAILABLE", ""))
    found = draws(scene_of(Paints(), [Scores("judge")], attempts=1, bench=refereed(referee)).pair(), Arm.CANDIDATE)
    assert [(item.first, item.missing) for item in found[1].comparisons] == [
        (Arm.INCUMBENT, "bad json"),
        (Arm.CANDIDATE, "unavailable"),
    ]


@pytest.mark.parametrize("again", [DRAWN, JUDGED], ids=["drawn", "judged"])
@pytest.mark.parametrize("broken", range(7))
def test_nothing_that_arrived_is_paid_for_again(scene_of: Scenes, again: dict[str, Any], broken: int) -> None:
    """Whichever answer fails on the way, the next worker asks for that one alone."""
    steps = iter(range(99))

    def fails() -> bool:
        return next(steps) == broken

    class Draws(Paints):
        def generate(self, *arguments: Any, **more: Any) -> Outcome:
            if fails():
                return Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="x", label="503")
            return super().generate(*arguments, **more)

    class Looks(Scores):
        def check(self, brief: Brief, image: Image, *, model: str = "") -> Finding:
            if fails():
                raise DOWN
            return super().check(brief, image, model=model)

    class Compares(Asked):
        def compare(self, *arguments: Any, **more: Any) -> Comparison:
            if fails():
                raise DOWN
            return super().compare(*arguments, **more)

    provider, judge, referee = Draws(painted(OTHER, "new"), painted(AGAIN, "old")), Looks("judge"), Compares()
    scene = scene_of(provider, [judge], attempts=9, bench=refereed(referee, **again))
    answers = 7 if again is DRAWN else 6
    if broken < answers:
        with pytest.raises(Unavailable):
            scene.pair()
    found = scene.pair()
    assert set(draws(found)) == {1, 2}
    assert len(provider.asked) + sum(judge.looks.values()) + len(referee.seen) == answers
    assert next(steps) == answers + (broken < answers)


def both(referee: Any = None) -> dict[str, Any]:
    """A bench that compares side by side with the real referee."""
    return {"referee": referee or (lambda provider: Referee(GATE.judge, provider)), "pairwise": 1.0}


@pytest.mark.parametrize(
    ("bench", "more"), [(DRAWN, 4 + 1 + 2), (JUDGED, 2), ({}, 0)], ids=["drawn", "judged", "neither"]
)
def test_what_is_done_more_is_reserved_before_anything_is_asked(scene_of: Scenes, bench: Any, more: int) -> None:
    """With less than that left in the budget the capture is shed and nothing is asked; with it all is paid."""
    estimate = sum(Bench(models={Arm.INCUMBENT: "old", Arm.CANDIDATE: "new"}, provider=Bills(), layers=gate,
                         tariff=TARIFF, **bench).parts(capture_of(scene_of)).values())  # fmt: skip
    provider = Bills()
    tight = scene_of(provider, gate, folder="tight", tariff=TARIFF, bench=bench, caps=Caps(total=estimate - 1))
    assert isinstance(tight.worker.process(tight.lease()), Loss)
    assert provider.asked == []
    scene = scene_of(Bills(), gate, folder="enough", tariff=TARIFF, bench=bench, caps=Caps(total=estimate))
    scene.pair()
    assert spent(scene) == PAIR + more
    assert scene.purse.standing().books.promised == 0


def capture_of(scene_of: Scenes) -> Any:
    """The capture of every scene."""
    scene: Scene = scene_of(Paints(), [], folder="other")
    return scene.lease().capture


def test_the_slices_follow_the_brief_and_do_not_overlap() -> None:
    """About the shares that were asked, whatever else is sliced by the same digest."""
    bench = Bench(models={}, provider=Bills(), layers=gate, tariff=TARIFF, noise=NoiseSettings(), **both())
    found = [bench.again(of(f"brief {number}")) for number in range(4000)]
    assert found == [bench.again(of(f"brief {number}")) for number in range(4000)]
    for again in Again:
        assert 0.035 < sum(item is again for item in found) / len(found) < 0.065


def of(words: str) -> Any:
    """A capture of these words."""
    from shadow.pair import Capture

    outcome = painted(LIVE, "old")
    brief = Brief(parts=(Text(text=words),))
    return Capture(capture_id=words, migration="pro", brief=brief, arm=Arm.INCUMBENT, outcome=outcome, dispatched_at=0)


def test_side_by_side_costs_two_judgements_of_two_pictures(scene_of: Scenes) -> None:
    """Reserved and booked."""
    capture = capture_of(scene_of)
    plain, compared = (
        Bench(models={Arm.CANDIDATE: "new"}, provider=Bills(), layers=gate, tariff=TARIFF, **bench)
        for bench in ({}, both())
    )
    more = sum(compared.parts(capture).values()) - sum(plain.parts(capture).values())
    assert more >= 2 * 2 * NANO
