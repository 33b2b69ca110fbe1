"""The inside of a darkroom: takes one job after the other from its worker, each within its bounds.

Processor time is bounded by a timer that kills, since nothing interrupts a decoder in C; the clock does not count, so a
busy machine refuses no picture. Memory is bounded by the address space.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from shadow.gates.darkroom.wire import receive, send
from shadow.gates.decoding import Refused, shown
from shadow.gates.properties.examination import examine
from shadow.gates.properties.shapes import Asked
from shadow.settings import PropertiesSettings

Job = Callable[[bytes, Mapping[str, Any]], tuple[Mapping[str, Any], bytes]]


def _examine(data: bytes, words: Mapping[str, Any]) -> tuple[Mapping[str, Any], bytes]:
    settings = PropertiesSettings.model_validate(words["limits"])
    return {"finding": examine(data, settings, Asked(**words["asked"])).to_record()}, b""


def _show(data: bytes, words: Mapping[str, Any]) -> tuple[Mapping[str, Any], bytes]:
    found = shown(data, PropertiesSettings.model_validate(words["limits"]))
    if isinstance(found, Refused):
        return {"label": found.label, "reason": found.reason}, b""
    return {}, found


JOBS: Mapping[str, Job] = {"examine": _examine, "show": _show}


def main() -> None:
    """Serve the worker that started this process until it is gone."""
    for ignored in ("SIGINT", "SIGTERM", "SIGHUP"):  # meant for the worker, which ends us by closing the pipe
        if hasattr(signal, ignored):
            signal.signal(getattr(signal, ignored), signal.SIG_IGN)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not talk to the worker
    serve(JOBS, sys.stdin.buffer, sink)


def serve(jobs: Mapping[str, Job], source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer every job of `source` in `sink`."""
    while True:
        try:
            words, data = receive(source)
        except EOFError:
            return
        try:
            with _bounded(words["seconds"], words["memory"]):
                answer = jobs[words["job"]](data, words)
        except MemoryError:
            answer = ({"missing": "out of memory"}, b"")
        try:
            send(sink, *answer)
        except BrokenPipeError:
            return


@contextmanager
def _bounded(seconds: float, memory: int) -> Iterator[None]:
    """Kills this process after so much processor time; raises `MemoryError` beyond so many more bytes of memory."""
    before = _bound_memory(memory)
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
        _restore_memory(before)


def _bound_memory(memory: int) -> tuple[int, int] | None:
    """The limits of the address space as they were; None where this system has none."""
    if sys.platform != "linux":
        return None
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as state:  # noqa: PTH123  a path object would cost more than the read
        wanted = int(state.read().split()[0]) * resource.getpagesize() + memory
    least = min(limit for limit in (wanted, soft, hard) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (least, hard))
    return soft, hard


def _restore_memory(before: tuple[int, int] | None) -> None:
    if sys.platform == "linux" and before is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, before)
