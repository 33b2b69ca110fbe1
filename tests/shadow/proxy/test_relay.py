"""Bytes there and bytes back: what goes through the proxy, what it takes away, and what it does when a side fails."""

import gzip
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from canned import INCUMBENT, painted, picture_answer
from live_ways import frames_of
from proxied import GENERATE, STREAM, Scene, answering, http, post, whole_message

from shadow.pair import OutcomeKind

Proxied = Callable[..., Any]
ASKED = json.dumps({"contents": [{"role": "user", "parts": [{"text": "a fox"}]}]}).encode()
PICTURE = json.dumps(picture_answer(painted())).encode()
OK = http(PICTURE)


def after_head(message: bytes) -> bytes:
    """The body of a message."""
    return message.partition(b"\r\n\r\n")[2]


def lines_of(message: bytes) -> list[bytes]:
    """The header lines of a message, without the first line."""
    return message.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]


def test_an_answer_comes_back_byte_for_byte(proxied: Proxied) -> None:
    """Status, reason, names, their case and order, values, doubles, the body: all as the upstream sent them."""
    said = http(
        b"\x00\xff\r\nbody", status="299 Very Fine", headers=["X-b: 2", "x-A: 1", "Set-Cookie: a=1", "Set-Cookie: b=2"]
    )
    scene = proxied(answering(said))
    assert scene.ask(b"GET /v1/models HTTP/1.1\r\nHost: here\r\n\r\n") == said


def test_a_request_goes_on_byte_for_byte(proxied: Proxied) -> None:
    """All but its host and what is of one hop; the path as it was typed, escapes and dots and all."""
    scene = proxied(answering(OK))
    path = "/v1/..//models/%2e%41b%2F?q=a%20b+c&&key=K;x"
    asked = post(path, b"\x00\x01binary", "X-One: 1", "x-TWO:   spaced  out  ", "Accept-Encoding: br", "Cookie: c=d")
    scene.ask(asked)
    got = scene.upstream.requests[0]
    assert got.split(b"\r\n")[0] == f"POST {path} HTTP/1.1".encode()
    assert after_head(got) == b"\x00\x01binary"
    host = scene.upstream.url.removeprefix("http://").encode()
    assert lines_of(got) == [
        b"Host: " + host,
        b"x-goog-api-key: SECRET",
        b"X-One: 1",
        b"x-TWO: spaced  out",
        b"Accept-Encoding: br",
        b"Cookie: c=d",
        b"Content-Length: 8",
    ]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"])
def test_every_method_goes_on(proxied: Proxied, method: str) -> None:
    """Known or not."""
    scene = proxied(answering(OK))
    assert scene.ask(f"{method} /v1/files/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab".encode()) == OK
    assert scene.upstream.requests[0].startswith(f"{method} /v1/files/x ".encode())
    assert after_head(scene.upstream.requests[0]) == b"ab"


def test_head_has_a_length_and_no_body(proxied: Proxied) -> None:
    """The length of what a GET would get."""
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: x\r\n\r\n"
    scene = proxied(answering(said))
    line = scene.line()
    line.sendall(b"HEAD /v1/files/x HTTP/1.1\r\nHost: h\r\n\r\n")
    assert line.recv(65536) == said


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_has_none(proxied: Proxied, status: str) -> None:
    """And no length is made up."""
    said = f"HTTP/1.1 {status}\r\nX-A: b\r\n\r\n".encode()
    assert proxied(answering(said)).ask(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n") == said


def test_headers_of_one_hop_stay_there(proxied: Proxied) -> None:
    """RFC 9110, 7.6.1: the fixed ones and what Connection names, both ways; ours never go on."""
    said = http(b"{}", headers=["Connection: close, X-Hop", "X-Hop: 1", "Keep-Alive: timeout=5", "X-End: 2"])
    scene = proxied(answering(said))
    hop = ["Connection: keep-alive, X-Mine", "X-Mine: 1", "TE: trailers", "Proxy-Authorization: x", "X-Shadow-Key: u"]
    answer = scene.ask(post(GENERATE, b"{}", *hop, "X-Kept: 3"))
    names = {line.split(b":")[0].lower() for line in lines_of(scene.upstream.requests[0])}
    assert names == {b"host", b"x-goog-api-key", b"x-kept", b"content-length"}
    assert lines_of(answer) == [b"X-End: 2", b"Content-Length: 2"]


def test_a_compressed_answer_stays_compressed(proxied: Proxied) -> None:
    """Byte for byte to the caller, and read all the same."""
    packed = gzip.compress(PICTURE)
    said = http(packed, headers=["Content-Encoding: gzip", "Content-Type: application/json"])
    scene = proxied(answering(said))
    assert scene.ask(post(GENERATE, ASKED)) == said
    assert scene.captures()[0].outcome.image.data == painted()


def test_a_compressed_request_stays_compressed(proxied: Proxied) -> None:
    """Byte for byte to the upstream, and read all the same."""
    packed = gzip.compress(ASKED)
    scene = proxied(answering(OK))
    scene.ask(post(GENERATE, packed, "Content-Encoding: gzip"))
    assert after_head(scene.upstream.requests[0]) == packed
    assert scene.captures()[0].brief.prompt == "a fox"


def test_a_body_in_chunks_goes_on_in_chunks(proxied: Proxied) -> None:
    """Whatever their sizes and extensions, the bytes are the same and the framing is our own."""
    odd = b"".join(b'%x;ext="1"\r\n%b\r\n' % (1, bytes([byte])) for byte in ASKED) + b"0\r\nX-Trailer: 1\r\n\r\n"
    head = f"POST {GENERATE} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    scene = proxied(answering(OK))
    assert scene.ask(head + odd) == OK
    body = after_head(scene.upstream.requests[0])
    assert b"".join(re.findall(rb"[0-9a-f]+\r\n(.*?)\r\n", body, re.DOTALL)) == ASKED
    assert scene.captures()[0].brief.prompt == "a fox"


def test_an_answer_in_chunks_comes_in_chunks(proxied: Proxied) -> None:
    """One byte at a time, with extensions."""
    said = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    odd = b"".join(b"1;a=b\r\n%b\r\n" % bytes([byte]) for byte in PICTURE) + b"0\r\n\r\n"
    scene = proxied(answering(said + odd))
    answer = scene.ask(post(GENERATE, ASKED))
    assert b"Transfer-Encoding: chunked" in lines_of(answer)
    assert b"".join(re.findall(rb"[0-9a-f]+\r\n(.*?)\r\n", after_head(answer), re.DOTALL)) == PICTURE
    assert scene.captures()[0].outcome.image.data == painted()


def test_an_answer_that_ends_with_its_connection(proxied: Proxied) -> None:
    """HTTP/1.0 upstreams and others say no length."""
    said = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PICTURE
    scene = proxied(answering(said, close=True))
    assert PICTURE in scene.ask(post(GENERATE, ASKED))
    assert scene.captures()[0].outcome.kind is OutcomeKind.IMAGE


def test_events_come_as_they_come(proxied: Proxied) -> None:
    """The first one is there while the upstream still holds the second back."""
    go_on = threading.Event()
    first, second = frames_of(INCUMBENT).split(b"\r\n\r\n")[0] + b"\r\n\r\n", b""
    second = frames_of(INCUMBENT)[len(first) :]

    def script(line: socket.socket, request: bytes) -> None:
        del request
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.sendall(b"%x\r\n%b\r\n" % (len(first), first))
        go_on.wait(5)
        line.sendall(b"%x\r\n%b\r\n0\r\n\r\n" % (len(second), second))

    scene = proxied(script)
    line = scene.line()
    line.sendall(post(STREAM, ASKED))
    got = b""
    while first not in got:
        got += line.recv(65536)
    assert not go_on.is_set()
    go_on.set()
    while not got.endswith(b"0\r\n\r\n"):
        got += line.recv(65536)
    assert second in got
    assert scene.captures()[0].outcome.kind is OutcomeKind.IMAGE


def test_a_large_body_goes_through_while_it_comes(proxied: Proxied) -> None:
    """The upstream has its first bytes while the caller still sends; nothing waits for the whole."""
    scene = proxied(answering(OK))
    upstream = scene.upstream
    line = scene.line()
    half = b"x" * 1_000_000
    line.sendall(
        f"POST /upload/v1/files HTTP/1.1\r\nHost: h\r\nContent-Length: {2 * len(half)}\r\n\r\n".encode() + half
    )
    scene.until(lambda: upstream.begun > 0)
    line.sendall(half)
    assert whole_message(line) == OK
    assert len(after_head(upstream.requests[0])) == 2 * len(half)


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


SMUGGLED = [
    b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    b"Content-Length: +4\r\n\r\nabcd",
    b"Content-Length: 4, 4\r\n\r\nabcd",
    b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    b"X: 1\r\n Transfer-Encoding: chunked\r\n\r\n",
    b"X: a\x00b\r\nContent-Length: 0\r\n\r\n",
    b"X: a\rb\r\nContent-Length: 0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcdeX\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n",
]


@pytest.mark.parametrize("trick", SMUGGLED, ids=range(len(SMUGGLED)))
def test_nothing_is_smuggled(proxied: Proxied, trick: bytes) -> None:
    """Whoever disagrees about where a message ends is refused; the upstream never meets a second request."""
    scene = proxied(answering(OK))
    line = scene.line()
    line.sendall(f"POST {GENERATE} HTTP/1.1\r\nHost: h\r\n".encode() + trick)
    line.shutdown(socket.SHUT_WR)
    got = closed(line)
    assert got == b"" or got.split(b" ")[1] == b"400"
    assert not any(b"/evil" in request for request in scene.upstream.requests)
    assert all(b"abcdeX" not in request for request in scene.upstream.requests)


def test_pipelined_requests_are_answered_in_order(proxied: Proxied) -> None:
    """Each is one request of its own upstream."""

    def script(line: socket.socket, request: bytes) -> None:
        line.sendall(http(request.split(b" ")[1]))

    scene = proxied(script)
    line = scene.line()
    line.sendall(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
    got = b""
    while got.count(b"HTTP/1.1 200") < 2 or not got.endswith(b"/b"):
        got += line.recv(65536)
    assert got == http(b"/a") + http(b"/b")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (b"GET http://elsewhere.example/ HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n", b"400"),
        (b"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n", b"40"),
        (b"GET /x HTTP/1.1\r\nHost: h\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", b"400"),
        (b"GET /x HTTP/1.1\r\nHost: h\r\n" + b"X-Many: 1\r\n" * 5000 + b"\r\n", b"400"),
        (b"GET /x HTTP/1.1\r\nHost: h\r\nX-Bytes: \xff\xfe\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
    ids=["absolute", "connect", "long header", "long line", "many headers", "not UTF-8", "nonsense"],
)
def test_what_is_refused_is_refused_here(proxied: Proxied, request_: bytes, code: bytes) -> None:
    """And reaches no upstream."""
    scene = proxied(answering(OK))
    line = scene.line()
    line.sendall(request_)
    assert line.recv(65536).split(b" ")[1].startswith(code)
    assert scene.upstream.requests == []


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused(proxied: Proxied, chunked: bool) -> None:
    """413, from the length where it is said, else as soon as it shows; the next request is served."""
    scene = proxied(answering(OK), body_megabytes=0.1)
    size = 300_000
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (size, b"x" * size) if chunked else b"x" * size
    line = scene.line()
    line.sendall(f"POST {GENERATE} HTTP/1.1\r\nHost: h\r\n{framing}\r\n\r\n".encode() + body)
    assert line.recv(65536).startswith(b"HTTP/1.1 413 ")
    assert scene.ask(post(GENERATE, ASKED)) == OK


def test_a_connection_that_says_nothing_is_closed(proxied: Proxied) -> None:
    """Also one that says its first words one letter a minute."""
    scene = proxied(answering(OK), head_seconds=0.2)
    silent, slow = scene.line(), scene.line()
    slow.sendall(b"GET /x HTTP/1.1\r\nHos")
    assert closed(silent) == closed(slow) == b""


def test_a_caller_that_waits_to_be_asked_is_asked(proxied: Proxied) -> None:
    """`Expect: 100-continue` is answered here and does not go on."""
    scene = proxied(answering(OK))
    line = scene.line()
    head, _, body = post(GENERATE, ASKED, "Expect: 100-continue").partition(b"\r\n\r\n")
    line.sendall(head + b"\r\n\r\n")
    assert line.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.sendall(body)
    assert whole_message(line) == OK
    assert b"Expect" not in scene.upstream.requests[0]


def test_a_caller_of_the_old_protocol_is_served(proxied: Proxied) -> None:
    """HTTP/1.0: no chunks, the connection closes."""
    said = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    line = (scene := proxied(answering(said))).line()
    line.sendall(b"GET /x HTTP/1.0\r\n\r\n")
    assert closed(line).endswith(b"\r\n\r\nok")
    assert scene.upstream.requests[0].startswith(b"GET /x HTTP/1.1\r\n")


def closed(line: socket.socket) -> bytes:
    """Everything until the other side closes, or resets."""
    got = b""
    try:
        while more := line.recv(65536):
            got += more
    except ConnectionResetError:
        pass
    return got


def test_a_reset_of_the_caller_is_survived(proxied: Proxied) -> None:
    """A hundred callers that reset in the middle leave a proxy that serves."""
    scene: Scene = proxied(answering(http(b"x" * 500_000), pause=0.0))
    for _ in range(100):
        line = scene.line()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
        line.recv(10)
        line.close()
    assert after_head(scene.ask(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n")) == b"x" * 500_000
