"""The passing itself: a request on its way to the upstream, the answer on its way back, byte by byte as they come.

What this room adds to a message or takes from it stands in docs/proxy.md. Whatever capturing does wrong costs a
counter; what the upstream does wrong reaches the caller as the upstream did it.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from aiohttp import hdrs, web
from yarl import URL

from shadow.proxy.failing import LATE, LOST, UNREACHED
from shadow.proxy.guards import Guards, Refusal
from shadow.proxy.headers import ARM, Said, UnspeakableError, answer_headers, said, upstream_headers
from shadow.proxy.log import facts
from shadow.proxy.metrics import Metrics
from shadow.proxy.pages import Pages
from shadow.proxy.planning import Plan, Planning, TooLargeError
from shadow.proxy.routes import PAGES, Target, target_of

log = logging.getLogger("shadow.proxy")

NOT_OURS_TO_SAY = (hdrs.CONTENT_TYPE, hdrs.DATE, hdrs.SERVER)
"""Headers that the HTTP library would add where the upstream sent none."""
AUTOMATIC = frozenset({hdrs.ACCEPT, hdrs.ACCEPT_ENCODING, hdrs.CONTENT_TYPE, hdrs.USER_AGENT})
"""And those it would add to a request."""
SAID = web.RequestKey("said", frozenset[str])
UNREACHABLE = Refusal(502, "UNAVAILABLE", "the upstream could not be reached.")
TOO_LATE = Refusal(504, "DEADLINE_EXCEEDED", "the upstream took too long.")
UNREADABLE = Refusal(502, "UNAVAILABLE", "the upstream's answer is not HTTP that can be passed on.")
UNSPEAKABLE = Refusal(400, "INVALID_ARGUMENT", "a header is not UTF-8.")


class CallerGoneError(Exception):
    """The caller takes no more."""


class Relay:
    """Passes requests on. One event loop's."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        guards: Guards,
        planning: Planning,
        pages: Pages,
        metrics: Metrics,
        idle_seconds: float,
        log_requests: bool,
        heard: Callable[[asyncio.BaseProtocol], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`idle_seconds` without a byte taken end a call; `heard` is told of every request's connection."""
        self._session = session
        self._guards = guards
        self._planning = planning
        self._pages = pages
        self._metrics = metrics
        self._idle_seconds = idle_seconds
        self._log_requests = log_requests
        self._heard = heard
        self._monotonic = monotonic

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request."""
        self._heard(request.protocol)
        caller = said(request.headers)
        refusal = self._guards.refusal(request, caller)
        if refusal is None and request.raw_path.startswith(PAGES):
            return await self._pages.page(request.raw_path)
        target = target_of(request.method, request.raw_path)
        trip = Trip(self, request, target, caller)
        try:
            return trip.refused(refusal) if refusal is not None else await trip.go()
        except CallerGoneError:
            trip.outcome = "caller gone"
            return trip.cut()
        except asyncio.CancelledError:
            trip.outcome = "caller gone"
            raise
        finally:
            trip.over()

    async def plan(self, trip: "Trip") -> Plan:
        """Where the request goes."""
        return await self._planning.plan(trip.request, trip.target, trip.caller)

    def ask(self, trip: "Trip", plan: Plan) -> Any:
        """The request as it goes on."""
        request = trip.request
        base = self._guards.upstream(trip.caller) or ""
        headers = upstream_headers(request.raw_headers)
        body = self._body(trip, plan)
        if body is not None and hdrs.CONTENT_LENGTH in headers and plan.moved and plan.incoming.done:
            headers[hdrs.CONTENT_LENGTH] = str(sum(map(len, plan.incoming.pieces)))
        return self._session.request(
            request.method,
            URL(base + plan.raw, encoded=True),
            headers=headers,
            data=body,
            skip_auto_headers=AUTOMATIC,
            allow_redirects=False,
        )

    def _body(self, trip: "Trip", plan: Plan) -> AsyncIterator[bytes] | None:
        if trip.request.body_exists or plan.incoming.pieces:
            return plan.incoming.sent(plan.watch)
        if plan.watch is not None:
            plan.watch.request_whole = True
        return None

    def too_large(self) -> Refusal:
        """The body is larger than allowed."""
        return self._guards.too_large()

    async def give(self, out: web.StreamResponse, piece: bytes) -> None:
        """A piece of the answer to the caller. Raises `CallerGoneError`."""
        try:
            async with asyncio.timeout(self._idle_seconds):
                await out.write(piece)
        except (ConnectionError, TimeoutError) as error:
            raise CallerGoneError from error

    def now(self) -> float:
        """Monotonic clock, seconds."""
        return self._monotonic()

    def note(self, trip: "Trip") -> None:
        """Count a request that is over."""
        route, arm = str(trip.target.kind), trip.plan.arm if trip.plan else ""
        seconds = self.now() - trip.arrived
        self._metrics.requests.labels(route, arm, trip.outcome).inc()
        self._metrics.took.labels(route).observe(seconds)
        if trip.added is not None:
            self._metrics.added.observe(trip.added)
        if self._log_requests:
            said_of_it = facts(
                route=route,
                model=trip.target.model,
                arm=arm,
                outcome=trip.outcome,
                seconds=round(seconds, 4),
                bytes=trip.sent,
            )
            log.info("request", extra=said_of_it)


class Trip:
    """One request there and its answer back."""

    def __init__(self, relay: Relay, request: web.Request, target: Target, caller: Said) -> None:
        """A request that has just arrived."""
        self.request = request
        self.target = target
        self.caller = caller
        self.plan: Plan | None = None
        self.outcome = "caller gone"
        self.sent = 0
        self.added: float | None = None
        self._relay = relay
        self._out: web.StreamResponse | None = None
        self.arrived = relay.now()
        self._asked = self._came = self.arrived

    async def go(self) -> web.StreamResponse:
        """There and back. Raises `CallerGoneError` and cancellation."""
        try:
            self.plan = plan = await self._relay.plan(self)
            if plan.watch is not None:
                plan.watch.begins()
            self._asked = self._relay.now()
            async with self._relay.ask(self, plan) as upstream:
                return await self._back(plan, upstream)
        except TooLargeError:
            return self.refused(self._relay.too_large())
        except UnspeakableError:
            return self.refused(UNSPEAKABLE)
        except aiohttp.ClientError as error:
            return self._upstream_failed(error)
        except TimeoutError:
            return self._fail(TOO_LATE, LATE)

    async def _back(self, plan: Plan, upstream: aiohttp.ClientResponse) -> web.StreamResponse:
        self._came = self._relay.now()
        try:
            headers = answer_headers(upstream.raw_headers)
        except UnspeakableError:
            return self._fail(UNREADABLE, LOST)
        self.request[SAID] = frozenset(name.lower() for name in headers)
        if self.caller.asks_arm and plan.arm:
            headers[ARM] = plan.arm
        self._out = out = web.StreamResponse(status=upstream.status, reason=upstream.reason or "", headers=headers)
        await self._head(out)
        async for piece in upstream.content.iter_any():
            if plan.watch is not None:
                plan.watch.answered(piece)
            await self._relay.give(out, piece)
            self.sent += len(piece)
        last = self._relay.now()
        await self._end(out)
        self.outcome = str(upstream.status)
        self.added = self._asked - self.arrived + self._relay.now() - last
        if plan.watch is not None:
            plan.watch.ends(upstream.status, upstream.headers, whole=True)
        return out

    async def _head(self, out: web.StreamResponse) -> None:
        try:
            await out.prepare(self.request)
        except ConnectionError as error:
            raise CallerGoneError from error

    async def _end(self, out: web.StreamResponse) -> None:
        try:
            await out.write_eof()
        except ConnectionError as error:
            raise CallerGoneError from error

    def _upstream_failed(self, error: aiohttp.ClientError) -> web.StreamResponse:
        """What went wrong on the other side, as the caller would have met it there, as far as that can be done."""
        if isinstance(error.__cause__, TooLargeError):
            return self.refused(self._relay.too_large())
        if self._out is None and isinstance(error, aiohttp.ClientConnectorError):
            return self._fail(UNREACHABLE, UNREACHED)
        if self._out is None and isinstance(error, aiohttp.ServerTimeoutError):
            return self._fail(TOO_LATE, LATE)
        if self._out is None and isinstance(error, aiohttp.ClientResponseError | aiohttp.InvalidURL):
            return self._fail(UNREADABLE, LOST)
        self.outcome = "upstream gone"
        if self.plan is not None and self.plan.watch is not None:
            self.plan.watch.fails(LATE if isinstance(error, aiohttp.ServerTimeoutError) else LOST)
        return self.cut()

    def _fail(self, refusal: Refusal, failure: Any) -> web.StreamResponse:
        if self.plan is not None and self.plan.watch is not None:
            self.plan.watch.fails(failure)
        if self._out is not None:
            self.outcome = "upstream gone"
            return self.cut()
        return self.refused(refusal)

    def refused(self, refusal: Refusal) -> web.StreamResponse:
        """An answer of our own."""
        self.outcome = str(refusal.code)
        answer = web.json_response(refusal.body(), status=refusal.code)
        if self.request.can_read_body:  # the rest of it is not wanted
            answer.force_close()
        return answer

    def cut(self) -> web.StreamResponse:
        """The connection to the caller is closed in the middle: an answer that is not whole must not look whole."""
        if self.request.transport is not None:
            self.request.transport.abort()
        return self._out or web.Response()

    def over(self) -> None:
        """The request is over, one way or the other."""
        if self.plan is not None and self.plan.watch is not None:
            watch = self.plan.watch
            if self._out is not None and self.outcome == "caller gone":
                watch.ends(self._out.status, self._out.headers, whole=False)
            else:
                watch.abandoned()
        self._relay.note(self)


async def as_upstream_said(request: web.Request, response: web.StreamResponse) -> None:
    """Take back what the HTTP library added to the head of an answer that is not ours."""
    names = request.get(SAID)
    if names is not None:
        for name in NOT_OURS_TO_SAY:
            if name.lower() not in names:
                response.headers.popall(name, None)
