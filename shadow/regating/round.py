"""One round of `shadow regate`: threads that walk, a journal behind them, batches into the ledger."""

import contextlib
import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from shadow.budget import OVER_BUDGET
from shadow.errors import InputError, ShadowError, StoreBusy, Unavailable
from shadow.regating.journal import Journal
from shadow.regating.plan import Task
from shadow.store.entries import Rescored

log = logging.getLogger("shadow")

BATCH = 64
"""Findings that go to the ledger at once: opening it for each would hold it up for the worker."""
LOCK = "regate.lock"


class Rescores(Protocol):
    """What a round needs of the ledger."""

    def rescore(self, items: Sequence[Rescored]) -> int:
        """File findings made again; returns how many were new."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a round has done."""

    pictures: int = 0
    """Walked to their end."""
    findings: int = 0
    left: int = 0
    """Pictures that could not be scored now; the next round takes them."""
    over_budget: bool = False
    stopped: bool = False
    why: str = ""
    """Why the last of those left was left."""


class Round:
    """Walks through tasks until they are done, the money is spent, or somebody says stop."""

    def __init__(
        self,
        *,
        walk: Callable[[Task], int],
        journal: Journal,
        ledger: Rescores,
        threads: int,
        stop: threading.Event | None = None,
    ) -> None:
        """`walk` scores one picture and leaves its findings in the journal; `stop` ends the round when it is set."""
        self._walk = walk
        self._journal = journal
        self._ledger = ledger
        self._threads = threads
        self._stop = stop or threading.Event()

    def stop(self) -> None:
        """Finish what is under way, file it, and end. Safe to call from a signal handler."""
        self._stop.set()

    def run(self, tasks: Sequence[Task], *, on_change: Callable[[int], object] = lambda _: None) -> Done:
        """Do the tasks. What is in the journal is filed at the end whatever happens. Raises `StoreBusy`, `StoreBroken`.

        `on_change` sees how many pictures have been looked at.
        """
        done = Done()
        waiting = iter(tasks)
        with ThreadPoolExecutor(self._threads) as pool:
            under_way: set[Future[int]] = set()
            while True:
                while len(under_way) < 2 * self._threads and not self._stop.is_set() and not done.over_budget:
                    if (task := next(waiting, None)) is None:
                        break
                    under_way.add(pool.submit(self._one, task))
                if not under_way:
                    break
                finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for future in finished:
                    done = _counted(done, future)
                on_change(done.pictures + done.left)
                self.file(at_least=BATCH)
        self.file()
        return replace(done, left=len(tasks) - done.pictures, stopped=self._stop.is_set())

    def file(self, *, at_least: int = 1) -> None:
        """Carry the journal into the ledger, where it holds so much. A ledger that is held now is filed to later."""
        items = self._journal.waiting()
        if len(items) < at_least:
            return
        try:
            self._ledger.rescore(items)
        except StoreBusy:
            if at_least > 1:
                return
            raise
        self._journal.forget(items)

    def _one(self, task: Task) -> int:
        return 0 if self._stop.is_set() else self._walk(task)


def _counted(done: Done, future: Future[int]) -> Done:
    try:
        findings = future.result()
    except Unavailable as error:
        over = done.over_budget or error.label == OVER_BUDGET
        return replace(done, left=done.left + 1, over_budget=over, why=str(error))
    except ShadowError as error:
        log.warning("a picture was left out: %s", error)
        return replace(done, left=done.left + 1, why=str(error))
    return replace(done, pictures=done.pictures + bool(findings), findings=done.findings + findings)


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """One round at a time: two would pay for the same pictures. Raises `InputError`."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        msg = f"Another `shadow regate` is at work in {home}. Let it end, or end that process."
        raise InputError(msg) from error
    finally:
        os.close(descriptor)
