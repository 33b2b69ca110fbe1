"""From a leased capture to a pair, and never twice for the same money."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from worker_scene import LIVE, OTHER, REFERENCE, Paints, Scenes, Scores, by_arm, scenes

from shadow.brief import Brief, Picture, Text
from shadow.errors import StaleLease, Unavailable
from shadow.finding import Finding
from shadow.pair import Arm, Loss, Outcome, OutcomeKind, Role
from shadow.worker import UNAVAILABLE


@pytest.fixture
def scene_of(tmp_path: Path) -> Iterator[Scenes]:
    """Makes scenes that share a purse."""
    yield from scenes(tmp_path)


def test_both_outcomes_walk_every_layer(scene_of: Scenes) -> None:
    """The other arm is asked once; each layer looks at both pictures once and hears who made them; all is stored."""
    provider, layers = Paints(), [Scores("properties"), Scores("judge")]
    scene = scene_of(provider, layers)
    pair = scene.pair()
    found = by_arm(pair.examined)
    assert [model for model, _ in provider.asked] == ["new"]
    assert (found[Arm.INCUMBENT].role, found[Arm.CANDIDATE].role) == (Role.LIVE, Role.SHADOW)
    for arm, image in ((Arm.INCUMBENT, LIVE), (Arm.CANDIDATE, OTHER)):
        assert found[arm].outcome.image == image
        assert [finding.layer for finding in found[arm].findings] == ["properties", "judge"]
    assert all(layer.looks == {LIVE.digest: 1, OTHER.digest: 1} for layer in layers)
    assert all(layer.makers == {LIVE.digest: "old", OTHER.digest: "new"} for layer in layers)
    assert OTHER.digest in scene.store


def test_when_the_candidate_served_the_incumbent_is_asked(scene_of: Scenes) -> None:
    """Roles swap with the traffic; pairs keep coming."""
    provider = Paints(Outcome(kind=OutcomeKind.IMAGE, model="old", image=OTHER))
    scene = scene_of(provider, [], arm=Arm.CANDIDATE)
    pair = scene.pair()
    assert [model for model, _ in provider.asked] == ["old"]
    assert by_arm(pair.examined)[Arm.INCUMBENT].role is Role.SHADOW


def test_reference_pictures_travel_to_the_other_arm(scene_of: Scenes) -> None:
    """The other model sees the same references."""
    provider = Paints()
    brief = Brief(parts=(Text(text="like this"), Picture(digest=REFERENCE.digest, mime="image/png")))
    scene = scene_of(provider, [], brief=brief)
    scene.worker.process(scene.lease())
    assert provider.asked[0][1] == {REFERENCE.digest: REFERENCE}


def test_a_hard_failure_stops_the_walk_of_its_own_picture(scene_of: Scenes) -> None:
    """A picture that failed is not shown to dearer layers; the other arm's is."""
    judge = Scores("judge")
    scene = scene_of(Paints(), [Scores("properties", Finding(layer="properties", hard_failure="flat")), judge])
    found = by_arm(scene.pair().examined)
    assert [finding.layer for finding in found[Arm.INCUMBENT].findings] == ["properties"]
    assert judge.looks == {OTHER.digest: 1}


@pytest.mark.parametrize("kind", [OutcomeKind.REFUSAL, OutcomeKind.FAILURE])
def test_a_model_that_gave_no_picture_is_an_outcome(scene_of: Scenes, kind: OutcomeKind) -> None:
    """Refusals and failures are filed; there is nothing to gate."""
    scene = scene_of(Paints(Outcome(kind=kind, model="new", label="NO_IMAGE")), [Scores("judge")])
    found = by_arm(scene.pair().examined)
    assert (found[Arm.CANDIDATE].outcome.kind, found[Arm.CANDIDATE].findings) == (kind, ())
    assert found[Arm.INCUMBENT].findings


def test_a_live_call_that_never_reached_its_model_costs_nothing(scene_of: Scenes) -> None:
    """It can be compared with nothing, so no picture is paid for it; it is filed to be counted."""
    provider = Paints()
    scene = scene_of(provider, [], outcome=Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="old", label="timeout"))
    pair = scene.pair()
    assert provider.asked == []
    assert [item.outcome.kind for item in pair.examined] == [OutcomeKind.INFRASTRUCTURE]


def test_infrastructure_waits_and_is_at_last_filed_as_such(scene_of: Scenes) -> None:
    """A busy shadow call is tried again with the API's own wait, then counted, never scored."""
    busy = Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="new", label="429 RESOURCE_EXHAUSTED", retry_after=34.0)
    scene = scene_of(Paints(busy), [Scores("judge")], attempts=2)
    with pytest.raises(Unavailable) as caught:
        scene.worker.process(scene.lease())
    assert (caught.value.label, caught.value.retry_after) == ("429 RESOURCE_EXHAUSTED", 34.0)
    found = by_arm(scene.pair().examined)
    assert found[Arm.CANDIDATE].outcome.kind is OutcomeKind.INFRASTRUCTURE
    assert found[Arm.CANDIDATE].findings == ()


def test_an_incumbent_that_is_gone_is_not_waited_for(scene_of: Scenes) -> None:
    """After its last day a 404 is its end: the candidate's picture is judged and filed without it."""
    gone = Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="old", label="404 NOT_FOUND")
    served = {"arm": Arm.CANDIDATE, "outcome": Outcome(kind=OutcomeKind.IMAGE, model="new", image=LIVE)}
    early = scene_of(Paints(gone), [Scores("judge")], folder="early", sunset=1e6, **served)
    with pytest.raises(Unavailable):
        early.worker.process(early.lease())
    found = by_arm(scene_of(Paints(gone), [Scores("judge")], folder="late", sunset=0.0, **served).pair().examined)
    assert found[Arm.INCUMBENT].outcome.label == "404 NOT_FOUND"
    assert len(found[Arm.CANDIDATE].findings) == 1


def test_nothing_that_arrived_is_paid_for_again(scene_of: Scenes) -> None:
    """However often the judge cannot be asked, the picture is generated once and each layer's answer is kept."""
    down = Unavailable("503 UNAVAILABLE", "")
    cheap, judge = Scores("similarity"), Scores("judge", down, Finding(layer="judge", score=80.0), down)
    provider = Paints()
    scene = scene_of(provider, [cheap, judge], attempts=9)
    for _ in range(2):
        with pytest.raises(Unavailable):
            scene.worker.process(scene.lease())
    pair = scene.pair()
    assert len(provider.asked) == 1
    assert cheap.looks == {LIVE.digest: 1, OTHER.digest: 1}
    assert [len(item.findings) for item in pair.examined] == [2, 2]
    assert by_arm(pair.examined)[Arm.INCUMBENT].findings[1].score == 80.0


def test_a_layer_that_cannot_be_asked_until_the_last_attempt_is_missing(scene_of: Scenes) -> None:
    """What nobody could judge is filed without a score, and says why."""
    down = [Unavailable("503 UNAVAILABLE", "") for _ in range(9)]
    scene = scene_of(Paints(), [Scores("judge", *down)], attempts=1)
    pair = scene.pair()
    assert [item.findings[0].missing for item in pair.examined] == [UNAVAILABLE, UNAVAILABLE]


def test_a_worker_that_was_too_slow_cannot_overwrite(scene_of: Scenes) -> None:
    """Once the lease went to somebody else, keeping fails."""
    scene = scene_of(Paints(), [Scores("judge")])
    slow = scene.lease()
    scene.lease()
    with pytest.raises(StaleLease):
        scene.worker.process(slow)


def unjudged(label: str) -> Finding:
    """What a judge found that gave no score."""
    return Finding(layer="judge", missing=label)


@pytest.mark.parametrize("label", ["bad json", "truncated", "empty", "out of range", "missing keys"])
def test_an_answer_of_no_use_is_asked_for_again_at_once(scene_of: Scenes, label: str) -> None:
    """Twice more, at once; the picture is not generated again."""
    judge = Scores("judge", unjudged(label), unjudged(label), Finding(layer="judge", score=70.0))
    provider = Paints()
    found = by_arm(scene_of(provider, [judge]).pair().examined)
    assert found[Arm.INCUMBENT].findings[0].score == 70.0
    assert judge.looks == {LIVE.digest: 3, OTHER.digest: 1}
    assert len(provider.asked) == 1


def test_an_answer_that_stays_of_no_use_is_asked_for_later_and_at_last_filed(scene_of: Scenes) -> None:
    """After three the capture waits; when its attempts run out it is filed without a score, with the reason."""
    judge = Scores("judge", *[unjudged("truncated") for _ in range(6)])
    scene = scene_of(Paints(), [judge], attempts=2)
    with pytest.raises(Unavailable, match="judge: truncated") as caught:
        scene.pair()
    assert caught.value.asked
    found = by_arm(scene.pair().examined)
    assert found[Arm.INCUMBENT].findings[0].missing == "truncated"
    assert found[Arm.CANDIDATE].findings[0].score == 1.0
    assert judge.looks == {LIVE.digest: 6, OTHER.digest: 1}


@pytest.mark.parametrize("label", ["blocked", "out of memory"])
def test_an_answer_that_would_be_the_same_is_not_asked_for_again(scene_of: Scenes, label: str) -> None:
    """A judge that refuses once refuses again: filed at once, paid once."""
    judge = Scores("judge", unjudged(label))
    found = by_arm(scene_of(Paints(), [judge]).pair().examined)
    assert found[Arm.INCUMBENT].findings[0].missing == label
    assert judge.looks[LIVE.digest] == 1


def test_a_capture_that_waited_for_a_day_is_counted_and_not_paid_for(scene_of: Scenes) -> None:
    """Its pair would count no more, so no picture is made for it."""
    provider = Paints()
    scene = scene_of(provider)
    scene.now = 24 * 3600.0
    loss = scene.worker.process(scene.lease())
    assert isinstance(loss, Loss)
    assert (loss.reason, loss.count, loss.migration) == ("deadline passed", 1, "pro")
    assert provider.asked == []


def test_a_capture_that_was_paid_for_in_time_becomes_a_pair_however_late(scene_of: Scenes) -> None:
    """What arrived is filed, and the verdict says that it came too late."""
    scene = scene_of(Paints(), [Scores("judge", Unavailable("503 UNAVAILABLE", ""))])
    with pytest.raises(Unavailable):
        scene.worker.process(scene.lease())
    scene.now = 25 * 3600.0
    assert len(scene.pair().examined) == 2
