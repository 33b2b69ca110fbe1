"""What breaks on either side of the relay, and what the other side sees of it."""

import json
import socket
import threading
import time

import pytest
from canned import INCUMBENT, painted
from live_ways import frames_of
from proxied import GENERATE, STREAM, answering, http, post, whole_message
from raw_http import ASKED, OK, Proxied, after_head, closed

from shadow.pair import OutcomeKind


def test_a_caller_that_reads_slowly_gets_everything(proxied: Proxied) -> None:
    """And the proxy holds no more of it than its buffers; the copy is bounded on its own."""
    body = bytes(range(256)) * 8_000
    scene = proxied(answering(http(body)))
    line = scene.line()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    line.sendall(b"GET /v1/files/x:download?alt=media HTTP/1.1\r\nHost: h\r\n\r\n")
    time.sleep(0.2)
    assert after_head(whole_message(line)) == body


def test_a_caller_that_goes_away_takes_the_upstream_with_it(proxied: Proxied) -> None:
    """Nobody pays for an answer that nobody takes; counted as abandoned."""
    asked = threading.Event()

    def script(line: socket.socket, request: bytes) -> None:
        del request
        asked.set()
        line.recv(1)  # until the proxy hangs up

    scene = proxied(script)
    line = scene.line()
    line.sendall(post(GENERATE, ASKED))
    assert asked.wait(5)
    line.close()
    assert scene.upstream.gone.wait(5)
    assert scene.losses() == {"abandoned by the caller": 1}


def test_a_caller_that_goes_away_after_the_picture_has_left_an_outcome(proxied: Proxied) -> None:
    """What came is the outcome where the picture is among it, as in the wrapper."""
    events = frames_of(INCUMBENT)
    to_picture = events[: events.rindex(b"data: ")]

    def script(line: socket.socket, request: bytes) -> None:
        del request
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.sendall(b"%x\r\n%b\r\n" % (len(to_picture), to_picture))
        line.recv(1)

    scene = proxied(script)
    line = scene.line()
    line.sendall(post(STREAM, ASKED))
    got = b""
    while to_picture not in got:
        got += line.recv(65536)
    line.close()
    assert scene.captures()[0].outcome.image.data == painted()


def test_an_upstream_that_hangs_up_without_a_word(proxied: Proxied) -> None:
    """The caller meets the same: no answer, the connection closed. An outcome of the line, never of the model."""

    def script(line: socket.socket, request: bytes) -> None:
        del request
        line.shutdown(socket.SHUT_RDWR)

    scene = proxied(script)
    line = scene.line()
    line.sendall(post(GENERATE, ASKED))
    assert closed(line) == b""
    outcome = scene.captures()[0].outcome
    assert (outcome.kind, outcome.label) == (OutcomeKind.INFRASTRUCTURE, "connection")


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ],
    ids=["length", "chunks"],
)
def test_half_an_answer_never_looks_whole(proxied: Proxied, said: bytes) -> None:
    """The connection to the caller breaks off as the upstream's did."""
    scene = proxied(answering(said, close=True))
    line = scene.line()
    line.sendall(post(GENERATE, ASKED))
    got = closed(line)
    assert b"half" in got or got == b""
    assert not got.endswith(b"0\r\n\r\n")
    assert scene.captures()[0].outcome.label == "connection"


def test_an_upstream_that_closes_its_side_only(proxied: Proxied) -> None:
    """Half-closed after a whole answer: the answer is whole, and the next request has a connection of its own."""

    def script(line: socket.socket, request: bytes) -> None:
        del request
        line.sendall(OK)
        line.shutdown(socket.SHUT_WR)

    scene = proxied(script)
    assert [scene.ask(post(GENERATE, ASKED)) for _ in range(3)] == [OK] * 3


def test_an_upstream_that_is_not_there(proxied: Proxied) -> None:
    """502 in the shape of the API's errors; there is no outcome of a request that never went out, but a count."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    scene = proxied(f"http://127.0.0.1:{port}")
    answer = scene.ask(post(GENERATE, ASKED))
    assert answer.startswith(b"HTTP/1.1 502 ")
    assert json.loads(after_head(answer))["error"]["status"] == "UNAVAILABLE"
    assert scene.losses() == {"request cut short": 1}


def test_an_upstream_that_never_answers(proxied: Proxied) -> None:
    """504 after the seconds of the settings, and a label that says so."""
    scene = proxied(answering(), idle_seconds=0.2)
    assert scene.ask(post(GENERATE, ASKED)).startswith(b"HTTP/1.1 504 ")
    assert scene.captures()[0].outcome.label == "timeout"


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-OpenSSH_9.9\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n"]
)
def test_an_upstream_that_speaks_something_else(proxied: Proxied, said: bytes) -> None:
    """502: what cannot be understood cannot be passed on."""
    scene = proxied(answering(said))
    assert scene.ask(post(GENERATE, ASKED)).startswith(b"HTTP/1.1 502 ")


@pytest.mark.parametrize("status", ["400 Bad Request", "429 Too Many Requests", "500 Oops", "503 Service Unavailable"])
def test_errors_of_the_upstream_come_back_as_they_are(proxied: Proxied, status: str) -> None:
    """Body, status, reason and Retry-After untouched; captured under the label that the wrapper gives them."""
    body = json.dumps({"error": {"code": int(status[:3]), "status": "SAID", "message": "key=AIzaSECRETSECRET no"}})
    said = http(body.encode(), status=status, headers=["Retry-After: 7"])
    scene = proxied(answering(said))
    assert scene.ask(post(GENERATE, ASKED)) == said
    outcome = scene.captures()[0].outcome
    assert outcome.label == f"{status[:3]} SAID"
    assert outcome.retry_after == 7.0
    assert "AIza" not in outcome.detail


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"nothing", b'{"contents": 7}', b'{"contents": [{"parts": 1}]}', b"\xff"]
)
def test_a_body_that_is_nonsense_goes_on_and_is_counted(proxied: Proxied, body: bytes) -> None:
    """The upstream's own words come back; the count says unreadable."""
    said = http(b'{"error": {"code": 400}}', status="400 Bad Request")
    scene = proxied(answering(said))
    assert scene.ask(post(GENERATE, body)) == said
    assert after_head(scene.upstream.requests[0]) == body
    assert scene.losses() == {"unreadable request": 1}


@pytest.mark.parametrize(
    "answer", [b"", b"{", b"words", b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": "%%"}}]}}]}']
)
def test_an_answer_that_is_nonsense_comes_back_and_is_the_model_s(proxied: Proxied, answer: bytes) -> None:
    """As where google-genai cannot read it: a failure of the model."""
    scene = proxied(answering(http(answer)))
    assert after_head(scene.ask(post(GENERATE, ASKED))) == answer
    assert scene.captures()[0].outcome.kind is OutcomeKind.FAILURE
