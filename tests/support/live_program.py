"""A script in a process of its own, with a wrapped client, for the tests of whole live processes."""

import os
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

from canned import CANDIDATE, INCUMBENT
from warm_python import SCRIPT_ENDS

from shadow.capture import watch_unclean_ends
from shadow.spool import SPOOLS
from shadow.store.images import Images

CONFIG = f"""\
[migration.pro]
incumbent = "{INCUMBENT}"
candidate = "{CANDIDATE}"
"""
FIRST = """
import os, signal, sys, threading, time
import shadow
from canned import INCUMBENT
from live_ways import client_on
CONFIG = {config!r}
out = os.open({said!r}, os.O_WRONLY)
def say(word):
    os.write(out, word.encode())
"""
WRAP = """
client = shadow.wrap(client_on(), config=CONFIG)
def ask(words):
    client.models.generate_content(model=INCUMBENT, contents=words)
"""


class Program:
    """One running script, and what it says."""

    def __init__(self, python: subprocess.Popen[str], home: Path, script: str, before: str = "") -> None:
        """`before` runs before the client is wrapped."""
        self.home = home / ".shadow"
        self._python = python
        config, said = home / "config.toml", home / "said"
        config.write_text(CONFIG)
        os.mkfifo(said)
        self._out = os.open(said, os.O_RDWR)
        first = FIRST.format(config=str(config), said=str(said))
        self._write("\n".join([first, before, WRAP, script, SCRIPT_ENDS, ""]))
        self.pid = int(self._read())

    def hear(self, word: str) -> None:
        """Wait until the script says this word."""
        heard = b""
        while word.encode() not in heard:
            heard += os.read(self._out, 100)

    def kill(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def end(self) -> int:
        """The exit code; a negative one is the signal that ended it."""
        self._write(f"wait {self.pid}\n")
        return int(self._read())

    def captures(self) -> list[Any]:
        """Everything in the spool."""
        spool = self._spool()
        captures = [lease.capture for lease in spool.lease(limit=1000, seconds=60)]
        spool.close()
        return captures

    def losses(self) -> Counter[str]:
        """What was lost, by reason, after somebody has looked for unclean ends."""
        spool = self._spool()
        watch_unclean_ends(self.home, spool.lose, seconds=60).close(0.0)
        deadline = time.monotonic() + 10
        while any((self.home / "live").glob("*.process")) and time.monotonic() < deadline:
            time.sleep(0.005)
        counted: Counter[str] = Counter()
        for loss in spool.losses():
            counted[loss.reason] += loss.count
        spool.close()
        return counted

    def _spool(self) -> Any:
        return SPOOLS["sqlite"](self.home, Images(self.home / "images").read)

    def _write(self, text: str) -> None:
        assert self._python.stdin is not None
        self._python.stdin.write(text)
        self._python.stdin.flush()

    def _read(self) -> str:
        assert self._python.stdout is not None
        return self._python.stdout.readline()
