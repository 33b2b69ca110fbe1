"""The outbox: one small file for each event until everybody has it. What is in it survives any process."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shadow.cutover import Move

FOLDER = "hooks"
WAITING, SENT = ".json", ".sent"
KEPT_SECONDS = 30 * 86_400.0
"""How long it is remembered that an event was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One event on its way. `left` are the ways it has yet to go: "command", "url"."""

    event_id: str
    body: str
    """The event, JSON; the same at every attempt, as its signature covers it."""
    left: tuple[str, ...]
    attempts: int = 0
    next_at: float = 0.0
    """Unix time before which it is not tried again."""
    trouble: str = ""
    """Why the last attempt failed; never holds a secret."""


def event_of(move: Move) -> str:
    """A change as the body of a Standard Webhooks event: `type`, `timestamp`, `data`."""
    data: dict[str, Any] = asdict(move)
    with contextlib.suppress(ValueError):
        data["evidence"] = json.loads(move.evidence) if move.evidence else None
    moment = datetime.fromtimestamp(move.at, UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"type": f"cutover.{move.verb}", "timestamp": moment, "data": data})


class Outbox:
    """The letters of one home, a file each."""

    def __init__(self, home: Path) -> None:
        """The folder is made with the first letter."""
        self.folder = home / FOLDER

    def put(self, moves: Sequence[Move], ways: tuple[str, ...]) -> None:
        """Have these changes told. One that is on its way or was sent is left as it is. Raises `OSError`."""
        for move in moves:
            if not any((self.folder / f"{move.event_id}{end}").exists() for end in (WAITING, SENT)):
                self.keep(Letter(event_id=move.event_id, body=event_of(move), left=ways))

    def keep(self, letter: Letter) -> None:
        """Write a letter down as it stands now; one that has no way left is sent. Raises `OSError`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{letter.event_id}{WAITING}"
        descriptor, temporary = tempfile.mkstemp(dir=self.folder, prefix=".letter.")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(letter), file)
        Path(temporary).replace(path)
        if not letter.left:
            path.replace(path.with_suffix(SENT))

    def letters(self) -> Iterator[Letter]:
        """What is on its way, in the order of the events' times as far as files tell; unreadable ones are passed."""
        paths = sorted(self.folder.glob(f"*{WAITING}"), key=_age) if self.folder.is_dir() else []
        for path in paths:
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                record = json.loads(path.read_text(encoding="utf-8"))
                yield replace(Letter(**record), left=tuple(record["left"]))

    def forget(self, now: float) -> None:
        """Drop what was sent long ago."""
        for path in self.folder.glob(f"*{SENT}") if self.folder.is_dir() else ():
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > KEPT_SECONDS:
                    path.unlink()


def _age(path: Path) -> tuple[float, str]:
    try:
        return (path.stat().st_ctime, path.name)
    except OSError:
        return (0.0, path.name)
