"""The wrapped client gives what the bare one gives."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest
from canned import CANDIDATE, INCUMBENT, painted, picture_answer
from google import genai
from google.genai import errors

from shadow.assignment import assigned
from shadow.capture import Route, Seen
from shadow.pair import Arm
from shadow.wrapper import LivePath, WrappedClient, labels

ROUTES = {INCUMBENT: Route(incumbent=INCUMBENT, serving="pro", candidate=CANDIDATE, samples=(("pro", 1.0),))}


class Offers:
    """Stands where the door does and remembers what came."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []

    def offer(self, seen: Seen) -> None:
        self.seen.append(seen)


def wrapped(client: genai.Client, door: Any, percent: Callable[[str], float] = lambda _: 0.0) -> WrappedClient:
    """The client, observed."""
    return WrappedClient(client, LivePath(routes=ROUTES, percent=percent, door=door))


def by_model(model: str, body: Mapping[str, Any]) -> httpx2.Response:
    """Each model answers in its own colour."""
    del body
    return httpx2.Response(200, json=picture_answer(painted("navy" if model == INCUMBENT else "gold")))


def test_the_caller_gets_the_very_object_the_client_made(client_of: Any) -> None:
    """Same response object; the capture holds a reference to it."""
    client, door = client_of(by_model), Offers()
    made: list[Any] = []
    bare = client.models.generate_content
    client.models.generate_content = lambda **arguments: made.append(bare(**arguments)) or made[-1]
    response = wrapped(client, door).models.generate_content(model=INCUMBENT, contents="a fox")
    assert response is made[0]
    assert door.seen[0].response is response
    assert door.seen[0].arm is Arm.INCUMBENT


def test_the_caller_gets_the_very_exception(client_of: Any) -> None:
    """An API error reaches the caller as it is, and is captured."""

    def refuse(model: str, body: Mapping[str, Any]) -> httpx2.Response:
        return httpx2.Response(429, json={"error": {"code": 429, "message": "slow", "status": "RESOURCE_EXHAUSTED"}})

    door = Offers()
    with pytest.raises(errors.ClientError) as caught:
        wrapped(client_of(refuse), door).models.generate_content(model=INCUMBENT, contents="a fox")
    assert caught.value.code == 429
    assert door.seen[0].error is caught.value


def test_other_models_and_attributes_pass_through(client_of: Any) -> None:
    """What is in no migration is not ours; everything else of the client is the client's own."""
    client, door = client_of(by_model), Offers()
    observed = wrapped(client, door)
    observed.models.generate_content(model="gemini-3.5-flash", contents="a fox")
    assert door.seen == []
    assert observed.files is client.files
    assert observed.models.embed_content == client.models.embed_content
    with pytest.raises(AttributeError):
        _ = observed.no_such_thing
    with pytest.raises(TypeError):
        observed.models.generate_content(INCUMBENT, "a fox")
    with observed as same:
        assert same is observed


@pytest.mark.parametrize("named", [INCUMBENT, f"models/{INCUMBENT}"])
def test_traffic_follows_the_percentage_by_key(client_of: Any, named: str) -> None:
    """A key that is assigned the candidate is served by it, whichever way the model is named."""
    asked: list[str] = []

    def reply(model: str, body: Mapping[str, Any]) -> httpx2.Response:
        asked.append(model)
        return by_model(model, body)

    door = Offers()
    observed = wrapped(client_of(reply), door, lambda _: 50.0)
    keys = [f"user-{number}" for number in range(30)]
    for key in keys:
        with labels(key=key):
            observed.models.generate_content(model=named, contents="a fox")
    arms = [assigned(key, "pro", 50.0) for key in keys]
    assert [seen.arm for seen in door.seen] == arms
    assert asked == [CANDIDATE if arm is Arm.CANDIDATE else INCUMBENT for arm in arms]
    assert [seen.model for seen in door.seen] == asked
    assert len(set(arms)) == 2


@pytest.mark.parametrize(
    "contents",
    ["a fox", ["a fox"], [{"text": "a fox"}], {"parts": [{"text": "a fox"}]}],
    ids=["str", "list", "part", "dict"],
)
def test_without_a_key_the_words_are_sticky(client_of: Any, contents: Any) -> None:
    """The same words are served by the same arm, however they are written."""
    door = Offers()
    wrapped(client_of(by_model), door, lambda _: 50.0).models.generate_content(model=INCUMBENT, contents=contents)
    assert door.seen[0].arm is assigned("a fox", "pro", 50.0)


def raising(*_: Any, **__: Any) -> Any:
    """A collaborator in its worst mood."""
    message = "broken"
    raise RuntimeError(message)


class Raising:
    """A door that raises at everything."""

    offer = staticmethod(raising)


def test_a_raising_collaborator_costs_nothing_but_a_log_line(client_of: Any, caplog: pytest.LogCaptureFixture) -> None:
    """With the door and the percentages raising, the caller still gets the incumbent's answer."""
    observed = wrapped(client_of(by_model), Raising(), raising)
    response = observed.models.generate_content(model=INCUMBENT, contents="a fox")
    assert response.candidates[0].content.parts[0].inline_data.data == painted("navy")
    assert "assignment failed" in caplog.text
    assert "not captured" in caplog.text


def test_labels_belong_to_their_thread(client_of: Any) -> None:
    """Two threads label their own briefs and nobody else's."""
    door = Offers()
    observed = wrapped(client_of(by_model), door)
    barrier = threading.Barrier(2)

    def send(key: str) -> None:
        with labels(key=key, segment=key):
            barrier.wait(5)
            observed.models.generate_content(model=INCUMBENT, contents=key)

    threads = [threading.Thread(target=send, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    observed.models.generate_content(model=INCUMBENT, contents="")
    assert {(seen.contents, seen.labels.key, seen.labels.segment) for seen in door.seen} == {
        ("a", "a", "a"),
        ("b", "b", "b"),
        ("", "", ""),
    }
