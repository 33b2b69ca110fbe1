"""Which workers there are: each keeps one small file, locked as long as it lives, whoever started it.

The system lets go of the lock when its holder dies, so a file without a lock is no worker, whatever stands in it.
"""

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shadow.home import LIVE, live_folder

log = logging.getLogger("shadow")

SUFFIX = ".worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A worker that is alive."""

    process: int
    since: float
    """Unix time, seconds."""


@contextmanager
def at_work(home: Path, *, clock: Callable[[], float] = time.time) -> Iterator[None]:
    """As long as it lasts this process is seen as a worker. Where the file cannot be kept: one warning."""
    path = home / LIVE / f"{os.getpid()}{SUFFIX}"
    descriptor = None
    try:
        live_folder(home)
        descriptor = _locked(path)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{clock():.0f}\n".encode(), 0)
    except OSError as error:
        log.warning("%s: cannot be kept, so `shadow doctor` does not see this worker: %s", path, error.strerror)
    try:
        yield
    finally:
        if descriptor is not None:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            os.close(descriptor)


def _locked(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)  # somebody took the new file for one that was left behind, before it was locked


def workers(home: Path) -> list[Present]:
    """The workers that are alive, the oldest first; files that dead ones left behind are cleared away."""
    found = [_present(path) for path in (home / LIVE).glob(f"*{SUFFIX}")]
    return sorted((item for item in found if item is not None), key=lambda item: item.since)


def _present(path: Path) -> Present | None:
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return Present(process=int(path.stem), since=float(os.pread(descriptor, 32, 0)))
        else:
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
    return None
