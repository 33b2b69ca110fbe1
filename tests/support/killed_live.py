"""A live process that is killed again and again: `python killed_live.py FOLDER KILLS SEED`.

Forks a process that wraps a client and calls it, kills it with signal 9 after a moment chosen by the seed, and starts
the next. Every call writes a line when it has come back. Prints what the test asserts about, as JSON.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import httpx2
from canned import CANDIDATE, INCUMBENT
from live_ways import by_model, client_on, one_certificate

import shadow
from shadow.capture import watch_unclean_ends
from shadow.spool import SPOOLS
from shadow.store.images import Images

CALL_SECONDS = 0.03
CONFIG = f"""\
[migration.pro]
incumbent = "{INCUMBENT}"
candidate = "{CANDIDATE}"
"""


def slow(model: str, body: object) -> httpx2.Response:
    """An answer that takes longer than the drain thread sleeps."""
    time.sleep(CALL_SECONDS)
    return by_model(model, {"of": body})


def live(bare: object, config: Path, number: int, log: int) -> None:
    """What the child does: call until it is killed."""
    client = shadow.wrap(bare, config=config)
    call = 0
    while True:
        words = f"process {number} call {call}"
        client.models.generate_content(model=INCUMBENT, contents=words)
        os.write(log, f"{words}\n".encode())
        call += 1


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill live processes, then look at what they left."""
    dice = random.Random(seed)  # noqa: S311 - chooses moments, keeps no secret
    (folder / "config.toml").write_text(CONFIG)
    os.environ["SSL_CERT_FILE"] = str(one_certificate(folder))
    answered = folder / "answered.log"
    log = os.open(answered, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    bare = client_on(slow)
    for number in range(kills):
        pid = os.fork()
        if pid == 0:
            live(bare, folder / "config.toml", number, log)
        before = os.fstat(log).st_size
        while os.fstat(log).st_size == before:
            time.sleep(0.002)
        time.sleep(dice.uniform(0.0, 3 * CALL_SECONDS))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    home = folder / ".shadow"
    images = Images(home / "images")
    spool = SPOOLS["sqlite"](home, images.read)
    watch_unclean_ends(home, spool.lose, seconds=60)
    deadline = time.monotonic() + 30
    while any((home / "live").glob("*.process")) and time.monotonic() < deadline:
        time.sleep(0.02)
    captures = [lease.capture for lease in spool.lease(limit=100_000, seconds=600)]  # reads and checks every picture
    found = {
        "answered": answered.read_text().splitlines(),
        "captured": [capture.brief.prompt for capture in captures],
        "ids": [capture.capture_id for capture in captures],
        "pictures": sum(capture.outcome.image is not None for capture in captures),
        "lost": [(loss.reason, loss.count) for loss in spool.losses()],
    }
    json.dump(found, sys.stdout)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
