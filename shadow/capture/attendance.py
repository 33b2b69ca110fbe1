"""Which live processes there are, and what each had in its hands: so that an end without a word is no silent loss.

Every live process keeps one small file, locked as long as it lives. A kill -9 leaves the file behind unlocked; whoever
finds it counts what the process had not put into the spool as an unknown loss.
"""

import contextlib
import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shadow.capture.losses import UNKNOWN
from shadow.home import LIVE, live_folder
from shadow.pair import Loss
from shadow.ticking import Ticker

log = logging.getLogger("shadow")

SUFFIX = ".process"
SWEEP_SECONDS = 60.0
"""How often somebody looks for processes that ended without a word."""
LONGEST = 16_384
"""Bytes of the longest record that is read; a longer one is not ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a live process says of itself."""

    process: str
    at: float
    """Unix time of the last change, seconds."""
    offered: Mapping[str, int] = field(default_factory=dict)
    """Live calls handed over, by migration; 0 where one is under way for the first time."""
    waiting: Mapping[str, int] = field(default_factory=dict)
    """Of these, those that were not in the spool yet, by migration."""
    under_way: Mapping[str, int] = field(default_factory=dict)
    """Live calls that began and did not end, by migration, where the process knows them."""

    def to_bytes(self) -> bytes:
        """One line, closed by a line break: a line without it was torn."""
        facts = {name: getattr(self, name) for name in ("process", "at", "offered", "waiting", "under_way")}
        return json.dumps(facts).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> "Record | None":
        """The record in a file, or None where there is no whole one."""
        line, broken, _ = data.partition(b"\n")
        with contextlib.suppress(ValueError, TypeError):
            return cls(**json.loads(line)) if broken else None
        return None

    def losses(self) -> list[Loss]:
        """What its end without a word may have lost: what was known to wait or to be under way, one at least."""
        return [
            Loss(
                loss_id=f"{self.process}-{UNKNOWN}-{migration}",
                migration=migration,
                minute=self.at // 60 * 60.0,
                process=self.process,
                reason=UNKNOWN,
                count=max(1, self.waiting.get(migration, 0) + self.under_way.get(migration, 0)),
            )
            for migration in sorted(self.offered.keys() | {name for name, count in self.under_way.items() if count})
        ]


class Attendance:
    """The file of this process. Where it cannot be written nothing fails: one warning, and nobody sees how it ends."""

    def __init__(self, home: Path, process: str) -> None:
        """`process` names the process for ever."""
        self._home = home
        self.path = home / LIVE / f"{process}{SUFFIX}"
        self._descriptor: int | None = None
        self._last: Record | None = None
        self._broken = False

    def note(self, record: Record) -> None:
        """Write the record down, if it says anything new. A few microseconds; survives a kill -9 at once."""
        last = self._last
        if self._broken or (last and record.waiting == last.waiting and record.under_way == last.under_way):
            return
        try:
            data = record.to_bytes()
            os.pwrite(self._opened(), data, 0)
            self._last = record
        except OSError as error:
            self._broken = True
            log.warning("%s: cannot be written; an unclean end of this process stays unseen: %s", self.path, error)

    def leave(self) -> None:
        """End with a word: everything is in the spool or counted."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
            self.forget()

    def forget(self) -> None:
        """Let go of the file and leave it where it is; in a forked child, since the file is the parent's."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
        self._descriptor = None

    def _opened(self) -> int:
        while self._descriptor is None:
            live_folder(self._home)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                self._descriptor = descriptor
            else:  # somebody took the new file for one that was left behind, before it was locked
                os.close(descriptor)
        return self._descriptor


def count_unclean_ends(home: Path, lose: Callable[[Sequence[Loss]], object]) -> int:
    """Give `lose` the unknown losses of processes that ended without a word, and clear up after them.

    Returns how many such processes there were. Counted once even where two processes look at the same moment, since
    the losses carry ids of their own. What `lose` raises, this raises.
    """
    ended = 0
    for path, descriptor in _unlocked(home / LIVE):
        try:
            record = Record.from_bytes(os.pread(descriptor, LONGEST, 0))
            if record is not None:
                lose(record.losses())
                ended += 1
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
    return ended


def watch_unclean_ends(
    home: Path, lose: Callable[[Sequence[Loss]], object], *, seconds: float = SWEEP_SECONDS
) -> Ticker:
    """`count_unclean_ends` now and every so many seconds, from a thread of its own."""
    ticker = Ticker("shadow-attendance", lambda: count_unclean_ends(home, lose), seconds=seconds, first=0.0)
    ticker.start()
    return ticker


def _unlocked(folder: Path) -> Iterator[tuple[Path, int]]:
    """The files that no living process holds, each locked for whoever takes it."""
    for path in sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
                continue
            yield path, descriptor
