"""What the proxy refuses before the upstream meets it, and oddities of the protocol."""

import socket
import struct

import pytest
from proxied import GENERATE, Scene, answering, http, post, whole_message
from raw_http import ASKED, OK, Proxied, after_head, closed

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
