"""The proxy's own pages: `/-/health`, `/-/ready`, `/-/metrics`."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from shadow.errors import ShadowError
from shadow.proxy.metrics import Depth, Metrics, Standing
from shadow.proxy.routes import PAGES
from shadow.spool.spool import Spool

DEPTH_SECONDS = 0.5
"""How long a look at the metrics waits for the spool; a spool that hangs must not take the metrics with it."""


class Pages:
    """What the proxy says of itself."""

    def __init__(self, *, metrics: Metrics, standing: Standing, open_spool: Callable[[], Spool]) -> None:
        """`open_spool` gives a spool for one look."""
        self._metrics = metrics
        self._standing = standing
        self._open_spool = open_spool
        self._looking: asyncio.Future[Depth | None] | None = None
        self.ready = False
        """Whether new requests are welcome."""

    async def page(self, raw: str) -> web.Response:
        """A page by its path."""
        match raw.removeprefix(PAGES).partition("?")[0]:
            case "health":
                return web.json_response({"status": "alive"})
            case "ready":
                words = "ready" if self.ready else "draining"
                return web.json_response({"status": words}, status=200 if self.ready else 503)
            case "metrics":
                self._standing.depth = await self._depth()
                return web.Response(body=self._metrics.page(), content_type="text/plain", charset="utf-8")
            case _:
                return web.json_response({"error": f"There is no such page. Legal: {LEGAL}."}, status=404)

    async def _depth(self) -> Depth | None:
        """What waits in the spool; None where it does not say in time. One look at a time, however many ask."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(asyncio.to_thread(self._look))
        done, _ = await asyncio.wait({self._looking}, timeout=DEPTH_SECONDS)
        return self._looking.result() if done else None

    def _look(self) -> Depth | None:
        try:
            spool = self._open_spool()
            try:
                return spool.depth()
            finally:
                spool.close()
        except (ShadowError, OSError):
            return None


LEGAL = ", ".join(f"{PAGES}{name}" for name in ("health", "ready", "metrics"))
