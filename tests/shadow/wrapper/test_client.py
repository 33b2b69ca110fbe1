"""The wrapped client is the client, but for what is looked at."""

import inspect
import logging
from typing import Any

import pytest
from canned import INCUMBENT, painted
from google import genai
from google.genai import errors, models
from live_ways import FOX, ROUTE, WAYS, Offers, brief, client_on, observed, outcome, refusing

from shadow.pair import Arm, OutcomeKind


@pytest.mark.parametrize("way", list(WAYS))
def test_every_way_gives_what_the_bare_client_gives_and_is_captured(way: str) -> None:
    """The same pictures in the same pieces; one live call is handed over, with the brief and the picture."""
    client, door = client_on(), Offers()
    bare = WAYS[way](client)
    assert WAYS[way](observed(client, door)) == bare
    (seen,) = door.seen
    assert door.lost == []
    assert (seen.route, seen.arm, seen.model) == (ROUTE, Arm.INCUMBENT, INCUMBENT)
    assert brief(seen).prompt == FOX
    found = outcome(seen)
    assert found.image is not None
    assert found.image.data == painted("navy")
    assert (found.prompt_tokens, found.output_tokens) == (3, 1120)
    assert found.latency > 0


@pytest.mark.parametrize("way", list(WAYS))
def test_every_way_raises_what_the_bare_client_raises(way: str) -> None:
    """The same class and the same words; the failure is handed over under its label."""
    client, door = client_on(refusing), Offers()
    with pytest.raises(Exception, match="slow down") as bare:
        WAYS[way](client)
    with pytest.raises(type(bare.value)) as caught:
        WAYS[way](observed(client, door))
    assert type(caught.value) is type(bare.value)
    assert str(caught.value) == str(bare.value)
    (seen,) = door.seen
    assert (outcome(seen).kind, outcome(seen).label) == (OutcomeKind.INFRASTRUCTURE, "429 RESOURCE_EXHAUSTED")


def test_the_caller_gets_the_very_object_and_the_very_exception() -> None:
    """Not a copy: what the client made is what comes out."""
    client, door = client_on(), Offers()
    made: list[Any] = []
    bare = client.models.generate_content
    client.models.generate_content = lambda **arguments: made.append(bare(**arguments)) or made[-1]
    response = observed(client, door).models.generate_content(model=INCUMBENT, contents=FOX)
    assert response is made[0]
    error = errors.ClientError(404, {"error": {"status": "NOT_FOUND"}})

    def fail(**_: Any) -> Any:
        raise error

    client.models.generate_content = fail
    with pytest.raises(errors.ClientError) as caught:
        observed(client, door).models.generate_content(model=INCUMBENT, contents=FOX)
    assert caught.value is error
    assert error.__context__ is None


def test_other_models_and_attributes_pass_through() -> None:
    """What is in no migration is not ours; everything else of the client is the client's own."""
    client, door = client_on(), Offers()
    wrapped = observed(client, door)
    wrapped.models.generate_content(model="gemini-3.5-flash", contents=FOX)
    assert (door.seen, door.lost) == ([], [])
    assert wrapped.files is client.files
    assert wrapped.models.embed_content == client.models.embed_content
    assert wrapped.aio.files is client.aio.files
    assert wrapped.vertexai is client.vertexai
    assert set(dir(client)) == set(dir(wrapped))
    with pytest.raises(AttributeError):
        _ = wrapped.no_such_thing
    with pytest.raises(TypeError):
        wrapped.models.generate_content(INCUMBENT, FOX)
    with pytest.raises(TypeError):
        wrapped.models.generate_content_stream(model=INCUMBENT, contents=FOX, no_such_argument=1)


def test_parts_keep_their_class_their_signature_and_their_identity() -> None:
    """Code that asks the client what it is gets the same answers."""
    client = client_on()
    wrapped = observed(client, Offers())
    assert isinstance(wrapped, genai.Client)
    assert isinstance(wrapped.models, models.Models)
    assert isinstance(wrapped.aio.models, models.AsyncModels)
    assert wrapped.models is wrapped.models
    assert wrapped.aio is wrapped.aio
    for ours, bare in ((wrapped.models, client.models), (wrapped.aio.models, client.aio.models)):
        for name in ("generate_content", "generate_content_stream"):
            assert inspect.signature(getattr(ours, name)) == inspect.signature(getattr(bare, name))
            assert getattr(ours, name).__doc__ == getattr(bare, name).__doc__
    assert inspect.iscoroutinefunction(wrapped.aio.models.generate_content)
    assert inspect.iscoroutinefunction(wrapped.aio.interactions.create)


def test_a_patch_of_the_caller_is_called() -> None:
    """Who patches the client after it was wrapped still has the last word."""
    client, door = client_on(), Offers()
    wrapped = observed(client, door)
    assert wrapped.models.generate_content(model=INCUMBENT, contents=FOX)
    client.models.generate_content = lambda **arguments: arguments["contents"]
    assert wrapped.models.generate_content(model="another", contents=FOX) == FOX


def test_wrapping_twice_is_wrapping_once() -> None:
    """No call is captured twice."""
    door = Offers()
    twice = observed(observed(client_on(), door), door)
    twice.models.generate_content(model=INCUMBENT, contents=FOX)
    assert len(door.seen) == 1


def test_the_client_is_closed_by_the_block_it_is_used_in() -> None:
    """The wrapped client comes out of `with`, and the bare one is closed at the end, as ever."""
    wrapped = observed(client_on(), Offers())
    with wrapped as same:
        assert same is wrapped
    with pytest.raises(RuntimeError, match="closed"):
        wrapped.models.generate_content(model=INCUMBENT, contents=FOX)


@pytest.mark.parametrize(
    ("call", "lost"),
    [
        (lambda client: client.batches.create(model=INCUMBENT, src="files/1"), ["not captured: batches.create"]),
        (lambda client: client.batches.create(model="another", src="files/1"), []),
        (
            lambda client: client.interactions.with_raw_response.create(model=INCUMBENT, input=FOX),
            ["not captured: interactions.with_raw_response.create"],
        ),
        (
            lambda client: client.interactions.create(request={"body": {"model": INCUMBENT, "input": FOX}}),
            ["not captured: interactions.create(request=...)"],
        ),
        (lambda client: client.models.generate_images(model="imagen", prompt=FOX), []),
    ],
    ids=["batch", "other batch", "raw", "request", "imagen"],
)
@pytest.mark.filterwarnings("ignore")  # google-genai warns of what it will take away
def test_what_is_not_captured_is_counted_and_named_once(
    call: Any, lost: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A way that could make pictures unseen is counted where it names a model of ours, and goes on as ever."""
    client, door = client_on(), Offers()
    wrapped = observed(client, door)
    with caplog.at_level(logging.WARNING, logger="shadow"):
        for _ in range(2):
            try:
                bare: Any = call(client)
            except Exception as error:  # whatever the bare client raises
                with pytest.raises(type(error)):
                    call(wrapped)
            else:
                assert type(call(wrapped)) is type(bare)
    assert door.seen == []
    assert door.lost == lost * 2
    assert caplog.text.count("is not captured: what it makes is not compared") == 1


def test_a_part_without_its_own_state_has_no_attributes() -> None:
    """An object under construction raises AttributeError instead of asking itself for ever."""
    half = object.__new__(type(observed(client_on(), Offers())))
    with pytest.raises(AttributeError):
        _ = half.models


def test_a_failure_keeps_no_frame_of_the_caller_alive() -> None:
    """What waits for the drain holds the words of an exception, not its traceback."""
    client, door = client_on(refusing), Offers()
    with pytest.raises(errors.ClientError):
        observed(client, door).models.generate_content(model=INCUMBENT, contents=FOX)
    failure = door.seen[0].failure
    assert failure is not None
    assert {type(leaf) for leaf in failure} <= {str, float, type(None)}


def test_what_the_caller_does_to_a_response_changes_no_picture() -> None:
    """A caller who lets go of the bytes, or writes over them, leaves the evidence as it was."""
    client, door = client_on(), Offers()
    wrapped = observed(client, door)
    for new in (None, b"with a watermark"):
        response = wrapped.models.generate_content(model=INCUMBENT, contents=FOX)
        response.candidates[0].content.parts[0].inline_data.data = new
    assert [outcome(seen).image and outcome(seen).image.data for seen in door.seen] == [painted("navy")] * 2
