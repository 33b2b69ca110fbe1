"""A headless Chromium that a test can look through: the DevTools protocol over one socket, nothing more than is needed.

Protocol: https://chromedevtools.github.io/devtools-protocol/
"""

import contextlib
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
PATIENCE = 120.0


class Tab:
    """One page: what it said, what it asked for, and what can be asked of it."""

    def __init__(self, socket: ClientConnection, session: str, numbers: Iterator[int]) -> None:
        """Without a session it is the browser itself."""
        self._socket = socket
        self._session = session
        self._numbers = numbers
        self.messages: list[str] = []
        """Console lines, log entries and exceptions of the page."""
        self.requests: list[str] = []
        """Every address that was asked for."""
        self.loaded = False

    def ask(self, method: str, **parameters: Any) -> Any:
        """One command to its answer."""
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": parameters}
        asked |= {"sessionId": self._session} if self._session else {}
        self._socket.send(json.dumps(asked))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE))
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            self._note(answer)

    def value(self, script: str) -> Any:
        """What a script evaluates to in the page."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def visit(self, page: Path, *, width: int = 1280, dark: bool = False, medium: str = "screen") -> None:
        """Open a file and wait until everything of it is there."""
        self.messages.clear()
        self.requests.clear()
        self.loaded = False
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.ask("Emulation.setEmulatedMedia", media=medium, features=[scheme, still])
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Page.navigate", url=page.as_uri())
        until = time.monotonic() + PATIENCE
        while not self.loaded:
            assert time.monotonic() < until
            self._note(json.loads(self._socket.recv(timeout=PATIENCE)))

    def press(self, key: str) -> None:
        """One key, down and up."""
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key])

    def _note(self, event: dict[str, Any]) -> None:
        method, parameters = event.get("method", ""), event.get("params", {})
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.messages.append(json.dumps(parameters))


KEYS = {"ArrowRight": 39, "ArrowLeft": 37, "Tab": 9}


@contextlib.contextmanager
def browsing(profile: Path) -> Iterator[Tab]:
    """A browser of our own with one empty tab, for the length of the block."""
    log = profile.with_suffix(".log")
    with log.open("w") as errors:
        process = subprocess.Popen(
            [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"], stdout=errors, stderr=errors
        )
    try:
        with connect(_address(profile, process), max_size=None, proxy=None) as socket:
            numbers = itertools.count(1)
            root = Tab(socket, "", numbers)
            target = root.ask("Target.createTarget", url="about:blank")["targetId"]
            session = root.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            tab = Tab(socket, session, numbers)
            for domain in ("Page", "Runtime", "Log", "Network"):
                tab.ask(f"{domain}.enable")
            yield tab
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """Where the browser listens, as it writes it down itself."""
    told = profile / "DevToolsActivePort"
    until = time.monotonic() + PATIENCE
    while not told.exists() or "\n" not in told.read_text():
        assert process.poll() is None, "the browser ended before it listened"
        assert time.monotonic() < until
        time.sleep(0.05)
    port, path = told.read_text().split("\n")[:2]
    return f"ws://127.0.0.1:{port}{path}"
