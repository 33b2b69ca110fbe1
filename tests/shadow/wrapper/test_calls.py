"""The four shapes of a call: plain, awaited, streamed, streamed and awaited."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx2
import pytest
from canned import INCUMBENT, painted
from google.genai import types
from live_ways import FOX, Offers, brief, client_on, frames_of, observed, outcome, picture_in, run

from shadow.wrapper import labels
from shadow.wrapper.live import ABANDONED


class Asked:
    """Counts the requests that go out."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, model: str, body: Mapping[str, Any]) -> httpx2.Response:
        del body
        self.count += 1
        return httpx2.Response(200, content=frames_of(model))


def test_a_stream_is_lazy_and_its_chunks_are_the_very_objects() -> None:
    """No request before the first chunk is read; what the client made comes through unchanged, in order."""
    asked, door = Asked(), Offers()
    client = client_on(asked)
    made: list[Any] = []
    bare = client.models.generate_content_stream

    def noted(**arguments: Any) -> Iterator[Any]:
        for chunk in bare(**arguments):
            made.append(chunk)
            yield chunk

    client.models.generate_content_stream = noted
    chunks = observed(client, door).models.generate_content_stream(model=INCUMBENT, contents=FOX)
    assert asked.count == 0
    first = next(chunks)
    assert (asked.count, first is made[0], len(made), door.seen) == (1, True, 1, [])
    rest = list(chunks)
    assert [id(chunk) for chunk in (first, *rest)] == [id(chunk) for chunk in made]
    assert len(door.seen) == 1


def test_a_stream_that_is_never_read_asks_nothing_and_counts_nothing() -> None:
    """As with the bare client, a generator that is dropped was never a call."""
    asked, door = Asked(), Offers()
    wrapped = observed(client_on(asked), door)
    chunks = wrapped.models.generate_content_stream(model=INCUMBENT, contents=FOX)
    del chunks
    assert (asked.count, door.seen, door.lost) == (0, [], [])


@pytest.mark.parametrize(("read", "captured"), [(1, False), (2, True)])
def test_an_abandoned_stream_is_what_had_come(read: int, captured: bool) -> None:
    """With the picture there it is an outcome; before that nobody knows what the model would have said."""
    door = Offers()
    wrapped = observed(client_on(), door)
    chunks = wrapped.models.generate_content_stream(model=INCUMBENT, contents=FOX)
    for _ in range(read):
        next(chunks)
    chunks.close()
    assert [seen.picture for seen in door.seen] == [painted()] * captured
    assert door.lost == [ABANDONED] * (not captured)


def test_an_abandoned_async_stream_is_what_had_come() -> None:
    """The same for asyncio; the client's own generator is closed with it."""
    door, closed = Offers(), []
    client = client_on()
    bare = client.aio.models.generate_content_stream

    async def noted(**arguments: Any) -> AsyncIterator[Any]:
        async def chunks() -> AsyncIterator[Any]:
            try:
                async for chunk in await bare(**arguments):
                    yield chunk
            finally:
                closed.append(True)

        return chunks()

    client.aio.models.generate_content_stream = noted

    async def read_one() -> None:
        chunks = await observed(client, door).aio.models.generate_content_stream(model=INCUMBENT, contents=FOX)
        await anext(chunks)
        await chunks.aclose()

    run(read_one())
    assert (door.seen, door.lost, closed) == ([], [ABANDONED], [True])


def test_what_is_thrown_into_a_stream_comes_out_of_it() -> None:
    """As with a bare generator; it is the caller's, not the model's failure."""
    door = Offers()
    wrapped = observed(client_on(), door)
    chunks = wrapped.models.generate_content_stream(model=INCUMBENT, contents=FOX)
    next(chunks)
    with pytest.raises(KeyError, match="mine"):
        chunks.throw(KeyError("mine"))
    assert (door.seen, door.lost) == ([], [ABANDONED])


def test_a_stream_that_breaks_is_a_failure_with_its_label() -> None:
    """Chunks up to there were passed on; the exception is the client's own."""
    door = Offers()
    client = client_on()
    bare = client.models.generate_content_stream

    def breaks(**arguments: Any) -> Iterator[Any]:
        yield next(bare(**arguments))
        message = "connection lost"
        raise httpx2.ReadError(message)

    client.models.generate_content_stream = breaks
    chunks = observed(client, door).models.generate_content_stream(model=INCUMBENT, contents=FOX)
    assert picture_in(next(chunks)) == []
    with pytest.raises(httpx2.ReadError, match="connection lost"):
        next(chunks)
    assert outcome(door.seen[0]).label == "connection"


def test_a_cancelled_call_is_counted_and_stays_cancelled() -> None:
    """A caller's own deadline says nothing about the model."""
    door = Offers()
    client = client_on()

    async def never(**_: Any) -> Any:
        await asyncio.sleep(60)

    client.aio.models.generate_content = never

    async def impatient() -> None:
        wrapped = observed(client, door)
        await asyncio.wait_for(wrapped.aio.models.generate_content(model=INCUMBENT, contents=FOX), 0.01)

    with pytest.raises(TimeoutError):
        run(impatient())
    assert (door.seen, door.lost) == ([], [ABANDONED])


def test_one_client_serves_several_loops_one_after_the_other() -> None:
    """Nothing of ours is bound to a loop."""
    door = Offers()
    wrapped = observed(client_on(), door)

    async def ask() -> None:
        asked = [wrapped.aio.models.generate_content(model=INCUMBENT, contents=f"{n}") for n in range(5)]
        await asyncio.gather(*asked)

    run(ask())
    run(ask())
    assert len(door.seen) == 10


def test_labels_belong_to_the_thread_and_the_task_that_set_them() -> None:
    """Two threads and two tasks label their own briefs and nobody else's."""
    door = Offers()
    wrapped = observed(client_on(), door)
    barrier = threading.Barrier(2)

    def send(key: str) -> None:
        with labels(key=key, segment=key):
            barrier.wait(5)
            wrapped.models.generate_content(model=INCUMBENT, contents=key)

    threads = [threading.Thread(target=send, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def task(key: str) -> None:
        with labels(key=key, segment=key):
            await asyncio.sleep(0.001)
            await wrapped.aio.models.generate_content(model=INCUMBENT, contents=key)

    async def both() -> None:
        await asyncio.gather(task("c"), task("d"))

    run(both())
    wrapped.models.generate_content(model=INCUMBENT, contents="none")
    assert {(brief(seen).prompt, *seen.labels[:2]) for seen in door.seen} == {
        ("a", "a", "a"),
        ("b", "b", "b"),
        ("c", "c", "c"),
        ("d", "d", "d"),
        ("none", "", ""),
    }


def test_a_stream_has_the_labels_of_the_place_where_it_was_asked_for() -> None:
    """It is read later, when the block is long over."""
    door = Offers()
    wrapped = observed(client_on(), door)
    with labels(key="user-1", tags={"a": "b"}):
        chunks = wrapped.models.generate_content_stream(model=INCUMBENT, contents=FOX)
    list(chunks)
    assert (door.seen[0].labels.key, door.seen[0].labels.tags) == ("user-1", {"a": "b"})


def test_a_stream_is_asked_what_its_arguments_said_when_it_went_out() -> None:
    """Lazy as it is, the client reads its arguments at the first chunk; so does the capture, and never later."""
    door = Offers()
    wrapped = observed(client_on(), door)
    contents: list[Any] = ["a cat"]
    chunks = wrapped.models.generate_content_stream(model=INCUMBENT, contents=contents)
    contents[0] = FOX
    next(chunks)
    contents[0] = types.Part(text="a dog")
    list(chunks)
    assert brief(door.seen[0]).prompt == FOX
