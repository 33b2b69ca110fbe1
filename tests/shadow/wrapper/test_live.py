"""What happens around a live call, and where nothing can be said."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from canned import CANDIDATE, INCUMBENT, painted
from google.genai import types
from live_ways import FOX, ROUTE, Offers, brief, client_on, observed, outcome, picture_in
from PIL import Image as Pillow

from shadow.capture import Seen
from shadow.pair import Arm
from shadow.providers.way import CACHED, MULTI_TURN, RAW, UNREADABLE
from shadow.wrapper import LivePath, wrapped


@pytest.mark.parametrize(
    ("config", "reason", "arm"),
    [
        ({"cached_content": "cachedContents/1"}, CACHED, Arm.INCUMBENT),
        (types.GenerateContentConfig(cached_content="cachedContents/1"), CACHED, Arm.INCUMBENT),
        ({"should_return_http_response": True}, RAW, Arm.CANDIDATE),
        ({"continuation_token": "t"}, MULTI_TURN, Arm.CANDIDATE),
    ],
    ids=["cache", "cache of pydantic", "raw", "continuation"],
)
def test_what_cannot_be_compared_is_served_and_counted(config: Any, reason: str, arm: Arm) -> None:
    """A cache belongs to the model it was made for, so it stays there even when all traffic has moved."""
    door, asked = Offers(), []
    client = client_on()
    client.models.generate_content = lambda **given: asked.append(given["model"])
    observed(client, door, lambda _: 100.0).models.generate_content(model=INCUMBENT, contents=FOX, config=config)
    assert asked == [CANDIDATE if arm is Arm.CANDIDATE else INCUMBENT]
    assert (door.seen, door.lost) == ([], [reason])


def test_a_migration_that_serves_nothing_moves_nothing() -> None:
    """Side by side comparisons leave the traffic where it is."""
    door = Offers()
    client = client_on()
    route = ROUTE._replace(serving=None, candidate=None)
    live = LivePath(routes={INCUMBENT: route}, percent=lambda _: 100.0, door=door)
    assert picture_in(wrapped(client, live).models.generate_content(model=INCUMBENT, contents=FOX)) == [painted("navy")]


class Keeping(Offers):
    """A door whose drain is fast: it keeps every request at once."""

    def expect(self, seen: Seen) -> None:
        super().expect(seen)
        seen.keep_meanwhile()


@pytest.mark.parametrize("door", [Offers(), Keeping()], ids=["call faster than drain", "drain faster than call"])
def test_what_the_caller_does_after_the_call_changes_no_request(door: Offers) -> None:
    """Whether the drain kept it meanwhile or the call was over before; and nothing of it is held any longer."""
    contents: list[Any] = [FOX]
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="1:1"))
    wrapped = observed(client_on(), door)
    wrapped.models.generate_content(model=INCUMBENT, contents=contents, config=config)
    contents[0] = "a dog"
    config.image_config.aspect_ratio = "16:9"
    (seen,) = door.seen
    seen.keep_meanwhile()  # the drain comes late, and is told that there is nothing left to do
    assert (brief(seen).prompt, brief(seen).aspect_ratio) == (FOX, "1:1")


def test_a_picture_of_the_caller_is_left_to_the_caller(tmp_path: Path) -> None:
    """One that is still in its file is loaded by nobody but the thread that sends it, and captured as it was sent."""
    Pillow.new("RGB", (8, 8), "navy").save(tmp_path / "one.png")
    door = Keeping()
    with Pillow.open(tmp_path / "one.png") as picture:
        client = observed(client_on(), door)
        client.models.generate_content(model=INCUMBENT, contents=[FOX, picture])
        picture.paste("white", (0, 0, 8, 8))
    (seen,) = door.seen
    assert seen.asked is not None
    assert seen.asked.copied == 1
    _, pictures = seen.way.brief(seen.asked.what)
    with Pillow.open(io.BytesIO(next(iter(pictures.values())).data)) as sent:
        assert sent.getpixel((0, 0)) == (0, 0, 128)


def test_a_request_kept_meanwhile_costs_the_caller_no_second_look() -> None:
    """What the drain kept is what is handed over."""
    door = Keeping()
    wrapped = observed(client_on(), door)
    wrapped.models.generate_content(model=INCUMBENT, contents=[FOX])
    kept = door.seen[0].asked
    assert kept is not None
    door.seen[0].keep_meanwhile()
    assert door.seen[0].asked is kept


def raising(*_: Any, **__: Any) -> Any:
    """A collaborator in its worst mood."""
    message = "broken"
    raise RuntimeError(message)


class Raising:
    """A door that raises at everything."""

    also = expect = offer = lose = staticmethod(raising)


def test_a_raising_collaborator_costs_nothing_but_one_log_line(caplog: pytest.LogCaptureFixture) -> None:
    """With the door and the percentages raising, the caller still gets the incumbent's answer, as often as he asks."""
    wrapped = observed(client_on(), Raising(), raising)
    for _ in range(3):
        response = wrapped.models.generate_content(model=INCUMBENT, contents=FOX)
        assert picture_in(response) == [painted("navy")]
    assert caplog.text.count("the percentage is not known; the incumbent serves") == 1
    assert caplog.text.count("a live call is not looked at") == 1


@pytest.mark.parametrize(
    ("answer", "contents", "lost"),
    [(object(), FOX, [UNREADABLE]), (None, FOX, [UNREADABLE]), (types.GenerateContentResponse(), object(), [])],
    ids=["object", "none", "contents"],
)
def test_what_cannot_be_read_is_passed_on_and_counted(answer: Any, contents: Any, lost: list[str]) -> None:
    """An answer of another shape is the caller's business; a strange request is left to the reading behind the door."""
    door = Offers()
    client = client_on()
    client.models.generate_content = lambda **_: answer
    assert observed(client, door).models.generate_content(model=INCUMBENT, contents=contents) is answer
    assert door.lost == lost


def test_a_deaf_live_path_still_routes_and_counts() -> None:
    """With a config that cannot be used, traffic stays where it was and every call is counted."""
    door = Offers()
    client = client_on()
    wrapped = observed(client, door, lambda _: 100.0, deaf="config unusable")
    assert picture_in(wrapped.models.generate_content(model=INCUMBENT, contents=FOX)) == [painted("gold")]
    assert (door.seen, door.lost) == ([], ["config unusable"])


def clocks() -> tuple[Callable[[], float], Callable[[], float]]:
    """A wall clock that jumps back, and a monotonic one that does not."""
    wall, steady = iter([99.0, 100.0, 50.0]), iter([0.5, 1.0, 1.5, 3.5])
    return lambda: next(wall), lambda: next(steady)


def test_latency_is_monotonic_and_ends_with_the_last_chunk() -> None:
    """A wall clock that jumps back changes no latency."""
    door = Offers()
    clock, monotonic = clocks()
    client = client_on()
    client.models.generate_content_stream = lambda **_: iter([types.GenerateContentResponse()] * 2)
    wrapped = observed(client, door, clock=clock, monotonic=monotonic)
    list(wrapped.models.generate_content_stream(model=INCUMBENT, contents=FOX))
    assert (outcome(door.seen[0]).started_at, outcome(door.seen[0]).latency) == (100.0, 2.5)
