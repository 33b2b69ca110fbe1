"""Bytes there and bytes back: what goes through the proxy, what it takes away, and what it does when a side fails."""

import gzip
import re
import socket
import threading

import pytest
from canned import INCUMBENT, painted
from live_ways import frames_of
from proxied import GENERATE, STREAM, answering, http, post, whole_message
from raw_http import ASKED, OK, PICTURE, Proxied, after_head, lines_of

from shadow.pair import OutcomeKind


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
