"""A darkroom whose jobs do what a decoder must never do. Started as a process: `python darkroom_jobs.py`."""

import ctypes
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from shadow.gates.darkroom.inside import serve

Answer = tuple[Mapping[str, Any], bytes]


def spin(data: bytes, words: Mapping[str, Any]) -> Answer:
    """Never comes to an end."""
    while True:
        sum(data)


def sleep(data: bytes, words: Mapping[str, Any]) -> Answer:
    """Waits without using the processor."""
    time.sleep(600)
    return {}, b""


def crash(data: bytes, words: Mapping[str, Any]) -> Answer:
    """Reads where nothing is."""
    ctypes.string_at(0)
    return {}, b""


def die_once(data: bytes, words: Mapping[str, Any]) -> Answer:
    """Is killed by the system, the first time that the file named by `data` is not there."""
    marker = data.decode()
    if not os.path.exists(marker):  # noqa: PTH110
        with open(marker, "w"):  # noqa: PTH123
            os.kill(os.getpid(), 9)
    return {"lived": True}, b""


def devour(data: bytes, words: Mapping[str, Any]) -> Answer:
    """Takes more memory than it may."""
    return {"bytes": len(bytearray(words["memory"] + 1_000_000))}, b""


def reveal(data: bytes, words: Mapping[str, Any]) -> Answer:
    """Tells its environment, its number, and gives the data back."""
    return {"environment": dict(os.environ), "pid": os.getpid()}, data


JOBS = {"spin": spin, "sleep": sleep, "crash": crash, "die_once": die_once, "devour": devour, "reveal": reveal}

if __name__ == "__main__":
    serve(JOBS, sys.stdin.buffer, sys.stdout.buffer)
