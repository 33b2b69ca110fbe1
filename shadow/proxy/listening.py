"""The process: what it is made of, how it begins to listen, and how it ends without losing what it saw."""

import asyncio
import atexit
import contextlib
import importlib
import importlib.util
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from shadow.errors import InputError
from shadow.live import Live
from shadow.proxy.guards import MEGABYTE, Address, Guards
from shadow.proxy.metrics import Metrics, Standing
from shadow.proxy.pages import Pages
from shadow.proxy.planning import Planning
from shadow.proxy.relay import Relay, as_upstream_said
from shadow.proxy.tee import Budget
from shadow.proxy.watching import Watching
from shadow.settings import Config, ProxySettings
from shadow.spool import SPOOLS
from shadow.spool.spool import Spool
from shadow.store.images import Images
from shadow.wrapper.serving import Serving

log = logging.getLogger("shadow.proxy")

KILOBYTE = 1000
READ_BYTES = 256 * 1024
"""Bytes that are read ahead of a slow reader, at most twice."""
KEEP_ALIVE_SECONDS = 75.0
BACKLOG = 1024
SWITCH_SECONDS = 0.0005
"""How long a call may wait for Python's lock while the drain thread works; five milliseconds is the usual."""
LAST_SECONDS = 5.0
"""How long the end may take once nothing is under way any more: what waits goes to the spool."""


class Patience:
    """Closes connections whose first request does not come: they would hold a place for ever."""

    def __init__(self, seconds: float) -> None:
        """How long a connection may be silent at its start."""
        self._seconds = seconds
        self._silent: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}

    def with_one(self, protocol: web.RequestHandler) -> web.RequestHandler:
        """A connection that begins."""
        loop = asyncio.get_running_loop()
        self._silent[protocol] = loop.call_later(self._seconds, self._enough, protocol)
        return protocol

    def heard(self, protocol: asyncio.BaseProtocol) -> None:
        """A request came on this connection; from then on the time between requests is bounded by the library."""
        if (timer := self._silent.pop(protocol, None)) is not None:
            timer.cancel()

    def _enough(self, protocol: web.RequestHandler) -> None:
        self._silent.pop(protocol, None)
        if protocol.transport is not None:
            protocol.transport.abort()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to listen, whom to ask, who may ask."""

    address: Address
    upstreams: Sequence[str]
    token: str = ""


class Proxy:
    """One proxy of one config.toml. Its threads start with it."""

    def __init__(self, config: Config, place: Place) -> None:
        """Raises `ConfigError` for a spool that nobody knows."""
        self._config = config
        self._place = place
        self._settings: ProxySettings = config.proxy
        self._budget = Budget(self._settings.copy_megabytes * MEGABYTE)
        self._live = live = Live(config, under_way=lambda: self._watching.under_way())
        self._serving = Serving(live.percentages.of)
        self._watching = Watching(
            routes=live.routes.values(), budget=self._budget, remember=self._serving.issued.remember
        )
        self._watching.hand_to(live.door)
        live.percentages.follow()
        self.metrics = Metrics()
        standing = self._standing()
        self.metrics.show(standing)
        self.pages = Pages(metrics=self.metrics, standing=standing, open_spool=self._open_spool)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Listens within the block, whose value is the address. Its end lets calls under way end first.

        Raises `InputError` where it cannot listen.
        """
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=self._settings.connect_seconds, sock_read=self._settings.idle_seconds
        )
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS),
            timeout=timeout,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=READ_BYTES,
            max_line_size=int(self._settings.head_kilobytes * KILOBYTE),
            max_field_size=int(self._settings.head_kilobytes * KILOBYTE),
        ) as session:
            patience = Patience(self._settings.head_seconds)
            runner = await self._runner(session, patience)
            listening = await self._listen(runner, patience)
            try:
                self.pages.ready = True
                yield url_of(listening.sockets[0].getsockname())
            finally:
                self.pages.ready = False
                listening.close()
                await runner.cleanup()

    def percent(self, migration: str) -> float:
        """The percentage of a migration that is in force here."""
        return self._live.percentages.of(migration)

    def lost(self) -> Mapping[str, int]:
        """Live calls that are not compared, by reason, since the start."""
        return self._live.door.lost()

    def close(self) -> None:
        """Everything that was seen goes to the spool, or is counted as lost."""
        self._live.door.close(LAST_SECONDS)
        self._live.percentages.stop()

    async def _runner(self, session: aiohttp.ClientSession, patience: Patience) -> web.AppRunner:
        relay = Relay(
            session=session,
            guards=Guards(
                token=self._place.token,
                upstreams=self._place.upstreams,
                body_megabytes=self._settings.body_megabytes,
            ),
            planning=Planning(
                serving=self._serving,
                routes=self._live.routes,
                watching=self._watching,
                most=int(self._settings.body_megabytes * MEGABYTE),
            ),
            pages=self.pages,
            metrics=self.metrics,
            idle_seconds=self._settings.idle_seconds,
            log_requests=self._settings.log_requests,
            heard=patience.heard,
        )
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{tail:.*}", relay.handle)
        app.on_response_prepare.append(as_upstream_said)
        # The library's own log would show what it could not parse, keys among it.
        silent = logging.getLogger("shadow.proxy.http")
        silent.propagate, silent.disabled = False, True
        runner = web.AppRunner(
            app,
            access_log=None,
            logger=silent,
            handler_cancellation=True,
            auto_decompress=False,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=self._settings.drain_seconds,
            read_bufsize=READ_BYTES,
            max_line_size=int(self._settings.head_kilobytes * KILOBYTE),
            max_field_size=int(self._settings.head_kilobytes * KILOBYTE),
        )
        await runner.setup()
        return runner

    async def _listen(self, runner: web.AppRunner, patience: Patience) -> asyncio.Server:
        host, port = self._place.address

        def connected() -> asyncio.Protocol:
            return patience.with_one(runner.server())  # type: ignore[misc]  # there is one: the runner is set up

        try:
            return await asyncio.get_running_loop().create_server(connected, host, port, backlog=BACKLOG)
        except OSError as error:
            msg = f"Cannot listen on {host}:{port}: {error.strerror}. --listen HOST:0 takes a free port."
            raise InputError(msg) from error

    def _standing(self) -> Standing:
        door, names = self._live.door, sorted(self._config.migration)
        return Standing(
            captured=door.put,
            lost=self.lost,
            waiting=door.waiting,
            held=lambda: self._budget.held,
            under_way=lambda: sum(self._watching.under_way().values()),
            percent=lambda: {name: self.percent(name) for name in names},
        )

    def _open_spool(self) -> Spool:
        home = self._config.home
        return SPOOLS[self._config.spool.kind](home, Images(home / "images").read)


def url_of(name: Sequence[Any]) -> str:
    """The address of a socket, for people."""
    host, port = name[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def serve(proxy: Proxy, *, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C, then end in order; a second one ends the calls under way at once."""
    atexit.register(proxy.close)
    # What reads captures needs it, and importing it takes a second that no live call should wait for.
    importlib.import_module("google.genai.types")
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(proxy, announce))
    finally:
        proxy.close()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed: fewer cycles for each piece that goes through."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


async def _serve(proxy: Proxy, announce: Callable[[str], None]) -> None:
    loop, told, again = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def tell() -> None:
        (again if told.is_set() else told).set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, tell)
    async with proxy.serving() as url:
        announce(url)
        await told.wait()
        log.info("ending: calls under way may end")
        hurry = loop.create_task(_hurry(again, asyncio.current_task()))
    hurry.cancel()


async def _hurry(again: asyncio.Event, serving: "asyncio.Task[None] | None") -> None:
    await again.wait()
    if serving is not None:
        serving.cancel()
