"""Progress of a long verb: a bar with rate and time left in a terminal, a plain line now and then elsewhere."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

LINE_SECONDS = 10.0


class Reached:
    """How far a verb has come."""

    def __init__(
        self,
        *,
        noun: str,
        total: int | None,
        progress: Progress | None,
        stream: TextIO,
        monotonic: Callable[[], float],
    ) -> None:
        """Without `progress` a line is written to `stream` at most every ten seconds."""
        self._noun = noun
        self._total = total
        self._progress = progress
        self._stream = stream
        self._monotonic = monotonic
        self._began = self._said_at = monotonic()
        self._task: TaskID | None = progress.add_task(noun, total=total) if progress else None

    def reach(self, done: int) -> None:
        """This many are done."""
        if self._progress is not None and self._task is not None:
            total = self._total if self._total is None else max(self._total, done)
            self._progress.update(self._task, completed=done, total=total)
            return
        now = self._monotonic()
        if now - self._said_at >= LINE_SECONDS:
            self._said_at = now
            of = f" of {self._total}" if self._total is not None else ""
            rate = done / max(now - self._began, 1e-9)
            self._stream.write(f"{done}{of} {self._noun}, {rate:.1f} a second\n")
            self._stream.flush()


@contextlib.contextmanager
def steps(noun: str, total: int) -> Iterator[Callable[[str], None]]:
    """A verb of a few long steps: in a terminal what is being done and for how long; elsewhere nothing.

    Call what is given with the words for each step after the first. `total` is how many there are.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"{noun}: reading and deciding", total=total)

        def reached(words: str) -> None:
            progress.update(task, advance=1, description=f"{noun}: {words}")

        yield reached


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.finished_speed or task.speed or 0.0:.1f}/s")


@contextlib.contextmanager
def bar(noun: str, *, total: int | None, monotonic: Callable[[], float] = time.monotonic) -> Iterator[Reached]:
    """Progress on stderr for the length of the block."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Reached(noun=noun, total=total, progress=None, stream=sys.stderr, monotonic=monotonic)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield Reached(noun=noun, total=total, progress=progress, stream=sys.stderr, monotonic=monotonic)
