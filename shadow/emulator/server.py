"""The API over HTTP: keep-alive, no Nagle delay, one thread for each connection, silent."""

import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import MappingProxyType

from shadow.emulator.album import Album
from shadow.emulator.critic import Critic
from shadow.emulator.errors import ApiError, ConnectionDropped, Garbled, invalid, no_key, nothing_here
from shadow.emulator.resources import Resource, parse_resource
from shadow.emulator.routes import Route, parse_target
from shadow.emulator.scenarios import Scenario
from shadow.emulator.seeds import chance_of
from shadow.emulator.service import Answer, Service
from shadow.emulator.studio import Studio
from shadow.emulator.wire import written

PAGES: MappingProxyType[str, Callable[[Service], object]] = MappingProxyType(
    {"/-/counts": lambda service: service.tally.counts(), "/-/wanted": lambda service: service.wanted()}
)
"""What the emulator tells about itself, without a key."""
_log = logging.getLogger(__name__)
_LARGEST_BODY = 64 * 2**20
_GARBLED = b"<html><body>502 Bad Gateway</body></html>"
HANDS = min(4, os.cpu_count() or 1)
"""Threads that paint, judge and embed: the C library keeps what each once needed for pictures, some 20 MB."""
_JSON = "application/json; charset=UTF-8"


class Emulator:
    """A server that speaks the Gemini REST API, for `with` or start() and stop(). `port` 0 takes a free one.

    `candidates` names the models that the scenario holds for, `scenarios` those with one of their own; `album` holds
    pictures to answer with in place of painted ones; `today` decides which ids are retired; `latency` is the mean time
    in seconds that a picture takes on top of its painting; `leaning` is the share of the judge's choices between two
    pictures that fall on the first one shown.
    """

    def __init__(
        self,
        *,
        scenario: Scenario,
        candidates: frozenset[str],
        scenarios: Mapping[str, Scenario] = MappingProxyType({}),
        album: Album | None = None,
        today: date,
        seed: int = 0,
        latency: float = 0.0,
        leaning: float = 0.0,
        host: str = "127.0.0.1",
        port: int = 0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        studio = Studio(scenarios={**dict.fromkeys(candidates, scenario), **scenarios}, seed=seed, album=album)
        self._service = Service(studio=studio, critic=Critic(seed=seed, leaning=leaning), today=today, seed=seed)
        self._server = _Server((host, port), self._service, latency=latency, sleep=sleep, clock=clock)
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """What GOOGLE_GEMINI_BASE_URL must say."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def counts(self) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """What `GET /-/counts` answers: paid, repeated and failed requests by model and method."""
        return self._service.tally.counts()

    def start(self) -> "Emulator":
        """Serves from a thread of its own."""
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Closes the port and every open connection."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.hang_up()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Serves from the calling thread until it is interrupted; then closes as stop() does."""
        try:
            self._server.serve_forever()
        except KeyboardInterrupt:
            return
        finally:
            self.stop()

    def __enter__(self) -> "Emulator":
        return self.start()

    def __exit__(self, *raised: object) -> None:
        self.stop()


def serve(emulator: Emulator, *, announce: Callable[[str], None]) -> None:
    """Tells the address, then serves until interrupted."""
    announce(emulator.url)
    emulator.serve_forever()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        service: Service,
        *,
        latency: float,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self.service = service
        self.latency = latency
        self.sleep = sleep
        self.clock = clock
        self._lines: set[socket.socket] = set()
        self._lock = Lock()
        self._hands: ThreadPoolExecutor | None = ThreadPoolExecutor(HANDS, "emulator")
        super().__init__(address, _Handler)

    def hold(self, line: socket.socket) -> None:
        with self._lock:
            self._lines.add(line)

    def release(self, line: socket.socket) -> None:
        with self._lock:
            self._lines.discard(line)

    def answer(self, route: Route, body: bytes) -> tuple[Answer, float]:
        """The service's answer, and the seconds it took one of the hands. Raises what the service raises."""
        with self._lock:
            if self._hands is None:
                raise ConnectionDropped
            answer = self._hands.submit(self._timed, route, body)
        return answer.result()

    def _timed(self, route: Route, body: bytes) -> tuple[Answer, float]:
        began = self.clock()
        return self.service.answer(route, body), self.clock() - began

    def hang_up(self) -> None:
        """Ends every connection, also those that wait for a next request; what is being painted is finished unseen."""
        with self._lock:
            if self._hands is not None:
                self._hands.shutdown(wait=False)
                self._hands = None
            for line in self._lines:
                try:
                    line.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no news; anything else is a fault of the emulator."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            _log.exception("the emulator failed on a request")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "emulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.hold(self.connection)

    def finish(self) -> None:
        self.server.release(self.connection)
        super().finish()

    def do_GET(self) -> None:
        page = next((page for path, page in PAGES.items() if self.path.endswith(path)), None)
        if page is None:
            self._reply(b"")
        else:
            self._send(HTTPStatus.OK, Answer(frames=(written(page(self.server.service)),)))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_BODY:
            self.close_connection = True
            self._send_error(invalid(why=f"Request payload size exceeds the limit: {_LARGEST_BODY} bytes."))
            return
        self._reply(self.rfile.read(length))

    def do_PATCH(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def _reply(self, body: bytes) -> None:
        resource = parse_resource(self.command, self.path)
        if resource is not None:
            self._reply_kept(resource, body)
            return
        route = parse_target(self.path)
        try:
            answer, seconds = self._answer(route, body)
        except ConnectionDropped:
            self.close_connection = True
            self._note_failure(route)
        except Garbled:
            self._note_failure(route)
            self._send(HTTPStatus.OK, Answer(frames=(_GARBLED,), content_type="text/html"))
        except ApiError as error:
            self._note_failure(route)
            self._send_error(error)
        else:
            self._take_time(answer, seconds)
            self._send(HTTPStatus.OK, answer)

    def _reply_kept(self, resource: Resource, body: bytes) -> None:
        try:
            # The address of an upload is the key to it: https://ai.google.dev/gemini-api/docs/files
            if "upload_id" not in resource.query:
                self._need_key(resource.query)
            base = f"http://{self.headers.get('Host', '')}"
            headers = {name.title(): value for name, value in self.headers.items()}
            reply = self.server.service.keeping.answer(resource, body, headers, base)
        except ApiError as error:
            self._send_error(error)
        else:
            frames = (reply.body,)
            self._send(HTTPStatus.OK, Answer(frames=frames, content_type=reply.content_type), reply.headers)

    def _need_key(self, query: Mapping[str, str]) -> None:
        if not (self.headers.get("x-goog-api-key") or self.headers.get("Authorization") or query.get("key")):
            raise no_key()

    def _answer(self, route: Route | None, body: bytes) -> tuple[Answer, float]:
        if route is None or (self.command == "GET") != (route.method in {"get", "list"}):
            raise nothing_here(self.path)
        self._need_key(route.query)
        return self.server.answer(route, body)

    def _note_failure(self, route: Route | None) -> None:
        if route is not None:
            self.server.service.tally.fail(route.model, route.method)

    def _take_time(self, answer: Answer, painted: float) -> None:
        """Waits as long as a picture takes: log-normal around the mean, the same for the same answer.

        A slow model takes its factor on the sum of this and of the seconds it `painted`.
        """
        if not answer.paints:
            return
        spread = float(chance_of("latency", answer.frames[-1]).normal())
        usual = self.server.latency * 2.718281828 ** (0.25 * spread - 0.03125)
        if (wait := answer.slowness * (painted + usual) - painted) > 0:
            self.server.sleep(wait)

    def _send_error(self, error: ApiError) -> None:
        self._send(error.code, Answer(frames=(written(error.body()),)))

    def _send(self, status: int, answer: Answer, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        """A body of known length, or the frames of a stream as chunks."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("x-gemini-service-tier", "standard")
        if self.close_connection:
            self.send_header("Connection", "close")
        if len(answer.frames) == 1:
            self.send_header("Content-Length", str(len(answer.frames[0])))
            self.end_headers()
            self.wfile.write(answer.frames[0])
        else:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for frame in (*answer.frames, b""):
                self.wfile.write(f"{len(frame):x}\r\n".encode() + frame + b"\r\n")
                self.wfile.flush()
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
        """Says nothing."""
