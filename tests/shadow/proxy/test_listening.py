"""The proxy as a process: how it ends, what is left of what it saw, and what no trouble of ours may do to a call."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from canned import CANDIDATE, INCUMBENT, painted, picture_answer
from proxied import GENERATE, Scene, Upstream, answering, http, post, whole_message
from verbs import Desk

from shadow.capture import watch_unclean_ends
from shadow.spool import SPOOLS
from shadow.store.images import Images

ASKED = json.dumps({"contents": [{"role": "user", "parts": [{"text": "a fox"}]}]}).encode()
OK = http(json.dumps(picture_answer(painted())).encode())
CONFIG = f"""\
[migration.pro]
incumbent = "{INCUMBENT}"
candidate = "{CANDIDATE}"
"""
KEY = "-".join(("AIzaSy", "made", "up", "for", "this", "test"))


class Process:
    """`shadow proxy` as a user starts it."""

    def __init__(self, folder: Path, upstream: str, *more: str, config: str = CONFIG) -> None:
        (folder / "config.toml").write_text(config)
        self.home = folder / ".shadow"
        self.said: list[str] = []
        self.running = Desk(folder=folder).start("proxy", "--listen", "127.0.0.1:0", "--upstream", upstream, *more)
        assert self.running.stdout is not None
        found = None
        while found is None:
            self.said.append(self.running.stdout.readline())
            assert self.said[-1], self.said
            found = re.search(r"http://127\.0\.0\.1:(\d+) to", self.said[-1])
        announced = self.said.pop()
        assert announced.startswith("Passing on from ")
        self.port = int(found[1])
        threading.Thread(target=lambda: self.said.extend(self.running.stdout or ()), daemon=True).start()

    def ask(self, request: bytes) -> bytes:
        """The answer to a request; what came of it where the line broke."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(request)
            return whole_message(line)

    def end(self, number: int) -> int:
        """Send a signal and wait."""
        self.running.send_signal(number)
        return self.running.wait(20)

    def captures(self) -> list[Any]:
        """Everything in the spool."""
        spool = self.spool()
        found = [lease.capture for lease in spool.lease(limit=1000, seconds=60)]
        spool.close()
        return found

    def losses(self) -> dict[str, int]:
        """What was counted, after somebody looked for unclean ends."""
        spool = self.spool()
        watch_unclean_ends(self.home, spool.lose, seconds=60).close(0.0)
        deadline = time.monotonic() + 10
        while any((self.home / "live").glob("*.process")) and time.monotonic() < deadline:
            time.sleep(0.01)
        found: dict[str, int] = {}
        for loss in spool.losses():
            found[loss.reason] = found.get(loss.reason, 0) + loss.count
        spool.close()
        return found

    def spool(self) -> Any:
        return SPOOLS["sqlite"](self.home, Images(self.home / "images").read)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts proxies that end with the test."""
    made: list[Process] = []

    def start(upstream: str, *more: str, **settings: str) -> Process:
        made.append(Process(tmp_path, upstream, *more, **settings))
        return made[-1]

    yield start
    for process in made:
        if process.running.poll() is None:
            process.running.kill()
        process.running.wait()
        if process.running.stdout is not None:
            process.running.stdout.close()


@pytest.fixture
def slow() -> Iterator[Upstream]:
    """An upstream that takes a third of a second."""

    def script(line: socket.socket, request: bytes) -> None:
        del request
        time.sleep(0.3)
        line.sendall(OK)

    upstream = Upstream(script)
    yield upstream
    upstream.close()


def many(process: Process, count: int) -> tuple[list[bytes], list[threading.Thread]]:
    """So many calls at once, and what came of each."""
    answers: list[bytes] = []

    def ask() -> None:
        try:
            answers.append(process.ask(post(GENERATE, ASKED)))
        except OSError:
            answers.append(b"")

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    return answers, threads


def test_sigterm_lets_calls_end_and_loses_nothing(started: Any, slow: Upstream) -> None:
    """Calls under way are answered whole, new ones find nobody, everything answered is in the spool, exit code 0."""
    process = started(slow.url)
    answers, threads = many(process, 8)
    deadline = time.monotonic() + 10
    while slow.begun < 8 and time.monotonic() < deadline:
        time.sleep(0.005)
    assert process.end(signal.SIGTERM) == 0
    for thread in threads:
        thread.join()
    assert answers == [OK] * 8
    assert len(process.captures()) == 8
    assert process.losses() == {}
    with pytest.raises(OSError, match="refused"):
        process.ask(post(GENERATE, ASKED))


def test_kill_loses_no_call_without_a_count(started: Any, slow: Upstream) -> None:
    """Every answered call has exactly one capture or is in a count, whenever the kill came."""
    process = started(slow.url)
    process.ask(post(GENERATE, ASKED))
    answers, threads = many(process, 10)
    while len(answers) < 3:
        time.sleep(0.002)
    assert process.end(signal.SIGKILL) == -signal.SIGKILL
    for thread in threads:
        thread.join()
    captures = process.captures()
    answered = 1 + sum(answer == OK for answer in answers)
    assert len({capture.capture_id for capture in captures}) == len(captures) <= 11
    assert answered <= len(captures) + process.losses().get("unknown loss", 0)


def test_neither_log_nor_files_know_a_key(started: Any) -> None:
    """In a header, a query, a body that breaks the rules, an upstream's error: nowhere on our side."""
    error = json.dumps({"error": {"code": 400, "message": f"bad {KEY}", "status": "INVALID_ARGUMENT"}}).encode()
    upstream = Upstream(answering(http(error, status="400 Bad Request")))
    process = started(upstream.url)
    process.ask(post(f"{GENERATE}?key={KEY}", ASKED, f"x-goog-api-key: {KEY}", f"X-Shadow-Key: {KEY}"))
    process.ask(f"GET /x HTTP/1.1\r\nx-goog-api-key: {KEY}\x01\r\n\r\n".encode())
    process.ask(f"GET /v1/models?key={KEY}&x#{KEY} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    page = urllib.request.urlopen(f"http://127.0.0.1:{process.port}/-/metrics").read().decode()
    assert process.end(signal.SIGTERM) == 0
    upstream.close()
    written = b"".join(path.read_bytes() for path in process.home.rglob("*") if path.is_file())
    assert KEY.encode() not in written
    assert KEY not in "".join(process.said) + page
    lines = [json.loads(line) for line in process.said]
    assert {line["route"] for line in lines if line["message"] == "request"} == {"generate", "other"}


def held(home: Path) -> sqlite3.Connection:
    """Somebody who has the spool's write lock and does not let go."""
    connection = sqlite3.connect(home / "spool.sqlite", isolation_level=None)
    connection.execute("begin immediate")
    return connection


def test_a_locked_spool_holds_up_nobody(started: Any) -> None:
    """Answers come as ever, the pages too; what waits is in the spool once the lock is gone."""
    upstream = Upstream(answering(OK))
    process = started(upstream.url)
    process.ask(post(GENERATE, ASKED))
    deadline = time.monotonic() + 10
    while not (process.home / "spool.sqlite").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    lock = held(process.home)
    began = time.monotonic()
    assert [process.ask(post(GENERATE, ASKED)) for _ in range(20)] == [OK] * 20
    assert urllib.request.urlopen(f"http://127.0.0.1:{process.port}/-/metrics").status == 200
    assert time.monotonic() - began < 5
    lock.close()
    assert process.end(signal.SIGTERM) == 0
    upstream.close()
    assert len(process.captures()) == 21


@pytest.mark.parametrize("broken", ["a file in its place", "a spool that is none"])
def test_a_home_that_cannot_be_used_costs_a_count(started: Any, tmp_path: Path, broken: str) -> None:
    """The calls are answered; the end says what could not be kept."""
    upstream = Upstream(answering(OK))
    if broken == "a file in its place":
        (tmp_path / ".shadow").write_text("a file")
    else:
        (tmp_path / ".shadow").mkdir()
        (tmp_path / ".shadow" / "spool.sqlite").write_bytes(b"nothing" * 1000)
    process = started(upstream.url)
    assert process.ask(post(GENERATE, ASKED)) == OK
    process.running.send_signal(signal.SIGTERM)
    assert process.running.wait(30) == 0
    upstream.close()
    assert any(json.loads(line)["level"] == "warning" for line in process.said)


def test_a_place_that_is_taken_is_named(tmp_path: Path) -> None:
    """One sentence, exit code 2."""
    (tmp_path / "config.toml").write_text(CONFIG)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = Desk(folder=tmp_path).shadow("proxy", "--listen", f"127.0.0.1:{port}")
    assert said.code == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in said.err


def test_an_open_address_without_a_token_is_refused(tmp_path: Path) -> None:
    """Before it listens, with the two ways out."""
    (tmp_path / "config.toml").write_text(CONFIG)
    said = Desk(folder=tmp_path).shadow("proxy", "--listen", "0.0.0.0:0")
    assert (said.code, "--open" in said.err) == (2, True)


def test_what_a_live_process_imports_is_not_more_than_before() -> None:
    """Neither `import shadow` nor wrapping brings the proxy's libraries."""
    script = "import shadow, shadow.live, sys; print([n for n in ('aiohttp', 'msgspec', 'uvloop') if n in sys.modules])"
    done = subprocess.run([os.sys.executable, "-c", script], capture_output=True, text=True, check=True)  # type: ignore[attr-defined]
    assert done.stdout.strip() == "[]"


def test_the_pages_say_how_it_stands(proxied: Any) -> None:
    """Health, readiness, and the metrics that the page of the proxy names."""
    scene: Scene = proxied(answering(OK))
    scene.ask(post(GENERATE, ASKED))
    scene.captures()
    assert scene.ask(b"GET /-/health HTTP/1.1\r\nHost: h\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    assert scene.ask(b"GET /-/ready HTTP/1.1\r\nHost: h\r\n\r\n").endswith(b'{"status": "ready"}')
    assert scene.ask(b"GET /-/nothing HTTP/1.1\r\nHost: h\r\n\r\n").startswith(b"HTTP/1.1 404 ")
    page = scene.ask(b"GET /-/metrics HTTP/1.1\r\nHost: h\r\n\r\n").decode()
    assert 'shadow_proxy_requests_total{arm="incumbent",outcome="200",route="generate"} 1.0' in page
    assert "shadow_proxy_captures_total 1.0" in page
    assert 'shadow_proxy_spool_depth{migration="pro",state="leased"} 1.0' in page
    assert 'shadow_proxy_candidate_percent{migration="pro"} 0.0' in page
    named = re.findall(r"`(shadow_proxy_\w+)", (Path(__file__).parents[3] / "docs" / "proxy.md").read_text())
    assert [name for name in named if name not in page and name != "shadow_proxy_drops_total"] == []
    assert "shadow_proxy_drops" in page
    assert scene.upstream.requests[1:] == []  # type: ignore[attr-defined]
