"""Letters that go out, come back and are tried again."""

import base64
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from shadow.cutover import Move
from shadow.hooks import Courier, Outbox, Target
from shadow.hooks.courier import PAUSES, undelivered
from shadow.hooks.signing import headers

SECRET = "whsec_" + base64.b64encode(b"a secret of 24 bytes....").decode()

NAME, UNSET = "HOOK", "NOT_SET"
"""Of the environment variable that holds it, and of one that does not."""


def move(event_id: str = "e1", verb: str = "advance") -> Move:
    """A line of the trail."""
    return Move(
        event_id=event_id,
        migration="pro",
        at=1_780_000_000.0,
        actor="ada",
        verb=verb,
        from_percent=1.0,
        to_percent=5.0,
        reason="GO",
        verdict_id="v1",
        evidence='{"decision": "GO"}',
    )


class Receiver(HTTPServer):
    """A web server that remembers what it was sent and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []


class Answers(BaseHTTPRequestHandler):
    """One request."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
        del format, args


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A web server on loopback."""
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Clock:
    """Unix time that the test sets."""

    now = 1_780_000_100.0

    def __call__(self) -> float:
        return self.now


def courier(home: Path, clock: Clock, environment: dict[str, str] | None = None, **target: object) -> Courier:
    """A courier of this home."""
    outbox = Outbox(home)
    made = Target(**target)  # type: ignore[arg-type]
    outbox.put([move()], made.ways)
    return Courier(outbox, made, environment=environment or {}, clock=clock)


def test_a_webhook_is_signed_over_its_body(tmp_path: Path, receiver: Receiver) -> None:
    """Id, time and signature as the standard says; sent once, however often somebody delivers."""
    clock = Clock()
    sent = courier(tmp_path, clock, {"HOOK": SECRET}, url=f"http://127.0.0.1:{receiver.server_port}", secret_env=NAME)
    assert (sent.deliver(), sent.deliver()) == (1, 0)
    ((given, body),) = receiver.got
    signed = headers(SECRET, event_id="e1", at=int(clock.now), body=body)
    assert {name: given[name] for name in signed} == signed
    event = json.loads(body)
    assert (event["type"], event["timestamp"]) == ("cutover.advance", "2026-05-28T20:26:40Z")
    assert event["data"]["evidence"] == {"decision": "GO"}
    assert event["data"]["to_percent"] == 5.0


def test_what_fails_is_tried_again_after_a_growing_pause(tmp_path: Path, receiver: Receiver) -> None:
    """Not before; the body and the id stay the same, and at last it is given up and counted."""
    clock = Clock()
    receiver.answers = [500, 503]
    sent = courier(
        tmp_path,
        clock,
        {"HOOK": SECRET},
        url=f"http://127.0.0.1:{receiver.server_port}",
        secret_env=NAME,
        attempts=3,
    )
    assert (sent.deliver(), sent.due()) == (0, False)
    clock.now += PAUSES[0]
    assert (sent.due(), sent.deliver()) == (True, 0)
    clock.now += PAUSES[0]
    assert sent.deliver() == 0
    clock.now += PAUSES[1]
    assert sent.deliver() == 1
    assert len({body for _, body in receiver.got}) == 1
    receiver.answers = [400] * 9
    outbox = Outbox(tmp_path)
    outbox.put([move("e2")], ("url",))
    for pause in PAUSES[:5]:
        sent.deliver()
        clock.now += pause
    (letter,) = outbox.letters()
    assert (letter.attempts, letter.trouble, undelivered([letter])) == (3, "url: answered 400", 1)


def test_a_command_gets_the_event_on_its_standard_input(tmp_path: Path) -> None:
    """And is told once, though another way still waits."""
    write = f"import sys, pathlib; pathlib.Path({str(tmp_path / 'got')!r}).open('a').write(sys.stdin.read())"
    clock = Clock()
    sent = courier(tmp_path, clock, command=(sys.executable, "-c", write), url="http://127.0.0.1:9", secret_env=UNSET)
    assert sent.deliver() == 0
    (letter,) = Outbox(tmp_path).letters()
    assert letter.left == ("url",)
    assert "NOT_SET with the signing secret is not set" in letter.trouble
    clock.now += PAUSES[0]
    sent.deliver()
    assert json.loads((tmp_path / "got").read_text())["data"]["reason"] == "GO"


@pytest.mark.parametrize(
    ("command", "trouble"),
    [
        ((sys.executable, "-c", "import sys; sys.exit(3)"), "ended with 3"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), "took longer than 0.2 s"),
        (("no-such-program",), "No such file"),
    ],
    ids=["fails", "hangs", "missing"],
)
def test_a_command_that_fails_is_named(tmp_path: Path, command: tuple[str, ...], trouble: str) -> None:
    """In a word for whoever looks."""
    courier(tmp_path, Clock(), command=command, timeout_seconds=0.2).deliver()
    (letter,) = Outbox(tmp_path).letters()
    assert trouble in letter.trouble


def test_nothing_holds_the_secret(tmp_path: Path) -> None:
    """Neither the files nor the words of a failure."""
    sent = courier(tmp_path, Clock(), {"HOOK": SECRET}, url="http://127.0.0.1:9/x", secret_env=NAME)
    sent.deliver()
    text = "".join(path.read_text() for path in (tmp_path / "hooks").iterdir())
    assert SECRET.removeprefix("whsec_") not in text
    (letter,) = Outbox(tmp_path).letters()
    assert letter.trouble == "url: ConnectError"


def test_a_line_is_told_once_however_often_it_is_carried(tmp_path: Path) -> None:
    """A crash between the outbox and the ledger carries it again; whoever was told is not told twice."""
    outbox = Outbox(tmp_path)
    outbox.put([move()], ("command",))
    outbox.put([move()], ("command",))
    assert len(list(outbox.letters())) == 1
    courier(tmp_path, Clock(), command=(sys.executable, "-c", "")).deliver()
    outbox.put([move()], ("command",))
    assert list(outbox.letters()) == []


def test_what_was_sent_is_forgotten_in_the_end(tmp_path: Path) -> None:
    """The folder does not grow for ever."""
    sent = courier(tmp_path, Clock(), command=(sys.executable, "-c", ""))
    sent.deliver()
    outbox = Outbox(tmp_path)
    outbox.forget(1e12)
    assert list(outbox.folder.iterdir()) == []
