"""The other arm, asked once where the one that served raised."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest
from canned import CANDIDATE, INCUMBENT, painted
from google.genai.errors import APIError
from live_ways import FOX, ROUTES, Offers, by_model, client_on, outcome, picture_in, refusing

from shadow.pair import Arm
from shadow.wrapper import LivePath, wrapped
from shadow.wrapper.fallback import Fallback

FAILS = {CANDIDATE: (429, "RESOURCE_EXHAUSTED"), INCUMBENT: (404, "NOT_FOUND")}


def failing(*models: str) -> tuple[Callable[[str, Mapping[str, Any]], httpx2.Response], list[str]]:
    """A service in which these models fail, and whom it was asked for."""
    asked: list[str] = []

    def reply(model: str, body: Mapping[str, Any]) -> httpx2.Response:
        asked.append(model)
        if model in models:
            code, status = FAILS[model]
            return httpx2.Response(code, json={"error": {"code": code, "message": "no", "status": status}})
        return by_model(model, body)

    return reply, asked


def scene(reply: Any, percent: float, fallback: Fallback) -> tuple[Any, Offers]:
    """A wrapped client with so much traffic at the candidate."""
    door = Offers()
    live = LivePath(routes=ROUTES, percent=lambda _: percent, door=door, fallback=fallback)
    return wrapped(client_on(reply), live), door


@pytest.mark.parametrize("way", ["plain", "async", "path"])
def test_the_incumbent_answers_where_the_candidate_fails(way: str) -> None:
    """Asked once; the evidence keeps the candidate's failure, and says that somebody stood in."""
    reply, asked = failing(CANDIDATE)
    client, door = scene(reply, 100.0, Fallback(allowed=True))
    model = f"models/{INCUMBENT}" if way == "path" else INCUMBENT
    if way == "async":
        answer = asyncio.run(client.aio.models.generate_content(model=model, contents=FOX))
    else:
        answer = client.models.generate_content(model=model, contents=FOX)
    assert picture_in(answer) == [painted("navy")]
    assert asked == [CANDIDATE, INCUMBENT]
    (seen,) = door.seen
    assert (seen.arm, outcome(seen).label) == (Arm.CANDIDATE, "429 RESOURCE_EXHAUSTED")
    assert seen.labels.tags == {"fallback": INCUMBENT}


def test_without_the_setting_the_error_is_the_answer() -> None:
    """Nothing is asked twice unless config.toml says so."""
    reply, asked = failing(CANDIDATE)
    client, _ = scene(reply, 100.0, Fallback())
    with pytest.raises(APIError, match="429"):
        client.models.generate_content(model=INCUMBENT, contents=FOX)
    assert asked == [CANDIDATE]


def test_where_both_fail_the_second_error_is_the_answer() -> None:
    """Once, and no more."""
    client, door = scene(refusing, 100.0, Fallback(allowed=True))
    with pytest.raises(APIError, match="429"):
        client.models.generate_content(model=INCUMBENT, contents=FOX)
    assert len(door.seen) == 1


@pytest.mark.parametrize(("gone", "asked_then"), [(True, [INCUMBENT, CANDIDATE]), (False, [INCUMBENT])])
def test_the_candidate_stands_in_for_an_incumbent_that_is_gone(gone: bool, asked_then: list[str]) -> None:
    """After its end a 404 of the incumbent goes to the candidate; before, it is a wrong model id and the answer."""
    reply, asked = failing(INCUMBENT)
    client, _ = scene(reply, 0.0, Fallback(allowed=True, gone=lambda _: gone))
    if gone:
        assert picture_in(client.models.generate_content(model=INCUMBENT, contents=FOX)) == [painted("gold")]
    else:
        with pytest.raises(APIError, match="404"):
            client.models.generate_content(model=INCUMBENT, contents=FOX)
    assert asked == asked_then


def test_an_incumbent_that_is_gone_stands_in_for_nobody() -> None:
    """The candidate's error is the answer then."""
    reply, asked = failing(CANDIDATE)
    client, _ = scene(reply, 100.0, Fallback(allowed=True, gone=lambda _: True))
    with pytest.raises(APIError, match="429"):
        client.models.generate_content(model=INCUMBENT, contents=FOX)
    assert asked == [CANDIDATE]


def test_a_defect_of_ours_leaves_the_caller_its_error() -> None:
    """Whatever we fail to understand."""

    def broken(migration: str) -> bool:
        raise RuntimeError(migration)

    reply, asked = failing(CANDIDATE)
    client, door = scene(reply, 100.0, Fallback(allowed=True, gone=broken))
    with pytest.raises(APIError, match="429"):
        client.models.generate_content(model=INCUMBENT, contents=FOX)
    assert (asked, len(door.seen)) == ([CANDIDATE], 1)
