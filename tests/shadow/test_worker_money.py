"""The worker and the purse: what is paid, what waits, what is shed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from worker_bills import GATE, PAIR, TARIFF, Bills, Mumbles, gate, spent
from worker_scene import LIVE, Scenes, scenes

from shadow.brief import Brief, Text
from shadow.budget import OVER_BUDGET, Caps
from shadow.errors import Unavailable
from shadow.pair import Loss, Outcome, OutcomeKind
from shadow.prices import NANO, Step
from shadow.purse.answers import Admission

BUSY = Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="new", label="429 RESOURCE_EXHAUSTED", retry_after=34.0)
LIMITED = Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="old", label="429 RESOURCE_EXHAUSTED", started_at=3600.0)


@pytest.fixture
def scene_of(tmp_path: Path) -> Iterator[Scenes]:
    """Makes scenes that share a purse."""
    yield from scenes(tmp_path)


def test_every_paid_call_of_a_pair_is_booked(scene_of: Scenes) -> None:
    """One picture, two embeddings, two judgements, at what the API counted; nothing stays reserved."""
    scene = scene_of(Bills(), gate, tariff=TARIFF)
    scene.pair()
    standing = scene.purse.standing()
    assert {step: (calls, nano / NANO) for _, step, calls, nano in standing.today} == {
        Step.IMAGE: (1, 4.0),
        Step.EMBEDDING: (2, 2.0),
        Step.JUDGEMENT: (2, 4.0),
    }
    assert (spent(scene), standing.books.promised, standing.counts) == (PAIR, 0, {})


def test_a_judgement_that_is_asked_for_again_is_paid_for_again(scene_of: Scenes) -> None:
    """Three judgements of the first picture are booked, and none of them counts as paid twice by accident."""
    scene = scene_of(Mumbles(), gate, tariff=TARIFF)
    with pytest.raises(Unavailable, match="judge: bad json"):
        scene.pair()
    assert spent(scene) == 4 + 1 + 3 * 2
    with pytest.raises(Unavailable, match="judge: bad json"):
        scene.pair()
    assert spent(scene) == 4 + 1 + 2 * 3 * 2
    assert scene.purse.standing().counts == {}


def test_what_the_budget_does_not_reach_is_a_loss_and_nothing_is_asked(scene_of: Scenes) -> None:
    """The loss has the capture's minute, and one name however often it is decided."""
    provider = Bills()
    scene = scene_of(provider, gate, tariff=TARIFF, caps=Caps(per_day=100 * NANO), dispatched_at=130.0)
    first, again = (scene.worker.process(scene.lease()) for _ in range(2))
    assert isinstance(first, Loss)
    assert (first.reason, first.migration, first.minute, first.count) == (OVER_BUDGET, "pro", 120.0, 1)
    assert first == again
    assert provider.asked == []
    assert scene.purse.standing().counts == {"shed": (1, 1)}


def live_outcomes() -> list[Outcome]:
    """Everything that a live call may have brought."""
    return [
        Outcome(kind=OutcomeKind.IMAGE, model="old", image=LIVE),
        Outcome(kind=OutcomeKind.REFUSAL, model="old", label="IMAGE_SAFETY"),
        Outcome(kind=OutcomeKind.FAILURE, model="old", label="EMPTY"),
        Outcome(kind=OutcomeKind.INFRASTRUCTURE, model="old", label="timeout"),
    ]


def test_what_is_shed_does_not_depend_on_what_the_live_call_brought(scene_of: Scenes) -> None:
    """With money for half of the day's briefs, the same briefs are kept whatever their live outcome was."""
    kept: list[list[bool]] = []
    for place, outcome in enumerate(live_outcomes()):
        decided = []
        for number in range(24):
            brief = Brief(parts=(Text(text=f"fox {number}"),))
            scene = scene_of(
                Bills(),
                gate,
                folder=f"{place}-{number}",
                tariff=TARIFF,
                caps=Caps(per_day=1e9 * NANO),
                brief=brief,
                outcome=outcome,
            )
            need = sum(TARIFF.pair(brief, "new").values())
            wanted = {("new", Step.IMAGE): round(1.9e9 * NANO * 24 / 23)}  # a day that takes twice what there is
            other = Admission(capture_id="x", brief_digest="f" * 64, dispatched_at=3600.0, parts=wanted)
            scene.purse.admit(other)
            decided.append(not isinstance(scene.worker.process(scene.lease()), Loss))
            assert need < 1e9 * NANO
        kept.append(decided)
    assert kept[0] == kept[1] == kept[2] == kept[3]
    assert 4 <= sum(kept[0]) <= 20


def test_a_live_limit_pauses_every_generation_of_the_home(scene_of: Scenes) -> None:
    """After a live 429 nobody generates for the pause; the wait is none of the capture's attempts."""
    scene = scene_of(Bills(), outcome=LIMITED)
    scene.pair()
    assert [(pause.scope, pause.until) for pause in scene.purse.standing().pauses] == [("*", 3660.0)]
    scene.now = 3659.5
    other = scene_of(Bills(), gate, tariff=TARIFF)
    other.now = 3610.0 - 3600
    with pytest.raises(Unavailable) as caught:
        other.pair()
    assert (caught.value.asked, caught.value.retry_after) == (False, 50.0)
    assert other.purse.standing().books.promised == 0
    other.pair()
    assert spent(other) == PAIR


@pytest.mark.parametrize(
    ("asked", "until"), [(None, 3660.0), (20.0, 3620.0), (600.0, 4200.0), (1e6, 7200.0), (float("inf"), 7200.0)]
)
def test_the_pause_is_as_long_as_the_api_asked(scene_of: Scenes, asked: float | None, until: float) -> None:
    """RetryInfo first, the setting else, an hour at most."""
    scene = scene_of(Bills(), outcome=Outcome(**{**vars_of(LIMITED), "retry_after": asked}))
    scene.pair()
    assert [pause.until for pause in scene.purse.standing().pauses] == [until]


def vars_of(outcome: Outcome) -> dict[str, Any]:
    """Its fields."""
    return {name: getattr(outcome, name) for name in Outcome.__dataclass_fields__}


def test_a_live_limit_of_long_ago_pauses_nothing(scene_of: Scenes) -> None:
    """A worker that is behind does not stop for a limit that has passed."""
    scene = scene_of(Bills(), outcome=Outcome(**{**vars_of(LIMITED), "started_at": 3000.0}))
    scene.pair()
    assert scene.purse.standing().pauses == ()


def test_a_limit_of_a_shadow_call_holds_for_its_model_and_every_worker(scene_of: Scenes) -> None:
    """RetryInfo of one capture's call keeps all others from that model, and only from it."""
    scene = scene_of(Bills(BUSY), gate, tariff=TARIFF)
    with pytest.raises(Unavailable) as caught:
        scene.pair()
    assert (caught.value.asked, caught.value.retry_after) == (True, 34.0)
    assert [(pause.scope, pause.until) for pause in scene.purse.standing().pauses] == [("new", 3634.0)]
    provider = Bills()
    scene = scene_of(provider, gate, tariff=TARIFF)
    scene.now = 5.0  # the lease is taken at 3605
    with pytest.raises(Unavailable) as caught:
        scene.pair()
    assert (caught.value.asked, caught.value.retry_after, provider.asked) == (False, 29.0, [])


def test_calls_take_turns_and_a_short_wait_is_waited_out(scene_of: Scenes) -> None:
    """At 12 judgements a minute the second one starts five seconds after the first."""
    scene = scene_of(Bills(), gate, tariff=TARIFF, per_minute={GATE.judge.model: 12.0})
    scene.pair()
    assert scene.slept == [5.0]


def test_what_was_asked_when_a_worker_died_counts_as_possibly_paid_twice(scene_of: Scenes) -> None:
    """The call under way is booked at its estimate, and asked again by the one who takes the capture over."""

    class Dies(Bills):
        def generate(self, *_: Any, **__: Any) -> Outcome:
            raise SystemExit  # the process ends here: nothing after it runs

    scene = scene_of(Dies(), gate, tariff=TARIFF)
    scene.purse.settle = lambda *_, **__: None  # type: ignore[method-assign]  # a dead worker settles nothing
    scene.purse.give_back = lambda *_: None  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        scene.pair()
    del scene.purse.settle, scene.purse.give_back
    healthy = scene_of(Bills(), gate, tariff=TARIFF)
    healthy.now = scene.now
    healthy.pair()
    image = TARIFF.generation(Brief(parts=(Text(text="a fox"),)), "new") / NANO
    assert spent(healthy) == image + PAIR
    assert healthy.purse.standing().counts == {"booked at its estimate": (1, 1), "possibly paid twice": (1, 1)}
