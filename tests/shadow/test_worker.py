"""From a leased capture to a pair, and never twice for the same money."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from shadow.brief import Brief, Picture, Text
from shadow.errors import StaleLease, Unavailable
from shadow.finding import Finding
from shadow.gates.gate import Layer
from shadow.pair import Arm, Capture, Examined, Image, Outcome, OutcomeKind, Role
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Lease
from shadow.worker import UNAVAILABLE, Bench, Worker

MODELS = {Arm.INCUMBENT: "old", Arm.CANDIDATE: "new"}
LIVE, OTHER, REFERENCE = (Image.of(b"\x89PNG\r\n\x1a\n" + bytes([n])) for n in (1, 2, 3))


class Paints:
    """A provider that answers from a list of outcomes and counts what it is asked."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes) or [Outcome(kind=OutcomeKind.IMAGE, model="new", image=OTHER)]
        self.asked: list[tuple[str, Mapping[str, Image]]] = []

    def generate(self, brief: Brief, *, model: str, pictures: Mapping[str, Image]) -> Outcome:
        del brief
        self.asked.append((model, pictures))
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]

    def embed(self, *_: Any, **__: Any) -> Any:
        raise AssertionError

    judge = embed


class Scores:
    """A layer that answers from a list of findings and exceptions, and counts its looks by picture."""

    def __init__(self, name: str, *answers: Finding | Exception) -> None:
        self.name = name
        self.answers = list(answers)
        self.looks: Counter[str] = Counter()

    def check(self, brief: Brief, image: Image) -> Finding:
        del brief
        self.looks[image.digest] += 1
        answer = self.answers.pop(0) if self.answers else Finding(layer=self.name, score=1.0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Scene:
    """A worker over a memory spool that holds one capture."""

    def __init__(self, provider: Paints, layers: Sequence[Layer], *, attempts: int = 3, **capture: Any) -> None:
        self.store = {image.digest: image for image in (LIVE, REFERENCE)}
        self.now = 0.0
        self.spool = MemorySpool(clock=lambda: self.now)
        values: dict[str, Any] = {
            "brief": Brief(parts=(Text(text="a fox"),)),
            "arm": Arm.INCUMBENT,
            "outcome": Outcome(kind=OutcomeKind.IMAGE, model="old", image=LIVE),
        }
        self.spool.put(Capture(capture_id="c", migration="pro", dispatched_at=0.0, **{**values, **capture}))
        self.worker = Worker(
            spool=self.spool,
            benches={"pro": Bench(models=MODELS, provider=provider, layers=layers)},
            read=self.store.__getitem__,
            write=lambda image: self.store.update({image.digest: image}),
            attempts=attempts,
        )

    def lease(self) -> Lease:
        """The capture, leased (again): an hour later, so that an older lease has run out."""
        self.now += 3600
        return self.spool.lease(limit=1, seconds=60)[0]


def by_arm(examined: tuple[Examined, ...]) -> dict[Arm, Examined]:
    """The examined outcomes by arm."""
    return {item.arm: item for item in examined}


def test_both_outcomes_walk_every_layer() -> None:
    """The other arm is asked once; both pictures are looked at once by each layer; the picture is stored."""
    provider, layers = Paints(), [Scores("properties"), Scores("judge")]
    scene = Scene(provider, layers)
    pair = scene.worker.process(scene.lease())
    found = by_arm(pair.examined)
    assert [model for model, _ in provider.asked] == ["new"]
    assert (found[Arm.INCUMBENT].role, found[Arm.CANDIDATE].role) == (Role.LIVE, Role.SHADOW)
    for arm, image in ((Arm.INCUMBENT, LIVE), (Arm.CANDIDATE, OTHER)):
        assert found[arm].outcome.image == image
        assert [finding.layer for finding in found[arm].findings] == ["properties", "judge"]
    assert all(layer.looks == {LIVE.digest: 1, OTHER.digest: 1} for layer in layers)
    assert OTHER.digest in scene.store


def test_when_the_candidate_served_the_incumbent_is_asked() -> None:
    """Roles swap with the traffic; pairs keep coming."""
    provider = Paints(Outcome(kind=OutcomeKind.IMAGE, model="old", image=OTHER))
    scene = Scene(provider, [], arm=Arm.CANDIDATE)
    pair = scene.worker.process(scene.lease())
    assert [model for model, _ in provider.asked] == ["old"]
    assert by_arm(pair.examined)[Arm.INCUMBENT].role is Role.SHADOW


def test_reference_pictures_travel_to_the_other_arm() -> None:
    """The other model sees the same references."""
    provider = Paints()
    brief = Brief(parts=(Text(text="like this"), Picture(digest=REFERENCE.digest, mime="image/png")))
    scene = Scene(provider, [], brief=brief)
    scene.worker.process(scene.lease())
    assert provider.asked[0][1] == {REFERENCE.digest: REFERENCE}


def test_a_hard_failure_stops_the_walk_of_its_own_picture() -> None:
    """A picture that failed is not shown to dearer layers; the other arm's is."""
    judge = Scores("judge")
    scene = Scene(Paints(), [Scores("properties", Finding(layer="properties", hard_failure="flat")), judge])
    found = by_arm(scene.worker.process(scene.lease()).examined)
    assert [finding.layer for finding in found[Arm.INCUMBENT].findings] == ["properties"]
    assert judge.looks == {OTHER.digest: 1}


@pytest.mark.parametrize("kind", [OutcomeKind.REFUSAL, OutcomeKind.FAILURE])
def test_a_model_that_gave_no_picture_is_an_outcome(kind: OutcomeKind) -> None:
    """Refusals and failures are filed; there is nothing to gate."""
    scene = Scene(Paints(Outcome(kind=kind, model="new", label="NO_IMAGE")), [Scores("judge")])
    found = by_arm(scene.worker.process(scene.lease()).examined)
    assert (found[Arm.CANDIDATE].outcome.kind, found[Arm.CANDIDATE].findings) == (kind, ())
    assert found[Arm.INCUMBENT].findings


def test_a_live_call_that_never_reached_its_model_costs_nothing() -> None:
    """It can be compared with nothing, so no picture is paid for it; it is filed to be counted."""
    provider = Paints()
    scene = Scene(provider, [], outcome=Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="old", label="timeout"))
    pair = scene.worker.process(scene.lease())
    assert provider.asked == []
    assert [item.outcome.kind for item in pair.examined] == [OutcomeKind.INFRASTRUCTURE]


def test_infrastructure_waits_and_is_at_last_filed_as_such() -> None:
    """A busy shadow call is tried again with the API's own wait, then counted, never scored."""
    busy = Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="new", label="429 RESOURCE_EXHAUSTED", retry_after=34.0)
    scene = Scene(Paints(busy), [Scores("judge")], attempts=2)
    with pytest.raises(Unavailable) as caught:
        scene.worker.process(scene.lease())
    assert (caught.value.label, caught.value.retry_after) == ("429 RESOURCE_EXHAUSTED", 34.0)
    found = by_arm(scene.worker.process(scene.lease()).examined)
    assert found[Arm.CANDIDATE].outcome.kind is OutcomeKind.INFRASTRUCTURE
    assert found[Arm.CANDIDATE].findings == ()


def test_nothing_that_arrived_is_paid_for_again() -> None:
    """However often the judge cannot be asked, the picture is generated once and each layer's answer is kept."""
    down = Unavailable("503 UNAVAILABLE", "")
    cheap, judge = Scores("similarity"), Scores("judge", down, Finding(layer="judge", score=80.0), down)
    provider = Paints()
    scene = Scene(provider, [cheap, judge], attempts=9)
    for _ in range(2):
        with pytest.raises(Unavailable):
            scene.worker.process(scene.lease())
    pair = scene.worker.process(scene.lease())
    assert len(provider.asked) == 1
    assert cheap.looks == {LIVE.digest: 1, OTHER.digest: 1}
    assert [len(item.findings) for item in pair.examined] == [2, 2]
    assert by_arm(pair.examined)[Arm.INCUMBENT].findings[1].score == 80.0


def test_a_layer_that_cannot_be_asked_until_the_last_attempt_is_missing() -> None:
    """What nobody could judge is filed without a score, and says why."""
    down = [Unavailable("503 UNAVAILABLE", "") for _ in range(9)]
    scene = Scene(Paints(), [Scores("judge", *down)], attempts=1)
    pair = scene.worker.process(scene.lease())
    assert [item.findings[0].missing for item in pair.examined] == [UNAVAILABLE, UNAVAILABLE]


def test_a_worker_that_was_too_slow_cannot_overwrite() -> None:
    """Once the lease went to somebody else, keeping fails."""
    scene = Scene(Paints(), [Scores("judge")])
    slow = scene.lease()
    scene.lease()
    with pytest.raises(StaleLease):
        scene.worker.process(slow)
