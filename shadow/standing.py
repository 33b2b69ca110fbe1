"""What a live process can still stand on when config.toml cannot be used: the routes of the last good one.

Traffic that was moved to the candidate must not fall back because of a typo: with the routes and the percentages last
known it stays where it is. Nothing is captured then, and the reason is written down for whoever looks.
"""

import contextlib
import json
import os
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shadow.capture import Route
from shadow.config import ENVIRONMENT, FILE_NAME
from shadow.home import LIVE, live_folder
from shadow.settings import PathsSettings

ROUTES = "routes.json"
TROUBLE = "trouble.json"
STATE_TROUBLE = "cutover-trouble.json"
"""What live processes find wrong with the state of the cutover."""


def remember(home: Path, routes: Mapping[str, Route]) -> None:
    """Write the routes of a good config down, where they are new, and forget what was wrong before."""
    text = json.dumps({name: route._asdict() for name, route in sorted(routes.items())}, indent=1)
    with contextlib.suppress(OSError):  # a home that cannot be written to costs only this memory
        path = home / LIVE / ROUTES
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            _replace(home, ROUTES, text)
        (home / LIVE / TROUBLE).unlink(missing_ok=True)


def recall(home: Path) -> dict[str, Route]:
    """The routes of the last good config; none where there was none or they cannot be read."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        record = json.loads((home / LIVE / ROUTES).read_text(encoding="utf-8"))
        return {name: Route(**{**item, "samples": _samples(item)}) for name, item in record.items()}
    return {}


def note_trouble(home: Path, reason: str, *, clock: Callable[[], float] = time.time) -> None:
    """Write down why live processes do not capture."""
    with contextlib.suppress(OSError):
        _replace(home, TROUBLE, json.dumps({"at": clock(), "process": os.getpid(), "reason": reason}))


def note_state_trouble(home: Path, reason: str, times: int, *, clock: Callable[[], float] = time.time) -> None:
    """Write down that this process found the state of the cutover missing or damaged, so many times."""
    record = {"at": clock(), "process": os.getpid(), "reason": reason, "times": times}
    with contextlib.suppress(OSError):
        _replace(home, STATE_TROUBLE, json.dumps(record))


def trouble(home: Path, name: str = TROUBLE) -> Mapping[str, Any] | None:
    """What live processes wrote down of this kind (`at` Unix time, `process`, `reason`); None where all is well."""
    with contextlib.suppress(OSError, ValueError):
        record: Mapping[str, Any] = json.loads((home / LIVE / name).read_text(encoding="utf-8"))
        return record
    return None


def home_of(given: str | os.PathLike[str] | None) -> Path | None:
    """The home of a config file that cannot be used, as far as it can be told; None where there is no such folder."""
    path = Path(given or os.environ.get(ENVIRONMENT) or FILE_NAME).absolute()
    named: Any = None
    with contextlib.suppress(OSError, ValueError, AttributeError):
        named = tomllib.loads(path.read_text(encoding="utf-8")).get("paths", {}).get("home")
    home = (path.parent / (named if isinstance(named, str) else PathsSettings().home)).resolve()
    return home if home.is_dir() else None


def _samples(item: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    return tuple((str(name), float(share)) for name, share in item["samples"])


def _replace(home: Path, name: str, text: str) -> None:
    folder = live_folder(home)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(folder / name)
