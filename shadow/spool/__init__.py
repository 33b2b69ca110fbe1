"""Where captures wait: the list of spools that config.toml may name."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from shadow.pair import ReadsImage
from shadow.spool.memory import MemorySpool
from shadow.spool.spool import Spool
from shadow.spool.sqlite import SqliteSpool

FILE_NAME = "spool.sqlite"


class OpensSpool(Protocol):
    """Makes the spool of a home; `read` finds pictures by digest, `clock` tells Unix time."""

    def __call__(self, home: Path, read: ReadsImage, clock: Callable[[], float] = time.time) -> Spool:
        """Nothing is opened or written yet."""
        ...


def _sqlite(home: Path, read: ReadsImage, clock: Callable[[], float] = time.time) -> Spool:
    return SqliteSpool(home / FILE_NAME, read, clock)


def _memory(home: Path, read: ReadsImage, clock: Callable[[], float] = time.time) -> Spool:
    return MemorySpool(clock)


SPOOLS: Mapping[str, OpensSpool] = MappingProxyType({"sqlite": _sqlite, "memory": _memory})
"""A new spool is one file beside these and one line here; the contract test picks it up."""
