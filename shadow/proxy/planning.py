"""Where a request goes: which arm serves it, under which path, with which body.

While no traffic ever moved nothing is waited for: the body streams through as it comes. Once it moved, who serves
depends on what the request says, so its body is read first; an interaction names its model only there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

from shadow.capture import Route
from shadow.pair import Arm
from shadow.providers.way import UNREADABLE, Asked, NotComparedError, Way
from shadow.proxy.headers import Said
from shadow.proxy.naming import model_in, with_model
from shadow.proxy.reading import WIRE_GENERATE, WIRE_INTERACTION
from shadow.proxy.routes import Kind, Target
from shadow.proxy.tee import Copy
from shadow.proxy.watching import Watch, Watching
from shadow.proxy.wire import Body, parsed
from shadow.telling import Once
from shadow.wrapper.serving import Serving

INLINE = 65_536
"""Bytes of a body that are looked at on the spot; a larger one goes to a thread."""
WAYS = {Kind.GENERATE: WIRE_GENERATE, Kind.STREAM: WIRE_GENERATE, Kind.INTERACTION: WIRE_INTERACTION}
UNREAD = Asked(reason=UNREADABLE)
Made = TypeVar("Made")


class TooLargeError(Exception):
    """The body is larger than allowed, which shows only while it comes."""


@dataclass(slots=True, kw_only=True)
class Incoming:
    """The body of a request: what was read of it already, then the rest as it comes."""

    request: web.Request
    most: int
    """Bytes it may have."""
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0
    done: bool = False

    async def gathered(self, room: Callable[[bytes], bool]) -> bytes | None:
        """The whole body, or None where there is no `room` for all of it. Raises `TooLargeError`."""
        async for piece in self._coming():
            self.pieces.append(piece)
            if not room(piece):
                return None
        self.done = True
        return b"".join(self.pieces)

    async def sent(self, watch: Watch | None) -> AsyncIterator[bytes]:
        """The body as it goes on, with a copy for the watch. Raises `TooLargeError`."""
        for piece in self.pieces:
            yield piece
        if not self.done:
            async for piece in self._coming():
                if watch is not None:
                    watch.request.add(piece)
                yield piece
        if watch is not None:
            watch.request_whole = True

    async def _coming(self) -> AsyncIterator[bytes]:
        async for piece in self.request.content.iter_any():
            self.size += len(piece)
            if self.size > self.most:
                raise TooLargeError
            yield piece


@dataclass(slots=True, kw_only=True)
class Plan:
    """What is asked of the upstream."""

    target: Target
    incoming: Incoming
    watch: Watch | None = None

    @property
    def raw(self) -> str:
        """The path and query that go on."""
        seen = self.watch.seen if self.watch else None
        return self.target.of_model(seen.model) if seen and self.target.model and self.moved else self.target.raw

    @property
    def moved(self) -> bool:
        """Whether another model is asked than the caller named."""
        return self.watch is not None and self.watch.seen.arm is Arm.CANDIDATE

    @property
    def arm(self) -> str:
        """Who serves; empty where no migration is concerned."""
        return str(self.watch.seen.arm) if self.watch else ""


class Planning:
    """Makes plans. Whatever goes wrong in it, the request goes on as it came."""

    def __init__(self, *, serving: Serving, routes: Mapping[str, Route], watching: Watching, most: int) -> None:
        """`most` bytes of a body."""
        self._serving = serving
        self._routes = routes
        self._watching = watching
        self._most = most
        self._say = Once()

    async def plan(self, request: web.Request, target: Target, said: Said) -> Plan:
        """Where this request goes. Raises `TooLargeError`, and what reading the body raises."""
        plan = Plan(target=target, incoming=Incoming(request=request, most=self._most))
        if target.kind is Kind.OTHER:
            return plan
        if target.kind is Kind.INTERACTION:
            return await self._interaction(plan, said)
        route = self._routes.get(target.model)
        if route is None:
            return plan
        if target.kind is Kind.UNSEEN:
            self._watching.unseen(route, target.method)
            return plan
        plan.watch = self._watch(route, target.kind, said, request)
        if self._moved(route):
            await self._held(plan, self._gather_and_choose(plan, said))
        return plan

    async def _interaction(self, plan: Plan, said: Said) -> Plan:
        """An interaction: its body says whose it is."""
        copied = Copy(self._watching.budget)
        try:
            body = await plan.incoming.gathered(copied.fits)
            route = None if body is None else self._routes.get(_bare(await _off_loop(model_in, body)))
        finally:
            copied.let_go()
        if body is None or route is None:
            return plan
        plan.watch = self._watch(route, plan.target.kind, said, plan.incoming.request)
        plan.watch.request.add(body)
        if self._moved(route):
            await self._held(plan, self._choose(plan, body, said))
        return plan

    async def _held(self, plan: Plan, step: Any) -> None:
        """A step of a call that is watched already: where it breaks off, the call is over."""
        try:
            await step
        except BaseException:
            if plan.watch is not None:
                plan.watch.abandoned()
            raise

    def _watch(self, route: Route, kind: Kind, said: Said, request: web.Request) -> Watch:
        watch = self._watching.watch(route, WAYS[kind], said.labels)
        watch.request_encoding = request.headers.get("Content-Encoding", "")
        return watch

    def _moved(self, route: Route) -> bool:
        return route.serving is not None and self._serving.moves(route.serving)

    async def _gather_and_choose(self, plan: Plan, said: Said) -> None:
        body = await plan.incoming.gathered(plan.watch.request.fits) if plan.watch else None
        if body is not None:  # else there is no room to look at it, and it goes where the caller said
            await self._choose(plan, body, said)

    async def _choose(self, plan: Plan, body: bytes, said: Said) -> None:
        watch = plan.watch
        if watch is None or (candidate := watch.seen.route.candidate) is None:
            return
        seen = watch.seen
        try:
            asked = await _off_loop(_asked, seen.way, Body(pieces=(body,), encoding=watch.request_encoding))
            if self._serving.arm(seen.route, seen.way, asked, said.labels) is Arm.INCUMBENT:
                return
            if plan.target.kind is Kind.INTERACTION:
                plan.incoming.pieces = [await _off_loop(with_model, body, seen.route.incumbent, candidate)]
        except Exception as error:
            self._say.error("no arm could be chosen; the incumbent serves", error)
            return
        seen.arm, seen.model = Arm.CANDIDATE, candidate


def _bare(model: str) -> str:
    """ "models/M" and "publishers/google/models/M" name the same model as "M"."""
    return model.rpartition("/")[2]


def _asked(way: Way, body: Body) -> Asked:
    """What one look at a body tells; a body that nobody reads has no words, so it stays where the caller sent it."""
    try:
        return way.ask({"body": parsed(body.plain())})
    except (NotComparedError, ValueError, TypeError, AttributeError, RecursionError):
        return UNREAD


async def _off_loop(work: Callable[..., Made], *given: Any) -> Made:
    """The result of `work`, from a thread where it may take long."""
    large = sum(len(item) for item in given if isinstance(item, bytes)) > INLINE or any(
        isinstance(item, Body) and sum(map(len, item.pieces)) > INLINE for item in given
    )
    return await asyncio.to_thread(work, *given) if large else work(*given)
