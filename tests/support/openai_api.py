"""A small server that speaks the OpenAI-compatible API, for the tests of the provider that asks one."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = tuple[int, Any]


@dataclass(kw_only=True)
class Script:
    """What the server knows, and what it was asked."""

    picture: bytes
    models: tuple[str, ...]
    wants_format: bool = True
    """Older models answer with a link unless `response_format` asks for bytes; newer ones refuse that field."""
    refused: str = "forbidden"
    """A prompt with this word is declined."""
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def answer(self, path: str, body: Any) -> Answer:
        """Status and JSON of one request."""
        self.asked.append((path, body))
        if path.startswith("/v1/models/"):
            known = path.rpartition("/")[2] in self.models
            return (200, {"id": path.rpartition("/")[2]}) if known else error(404, "model_not_found", "no such model")
        made = {
            "/v1/images/generations": self.paint,
            "/v1/images/edits": lambda _: (200, {"data": [{"b64_json": encoded(self.picture)}]}),
            "/v1/embeddings": embeddings,
            "/v1/chat/completions": judged,
        }
        return made[path](body)

    def paint(self, body: dict[str, Any]) -> Answer:
        """A picture, a refusal, or an error."""
        if self.refused in body["prompt"]:
            return error(400, "moderation_blocked", "Your request was rejected by the safety system.")
        if "response_format" in body and not self.wants_format:
            return error(400, "unknown_parameter", "Unknown parameter: 'response_format'.")
        if body["model"] not in self.models:
            return error(404, "model_not_found", "no such model")
        usage = {"input_tokens": 9, "output_tokens": 1056}
        return 200, {"data": [{"b64_json": encoded(self.picture)}], "usage": usage}


def encoded(data: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(data).decode()


def error(status: int, code: str, message: str) -> Answer:
    """An error as the API words it."""
    return status, {"error": {"code": code, "type": "invalid_request_error", "message": message, "param": None}}


def embeddings(body: dict[str, Any]) -> Answer:
    """A vector for each input, fixed by its content; not of unit length, and in the reverse order."""

    def vector(content: Any) -> list[float]:
        stream = hashlib.shake_256(json.dumps(content).encode()).digest(body["dimensions"])
        return [3.0 * (byte - 127.5) for byte in stream]

    rows = [{"index": index, "embedding": vector(content)} for index, content in enumerate(body["input"])]
    return 200, {"data": rows[::-1]}


def judged(body: dict[str, Any]) -> Answer:
    """A judge that always says the same, and of two pictures prefers neither."""
    asked = body["response_format"]["json_schema"]["schema"]["properties"]
    said = json.dumps(
        {"reason": "The horizon leans.", **({"preferred": "tie"} if "preferred" in asked else {"score": 81})}
    )
    return 200, {"choices": [{"message": {"content": said, "refusal": None}, "finish_reason": "stop"}]}


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """The base URL of a server that answers by the script."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            self._reply(json.loads(data) if self.headers["Content-Type"] == "application/json" else data)

        def _reply(self, body: Any) -> None:
            authorised = self.headers["Authorization"] == "Bearer sk-a-key-for-the-tests"
            status, answer = script.answer(self.path, body) if authorised else error(401, "invalid_api_key", "who?")
            sent = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
