"""Which arm serves a request that comes through the proxy."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from canned import CANDIDATE, INCUMBENT
from live_ways import body_of, interaction_of
from proxied import GENERATE, STREAM, Scene, Script, http, post

from shadow.assignment import assigned
from shadow.pair import Arm

Proxied = Callable[..., Scene]


def asked(*turns: Any) -> bytes:
    """A request with these turns."""
    return json.dumps({"contents": list(turns)}).encode()


def user(text: str) -> dict[str, Any]:
    """A turn of the user."""
    return {"role": "user", "parts": [{"text": text}]}


def by_model() -> Script:
    """Each model answers in its own name, whichever way it is asked."""

    def script(line: Any, request: bytes) -> None:
        path = request.split(b" ")[1].decode()
        if path.endswith("/interactions"):
            line.sendall(
                http(json.dumps(interaction_of(json.loads(request.partition(b"\r\n\r\n")[2])["model"])).encode())
            )
        else:
            line.sendall(http(json.dumps(body_of(path.split("/models/")[1].split(":")[0])).encode()))

    return script


def arm_of(scene: Scene, body: bytes, *headers: str, path: str = GENERATE) -> str:
    """Who served."""
    answer = scene.ask(post(path, body, "X-Shadow-Arm: ?", *headers))
    lines = dict(line.split(b": ", 1) for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:])
    return lines.get(b"X-Shadow-Arm", b"").decode()


def test_nobody_is_moved_before_somebody_moves(proxied: Proxied) -> None:
    """At 0 % the body streams through and the incumbent serves."""
    scene = proxied(by_model())
    assert arm_of(scene, asked(user("a fox"))) == "incumbent"
    assert scene.captures()[0].arm is Arm.INCUMBENT


@pytest.mark.parametrize("path", [GENERATE, STREAM, GENERATE.replace("/v1/", "/v1beta1/publishers/google/")])
def test_the_model_in_the_path_is_all_that_changes(proxied: Proxied, path: str) -> None:
    """At 100 % the candidate serves the very same body under its own name."""
    scene = proxied(by_model())
    scene.move(100.0)
    body = asked(user("a fox")).replace(b": ", b" :  ")
    assert arm_of(scene, body, path=path) == "candidate"
    sent = scene.upstream.requests[0]  # type: ignore[attr-defined]
    assert sent.split(b" ")[1] == path.replace(INCUMBENT, CANDIDATE).encode()
    assert sent.partition(b"\r\n\r\n")[2] == body
    capture = scene.captures()[0]
    assert (capture.arm, capture.outcome.model) == (Arm.CANDIDATE, CANDIDATE)


def test_the_model_in_the_body_of_an_interaction_is_all_that_changes(proxied: Proxied) -> None:
    """Its length follows."""
    scene = proxied(by_model())
    body = json.dumps(
        {"input": 'say "model"', "model": INCUMBENT, "response_format": {"type": "image"}}, indent=3
    ).encode()
    assert arm_of(scene, body, path="/v1/interactions") == "incumbent"
    scene.move(100.0)
    assert arm_of(scene, body, path="/v1/interactions") == "candidate"
    first, second = (request.partition(b"\r\n\r\n")[2] for request in scene.upstream.requests)  # type: ignore[attr-defined]
    assert first == body
    assert second == body.replace(INCUMBENT.encode(), CANDIDATE.encode())
    assert {capture.arm for capture in scene.captures(2)} == {Arm.INCUMBENT, Arm.CANDIDATE}


@pytest.mark.parametrize("named", [True, False])
def test_traffic_follows_the_percentage_by_key_else_by_words(proxied: Proxied, named: bool) -> None:
    """The same key the same arm as in the wrapper; the key goes no further and only its hash is kept."""
    scene = proxied(by_model())
    scene.move(50.0)
    for number in range(12):
        words = f"user-{number}"
        expected = str(assigned(words, "pro", 50.0))
        headers = [f"X-Shadow-Key: {words}", "X-Shadow-Tags: segment=sky,campaign=c"] if named else []
        assert arm_of(scene, asked(user("a fox" if named else words)), *headers) == expected
    captures = scene.captures(12)
    assert {capture.segment for capture in captures} == {"sky" if named else ""}
    assert not named or all("user-" not in json.dumps(capture.to_record()) for capture in captures)
    assert not any(b"user-" in request.partition(b"\r\n\r\n")[0] for request in scene.upstream.requests)  # type: ignore[attr-defined]


@pytest.mark.parametrize("begun_at", [0.0, 100.0])
def test_a_conversation_stays_with_the_arm_that_issued_it(proxied: Proxied, begun_at: float) -> None:
    """Wherever the percentage goes meanwhile; later turns are counted and not compared."""
    scene = proxied(by_model())
    scene.move(50.0)
    scene.move(begun_at)
    first = arm_of(scene, asked(user("a fox")))
    scene.captures()  # what was read is remembered
    scene.move(100.0 - begun_at)
    model = CANDIDATE if first == "candidate" else INCUMBENT
    turn = body_of(model)["candidates"][0]["content"]
    assert arm_of(scene, asked(user("a fox"), turn, user("now at night"))) == first
    assert scene.losses() == {"multi-turn": 1}


def test_what_nobody_can_read_goes_where_its_caller_said(proxied: Proxied) -> None:
    """Between the ends an unreadable body has no words to assign it by."""
    scene = proxied(by_model())
    scene.move(50.0)
    for body in (b"", b"{", b"\xff" * 100):
        assert arm_of(scene, body) == "incumbent"


def test_a_body_for_which_there_is_no_room_goes_through_unmoved(proxied: Proxied) -> None:
    """Whole, byte for byte, and counted."""
    scene = proxied(by_model(), copy_megabytes=0.01)
    scene.move(100.0)
    body = asked(user("x" * 50_000))
    assert arm_of(scene, body) == "incumbent"
    assert scene.upstream.requests[0].partition(b"\r\n\r\n")[2] == body  # type: ignore[attr-defined]
    assert scene.losses() == {"memory full": 1}


def test_a_large_body_is_chosen_for_in_a_thread(proxied: Proxied) -> None:
    """With the same end."""
    scene = proxied(by_model())
    scene.move(100.0)
    assert arm_of(scene, asked(user("x" * 200_000))) == "candidate"


def test_other_models_and_other_ways_are_not_ours(proxied: Proxied) -> None:
    """They go through; a batch of our model is counted by its way."""
    scene = proxied(by_model())
    scene.move(100.0)
    other = GENERATE.replace(INCUMBENT, "gemini-3.5-flash")
    assert arm_of(scene, asked(user("a fox")), path=other) == ""
    batch = GENERATE.replace("generateContent", "batchGenerateContent")
    assert arm_of(scene, b"{}", path=batch) == ""
    assert scene.losses() == {"not captured: batchGenerateContent": 1}
