"""Under gunicorn itself, with the application loaded before the fork and after it."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from canned import CANDIDATE, INCUMBENT

from shadow.spool import SPOOLS
from shadow.store.images import Images

pytest.importorskip("gunicorn", reason="gunicorn is not installed")

SUPPORT = Path(__file__).parents[2] / "support"
APPLICATION = f"""
import shadow
from live_ways import client_on
client = shadow.wrap(client_on())

def application(environ, start_response):
    client.models.generate_content(model="{INCUMBENT}", contents=environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(__import__("os").getpid()).encode()]
"""
CONFIG = f"""
[migration.pro]
incumbent = "{INCUMBENT}"
candidate = "{CANDIDATE}"
"""


@pytest.mark.parametrize("preload", [True, False], ids=["preload", "after the fork"])
def test_every_request_is_captured_once_and_a_stop_drains(tmp_path: Path, preload: bool) -> None:
    """Two workers, twenty requests, SIGTERM to the master: twenty captures."""
    (tmp_path / "application.py").write_text(APPLICATION)
    (tmp_path / "config.toml").write_text(CONFIG)
    path = os.pathsep.join([str(tmp_path), str(SUPPORT), str(Path(__file__).parents[3])])
    environment = os.environ | {"PYTHONPATH": path, "SHADOW_CONFIG": str(tmp_path / "config.toml")}
    options = ["--workers", "2", "--bind", "127.0.0.1:0", *(["--preload"] if preload else [])]
    command = [sys.executable, "-m", "gunicorn", "application", *options]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = next(line for line in server.stderr if "Listening at" in line)
        url = line[line.index("http://") :].split()[0]
        pids = {_get(f"{url}/brief/{number}") for number in range(20)}
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    assert 1 <= len(pids) <= 2
    home = tmp_path / ".shadow"
    spool = SPOOLS["sqlite"](home, Images(home / "images").read)
    words = sorted(lease.capture.brief.prompt for lease in spool.lease(limit=100, seconds=60))
    assert words == sorted(f"/brief/{number}" for number in range(20))
    assert spool.losses() == []
    spool.close()


def _get(url: str) -> bytes:
    """The answer, as soon as somebody answers."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
                body: bytes = answer.read()
                return body
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
