"""The worker's side: starts darkrooms, hands them one picture at a time, ends those that do not answer."""

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shadow.gates.darkroom.wire import receive, send

START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from shadow.gates.darkroom.inside import main; main()"
KEPT = frozenset({"PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT"})
"""Environment variables that are handed on. Keys are not."""
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Threads of BLAS would spin beside the gate's own: features of one picture take three times as long."""
PATIENCE = 10.0
"""Seconds by the clock for each second of processor time that a picture may take: the machine may be busy."""
LEAST_PATIENCE = 60.0
"""Seconds by the clock that are always given, the start of a darkroom among them."""
CRASHES = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGBUS})
DYING = 10.0
"""Seconds in which a process that hung up must be gone."""
PIXEL_BYTES = 16
"""Bytes of memory for each pixel that may be declared; the hungriest decode, a lossy WebP, was seen to take 12."""
FLOOR = 256_000_000
"""Bytes of memory on top, for libraries and the working picture."""

MOST = 1 << 60
"""Bytes; beyond it no system has a limit."""


class End(StrEnum):
    """How a darkroom ended in the middle of a picture."""

    SLOW = "slow"
    """It used up its processor time: the picture's fault."""
    CRASHED = "crashed"
    """A decoder crashed: the picture's fault."""
    LOST = "lost"
    """Killed from outside, or no answer by the clock: the machine's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a job said."""

    words: Mapping[str, Any]
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """There is no answer; one sentence says why."""

    how: End
    reason: str


class Darkroom:
    """One process, one picture at a time."""

    def __init__(self, command: Sequence[str] | None = None) -> None:
        """Starts the process, which imports its decoders while the first picture is on its way."""
        command = command or (sys.executable, "-I", "-c", START, json.dumps(sys.path))
        environment = {name: value for name, value in os.environ.items() if name in KEPT} | ALONE
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603  our own command
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError  # both were asked for
        self._in, self._out = self._process.stdin, self._process.stdout

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ask(self, words: Mapping[str, Any], data: bytes, *, patience: float) -> Answer | Ended:
        """One job. After `Ended` this darkroom is of no more use."""
        overdue = threading.Timer(patience, self._process.kill)
        overdue.daemon = True
        overdue.start()
        try:
            send(self._in, words, data)
            answer, found = receive(self._out)
            return Answer(words=answer, data=found)
        except (OSError, EOFError, ValueError):
            return self._ended(words)
        finally:
            overdue.cancel()

    def close(self) -> None:
        """End the process and leave nothing of it behind."""
        self._process.kill()
        self._process.wait()
        self._out.close()
        try:
            self._in.close()
        except OSError:  # what it had not read yet
            return

    def _ended(self, words: Mapping[str, Any]) -> Ended:
        try:
            code = self._process.wait(timeout=DYING)
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        if code == -signal.SIGPROF:
            return Ended(how=End.SLOW, reason=f"It took more than {words['seconds']:g} s of processor time.")
        if -code in CRASHES:
            return Ended(how=End.CRASHED, reason=f"The decoder crashed ({signal.Signals(-code).name}).")
        return Ended(how=End.LOST, reason="The process that decodes pictures was lost, or did not answer in time.")


class Darkrooms:
    """As many darkrooms as pictures are looked at at once, at most one for each processor. Safe to use from threads."""

    def __init__(self, open_room: Callable[[], Darkroom] = Darkroom, *, at_once: int | None = None) -> None:
        """None is started before it is needed."""
        self._open = open_room
        self._free: list[Darkroom] = []
        self._turn = threading.Semaphore(at_once or _processors())

    def develop(self, job: str, data: bytes, *, limits: Mapping[str, Any], **facts: Any) -> Answer | Ended:
        """What the job says about these bytes. `limits` holds max_bytes, max_pixels, max_seconds.

        A darkroom that is lost through no fault of the picture's is replaced, and the picture tried once more.
        """
        seconds = limits["max_seconds"]
        memory = min(MOST, FLOOR + PIXEL_BYTES * limits["max_pixels"] + 4 * limits["max_bytes"])
        words = {"job": job, "seconds": seconds, "memory": memory, "limits": dict(limits), **facts}
        with self._turn:
            patience = max(LEAST_PATIENCE, PATIENCE * seconds)
            found = self._once(words, data, patience)
            if isinstance(found, Ended) and found.how is End.LOST:
                found = self._once(words, data, patience)
        return found

    def _once(self, words: Mapping[str, Any], data: bytes, patience: float) -> Answer | Ended:
        room = self._free.pop() if self._free else self._open()
        try:
            found = room.ask(words, data, patience=patience)
        except BaseException:  # interrupted half way: what it would answer next belongs to nobody
            room.close()
            raise
        if isinstance(found, Answer):
            self._free.append(room)
        return found

    def close(self) -> None:
        """End those that are idle."""
        while self._free:
            self._free.pop().close()


@functools.cache
def darkrooms() -> Darkrooms:
    """Those of this process: a layer is made anew for each capture, a process must not be."""
    rooms = Darkrooms()
    atexit.register(rooms.close)
    return rooms


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=darkrooms.cache_clear)


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
