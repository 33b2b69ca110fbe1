"""Calls of the client with a look taken: same arguments, same objects, same exceptions, at the same moment.

The four shapes that google-genai's calls have. Each is made for one method of one object and carries its name, its
documentation and its signature. The method is looked up again at every call, as a caller's own patch may stand there.
"""

import functools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from shadow.capture import Seen
from shadow.providers.way import Way
from shadow.wrapper.live import LivePath

Shape = Callable[[Any, str, LivePath, Way], Callable[..., Any]]


def plain(part: Any, name: str, live: LivePath, way: Way) -> Callable[..., Any]:
    """A method that returns its answer."""

    @functools.wraps(getattr(part, name))
    def observed(*given: Any, **arguments: Any) -> Any:
        seen = live.begin(way, given, arguments, meanwhile=True)
        if seen is None:
            return getattr(part, name)(*given, **arguments)
        try:
            answer = getattr(part, name)(**arguments)
        except BaseException as error:
            if (second := live.failed_over(seen, arguments, error)) is None:
                raise
            return live.stood_in(seen, getattr(part, name)(**second))
        live.answered(seen, answer)
        return answer

    return observed


def awaited(part: Any, name: str, live: LivePath, way: Way) -> Callable[..., Any]:
    """A coroutine method that returns its answer."""

    @functools.wraps(getattr(part, name))
    async def observed(*given: Any, **arguments: Any) -> Any:
        seen = live.begin(way, given, arguments)
        if seen is None:
            return await getattr(part, name)(*given, **arguments)
        try:
            answer = await getattr(part, name)(**arguments)
        except BaseException as error:
            if (second := live.failed_over(seen, arguments, error)) is None:
                raise
            return live.stood_in(seen, await getattr(part, name)(**second))
        live.answered(seen, answer)
        return answer

    return observed


def streamed(part: Any, name: str, live: LivePath, way: Way) -> Callable[..., Any]:
    """A method that returns a generator of chunks; as with the bare one, nothing is asked before the first is read."""

    @functools.wraps(getattr(part, name))
    def observed(*given: Any, **arguments: Any) -> Any:
        seen = live.begin(way, given, arguments)
        chunks = getattr(part, name)(*given, **arguments)
        return chunks if seen is None else _watched(live, seen, arguments, chunks)

    return observed


def streamed_async(part: Any, name: str, live: LivePath, way: Way) -> Callable[..., Any]:
    """A coroutine method that returns an async generator of chunks."""

    @functools.wraps(getattr(part, name))
    async def observed(*given: Any, **arguments: Any) -> Any:
        seen = live.begin(way, given, arguments)
        chunks = await getattr(part, name)(*given, **arguments)
        return chunks if seen is None else _watched_async(live, seen, arguments, chunks)

    return observed


def _watched(live: LivePath, seen: Seen, arguments: Mapping[str, Any], chunks: Any) -> Iterator[Any]:
    """The very chunks as they come; closing this closes the client's own generator."""
    live.start(seen, arguments)
    while True:
        try:
            chunk = next(chunks)
        except StopIteration:
            live.ended(seen)
            return
        except BaseException as error:
            live.failed(seen, error)
            raise
        live.saw(seen, chunk)
        try:
            yield chunk
        except BaseException:
            live.abandoned(seen)
            chunks.close()
            raise


async def _watched_async(live: LivePath, seen: Seen, arguments: Mapping[str, Any], chunks: Any) -> AsyncIterator[Any]:
    live.start(seen, arguments)
    while True:
        try:
            chunk = await anext(chunks)
        except StopAsyncIteration:
            live.ended(seen)
            return
        except BaseException as error:
            live.failed(seen, error)
            raise
        live.saw(seen, chunk)
        try:
            yield chunk
        except BaseException:
            live.abandoned(seen)
            await chunks.aclose()
            raise
