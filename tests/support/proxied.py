"""A proxy in this process, an upstream that answers what it is told, and a caller that speaks in bytes."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from canned import CANDIDATE, INCUMBENT

from shadow.cutover import State
from shadow.proxy.guards import Address
from shadow.proxy.listening import Place, Proxy
from shadow.settings import Config, CutoverSettings, MigrationSettings, PathsSettings, ProxySettings
from shadow.spool import SPOOLS
from shadow.store.images import Images
from shadow.store.state import CutoverFile

GENERATE = f"/v1/models/{INCUMBENT}:generateContent"
STREAM = f"/v1/models/{INCUMBENT}:streamGenerateContent?alt=sse"
PATIENCE = 10.0
"""Seconds that anything here may take at most."""
Script = Callable[[socket.socket, bytes], None]
"""What the upstream does with one request: its line, and the bytes of it that came."""


class Upstream:
    """A server of one script: takes whole requests apart from bytes, remembers them, and does what it is told."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[bytes] = []
        self.begun = 0
        """Requests of which the head is here."""
        self.gone = threading.Event()
        """Set when a connection was closed from the other side."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def close(self) -> None:
        self._listening.close()
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _begins(self) -> None:
        self.begun += 1

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self._lines.append(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while request := whole_message(line, self._begins):
                self.requests.append(request)
                self.script(line, request)
        self.gone.set()


def whole_message(line: socket.socket, begins: Callable[[], None] = lambda: None) -> bytes:
    """One message with its body, as bytes; what came of it where the line ended before. `begins` once its head is."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = line.recv(65536)
        if not more:
            return got
        got += more
    begins()
    head, _, body = got.partition(b"\r\n\r\n")
    low = head.lower()
    if b"transfer-encoding: chunked" in low:
        while not (body.endswith(b"0\r\n\r\n")):
            more = line.recv(65536)
            if not more:
                return got
            body += more
            got += more
        return got
    length = next((int(part.split(b":")[1]) for part in low.split(b"\r\n") if part.startswith(b"content-length")), 0)
    rest = bytearray(body)
    while len(rest) < length and (more := line.recv(65536)):
        rest += more
    return head + b"\r\n\r\n" + bytes(rest)


def answering(*pieces: bytes, pause: float = 0.0, close: bool = False) -> Script:
    """Answers these bytes, with a pause between them."""

    def script(line: socket.socket, request: bytes) -> None:
        del request
        for piece in pieces:
            line.sendall(piece)
            time.sleep(pause)
        if close:
            line.shutdown(socket.SHUT_RDWR)

    return script


def http(body: bytes, *, status: str = "200 OK", headers: Sequence[str] = ("Content-Type: application/json",)) -> bytes:
    """An answer of known length."""
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A request of known length."""
    head = [f"POST {path} HTTP/1.1", "Host: here", "x-goog-api-key: SECRET", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


class Scene:
    """A proxy that listens on a thread of its own, its home, and callers."""

    def __init__(
        self,
        home: Path,
        upstream: str,
        *,
        token: str = "",
        models: tuple[str, str] = (INCUMBENT, CANDIDATE),
        more: Sequence[str] = (),
        **settings: Any,
    ) -> None:
        self.home = home
        config = Config(
            folder=home,
            paths=PathsSettings(home=".shadow"),
            cutover=CutoverSettings(poll_seconds=0.05, reverse_share=1.0),
            migration={"pro": MigrationSettings(incumbent=models[0], candidate=models[1])},
            proxy=ProxySettings(**{"drain_seconds": 5.0, **settings}),
        )
        self.config = config
        self.proxy = Proxy(config, Place(address=Address("127.0.0.1", 0), upstreams=[upstream, *more], token=token))
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready, self._told = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        self._lines: list[socket.socket] = []

    def _run(self) -> None:
        async def serve() -> None:
            async with self.proxy.serving() as url:
                self.url = url
                self._ready.set()
                await self._told.wait()

        self._loop.run_until_complete(serve())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def tell(self) -> None:
        """What SIGTERM tells it."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._told.set)

    def stop(self) -> None:
        """End in order."""
        for line in self._lines:
            line.close()
        self.tell()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self.proxy.close()

    def line(self) -> socket.socket:
        """A connection to it."""
        host, port = self.url.removeprefix("http://").split(":")
        line = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self._lines.append(line)
        return line

    def ask(self, request: bytes) -> bytes:
        """The whole answer to a request, as bytes."""
        line = self.line()
        line.sendall(request)
        return whole_message(line)

    def move(self, percent: float) -> None:
        """The candidate's share, and wait until it is in force."""
        CutoverFile(self.config.home).change(lambda _: State(percent={"pro": percent}))
        self.until(lambda: self.proxy.percent("pro") == percent)

    def captures(self, count: int = 1) -> list[Any]:
        """What is in the spool, once there is so much."""
        found: list[Any] = []

        def enough() -> bool:
            spool = self.spool()
            found.extend(lease.capture for lease in spool.lease(limit=1000, seconds=3600))
            spool.close()
            return len(found) >= count

        self.until(enough)
        return found

    def losses(self, count: int = 1) -> dict[str, int]:
        """What was counted, once there is so much."""
        self.until(lambda: sum(self.proxy.lost().values()) >= count)
        return dict(self.proxy.lost())

    def spool(self) -> Any:
        """The spool of its home."""
        return SPOOLS["sqlite"](self.config.home, Images(self.config.home / "images").read)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait, not for ever."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.005)


@contextlib.contextmanager
def scenes(home: Path) -> Iterator[Callable[..., Scene]]:
    """Makes scenes over a script or an address, and ends them."""
    with contextlib.ExitStack() as stack:

        def make(upstream: Script | str, **settings: Any) -> Scene:
            if not isinstance(upstream, str):
                server = Upstream(upstream)
                stack.callback(server.close)
                scene = Scene(home, server.url, **settings)
                scene.upstream = server  # type: ignore[attr-defined]
            else:
                scene = Scene(home, upstream, **settings)
            stack.callback(scene.stop)
            return scene

        yield make
