"""Which arm serves: by key, by words, and by whose conversation it is."""

from typing import Any

import pytest
from canned import CANDIDATE, INCUMBENT, painted
from google.genai import types
from live_ways import FOX, Offers, client_on, observed, picture_in, run

from shadow.assignment import assigned
from shadow.pair import Arm
from shadow.providers.way import MULTI_TURN
from shadow.wrapper import labels

BY_ARM = {Arm.INCUMBENT: painted("navy"), Arm.CANDIDATE: painted("gold")}


def half(_: str) -> float:
    """Half of the traffic."""
    return 50.0


def key_of(arm: Arm) -> str:
    """A key that half of the traffic assigns to this arm."""
    return next(key for key in map(str, range(100)) if assigned(key, "pro", 50.0) is arm)


@pytest.mark.parametrize("named", [INCUMBENT, f"models/{INCUMBENT}", f"publishers/google/models/{INCUMBENT}"])
def test_traffic_follows_the_percentage_by_key(named: str) -> None:
    """A key that is assigned the candidate is served by it, whichever way the model is named."""
    door, asked = Offers(), []
    client = client_on()
    bare = client.models.generate_content
    client.models.generate_content = lambda **given: asked.append(given["model"]) or bare(**given | {"model": "m"})
    wrapped = observed(client, door, half)
    keys = [f"user-{number}" for number in range(30)]
    for key in keys:
        with labels(key=key):
            wrapped.models.generate_content(model=named, contents=FOX)
    arms = [assigned(key, "pro", 50.0) for key in keys]
    prefix = named.removesuffix(INCUMBENT)
    assert [seen.arm for seen in door.seen] == arms
    assert asked == [prefix + (CANDIDATE if arm is Arm.CANDIDATE else INCUMBENT) for arm in arms]
    assert {seen.model for seen in door.seen} == {INCUMBENT, CANDIDATE}


@pytest.mark.parametrize(
    "contents",
    [FOX, [FOX], [{"text": FOX}], {"parts": [{"text": FOX}]}, types.Content(parts=[types.Part(text=FOX)])],
    ids=["str", "list", "part", "dict", "content"],
)
def test_without_a_key_the_words_are_sticky(contents: Any) -> None:
    """The same words are served by the same arm, however they are written; and so they are as an interaction."""
    door = Offers()
    wrapped = observed(client_on(), door, half)
    wrapped.models.generate_content(model=INCUMBENT, contents=contents)
    wrapped.interactions.create(model=INCUMBENT, input=[{"type": "text", "text": FOX}])
    assert [seen.arm for seen in door.seen] == [assigned(FOX, "pro", 50.0)] * 2


class Unhashable(str):
    """Words that nobody may look at."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        message = "hashed"
        raise AssertionError(message)


@pytest.mark.parametrize(("percent", "arm"), [(0.0, Arm.INCUMBENT), (100.0, Arm.CANDIDATE)])
def test_at_the_ends_nothing_is_hashed(percent: float, arm: Arm, caplog: pytest.LogCaptureFixture) -> None:
    """Where all traffic goes one way, neither key nor words are looked at."""
    door = Offers()
    client = client_on()
    client.models.generate_content = lambda **_: types.GenerateContentResponse()
    wrapped = observed(client, door, lambda _: percent)
    wrapped.models.generate_content(model=INCUMBENT, contents=Unhashable(FOX))
    assert [seen.arm for seen in door.seen] == [arm]
    assert caplog.text == ""


@pytest.mark.parametrize("arm", list(Arm))
def test_a_chat_stays_with_the_arm_that_issued_its_turns(arm: Arm) -> None:
    """However the percentage moves; the first turn is compared, the later ones are counted."""
    door, percent = Offers(), 100.0 if arm is Arm.CANDIDATE else 0.0
    wrapped = observed(client_on(), door, lambda _: percent)
    chat = wrapped.chats.create(model=INCUMBENT)
    served = [picture_in(chat.send_message(FOX))]
    percent = 100.0 - percent
    served += [picture_in(chat.send_message("redder")), [*map(picture_in, chat.send_message_stream("bluer"))][1]]
    percent = 0.0
    served.append(picture_in(chat.send_message("darker")))
    assert served == [[BY_ARM[arm]]] * 4
    assert [seen.arm for seen in door.seen] == [arm]
    assert door.lost == [MULTI_TURN] * 3
    assert [turn.role for turn in chat.get_history()].count("user") == 4


def test_an_async_chat_stays_with_its_arm_too() -> None:
    """The same memory serves both sides of the client, copies of the history included."""
    door, percent = Offers(), 100.0
    wrapped = observed(client_on(), door, lambda _: percent)

    async def talk() -> list[Any]:
        nonlocal percent
        chat = wrapped.aio.chats.create(model=INCUMBENT)
        first = picture_in(await chat.send_message(FOX))
        percent = 0.0
        chunks = [picture_in(chunk) async for chunk in await chat.send_message_stream("redder")]
        return [first, chunks[1], [turn.model_copy(deep=True) for turn in chat.get_history()]]

    first, second, history = run(talk())
    copied = wrapped.models.generate_content(model=INCUMBENT, contents=[*history, "bluer"])
    as_dict = [turn.model_dump(exclude_none=True) for turn in history]
    again = wrapped.models.generate_content(model=INCUMBENT, contents=[*as_dict, {"parts": [{"text": "darker"}]}])
    assert [first, second, picture_in(copied), picture_in(again)] == [[painted("gold")]] * 4
    assert door.lost == [MULTI_TURN] * 3


def said(text: str) -> dict[str, Any]:
    """A step of the user."""
    return {"type": "user_input", "content": [{"type": "text", "text": text}]}


def test_an_interaction_that_goes_on_stays_with_its_arm() -> None:
    """`previous_interaction_id` names a turn of the model that issued it."""
    door, percent = Offers(), 100.0
    wrapped = observed(client_on(), door, lambda _: percent)
    first = wrapped.interactions.create(model=INCUMBENT, input=FOX)
    percent = 0.0
    second = wrapped.interactions.create(model=INCUMBENT, input="redder", previous_interaction_id=first.id)
    steps = [said(FOX), *second.model_dump(exclude_none=True)["steps"], said("bluer")]
    third = wrapped.interactions.create(model=INCUMBENT, input=steps)
    assert [made.model for made in (first, second, third)] == [CANDIDATE] * 3
    assert door.lost == [MULTI_TURN] * 2


@pytest.mark.parametrize("arm", list(Arm))
def test_a_conversation_of_another_process_stays_with_the_arm_of_its_first_turn(arm: Arm) -> None:
    """Keys are sticky across processes, so what the first turn was assigned to has issued the rest."""
    door = Offers()
    wrapped = observed(client_on(), door, half)
    opening = key_of(arm)
    history = [
        types.Content(role="user", parts=[types.Part(text=opening)]),
        types.Content(role="model", parts=[types.Part(thought_signature=b"unknown", text="Here")]),
        types.Content(role="user", parts=[types.Part(text=key_of(arm.other))]),
    ]
    served = wrapped.models.generate_content(model=INCUMBENT, contents=history)
    assert picture_in(served) == [BY_ARM[arm]]
    with labels(key=key_of(arm.other)):
        labelled = wrapped.models.generate_content(model=INCUMBENT, contents=history)
    assert picture_in(labelled) == [BY_ARM[arm.other]]
    assert door.lost == [MULTI_TURN] * 2


def test_an_interaction_that_nobody_here_has_seen_stays_with_the_incumbent() -> None:
    """Its first turn lies at the service; only a key or a whole percentage can say more."""
    door = Offers()
    wrapped = observed(client_on(), door, half)
    served = [
        wrapped.interactions.create(model=INCUMBENT, input=str(number), previous_interaction_id="unseen").model
        for number in range(8)
    ]
    assert served == [INCUMBENT] * 8
