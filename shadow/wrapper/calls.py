"""Calls of the client with a look taken: same arguments, same objects, same exceptions, at the same moment.

The four shapes that google-genai's calls have. Each is made for one method of one object and carries its name, its
documentation and its signature. The method is looked up again at every call, as a caller's own patch may stand there.
"""

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from shadow.providers.way import Way
from shadow.wrapper.call import Call
from shadow.wrapper.live import LivePath

Shape = Callable[[Any, str, LivePath, Way], Callable[..., Any]]


def plain(part: Any, name: str, live: LivePath, way: Way) -> Callable[..., Any]:
    """A method that returns its answer."""

    @functools.wraps(getattr(part, name))
    def observed(*given: Any, **arguments: Any) -> Any:
        call = live.begin(way, given, arguments)
        if call is None:
            return getattr(part, name)(*given, **arguments)
        call.start()
        try:
            answer = getattr(part, name)(**call.arguments)
        except BaseException as error:
            call.failed(error)
            raise
        call.answered(answer)
        return answer

    return observed


def awaited(part: Any, name: str, live: LivePath, way: Way) -> Callable[..., Any]:
    """A coroutine method that returns its answer."""

    @functools.wraps(getattr(part, name))
    async def observed(*given: Any, **arguments: Any) -> Any:
        call = live.begin(way, given, arguments)
        if call is None:
            return await getattr(part, name)(*given, **arguments)
        call.start()
        try:
            answer = await getattr(part, name)(**call.arguments)
        except BaseException as error:
            call.failed(error)
            raise
        call.answered(answer)
        return answer

    return observed


def streamed(part: Any, name: str, live: LivePath, way: Way) -> Callable[..., Any]:
    """A method that returns a generator of chunks; as with the bare one, nothing is asked before the first is read."""

    @functools.wraps(getattr(part, name))
    def observed(*given: Any, **arguments: Any) -> Any:
        call = live.begin(way, given, arguments)
        if call is None:
            return getattr(part, name)(*given, **arguments)
        return _watched(call, getattr(part, name)(**call.arguments))

    return observed


def streamed_async(part: Any, name: str, live: LivePath, way: Way) -> Callable[..., Any]:
    """A coroutine method that returns an async generator of chunks."""

    @functools.wraps(getattr(part, name))
    async def observed(*given: Any, **arguments: Any) -> Any:
        call = live.begin(way, given, arguments)
        if call is None:
            return await getattr(part, name)(*given, **arguments)
        return _watched_async(call, await getattr(part, name)(**call.arguments))

    return observed


def _watched(call: Call, chunks: Any) -> Iterator[Any]:
    """The very chunks as they come; closing this closes the client's own generator."""
    call.start()
    while True:
        try:
            chunk = next(chunks)
        except StopIteration:
            call.ended()
            return
        except BaseException as error:
            call.failed(error)
            raise
        call.saw(chunk)
        try:
            yield chunk
        except BaseException:
            call.abandoned()
            chunks.close()
            raise


async def _watched_async(call: Call, chunks: Any) -> AsyncIterator[Any]:
    call.start()
    while True:
        try:
            chunk = await anext(chunks)
        except StopAsyncIteration:
            call.ended()
            return
        except BaseException as error:
            call.failed(error)
            raise
        call.saw(chunk)
        try:
            yield chunk
        except BaseException:
            call.abandoned()
            await chunks.aclose()
            raise
