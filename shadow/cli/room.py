"""Room on the disk: looked at before anything is paid for."""

import shutil
from pathlib import Path

from shadow.errors import StoreBroken

LEAST_BYTES = 200e6
"""Free bytes below which nothing is begun: pictures that cannot be kept are paid for and lost."""
MAKE_ROOM = "Free some space, or name a folder on another disk in [paths] home."


def free_bytes(home: Path) -> int:
    """Bytes free on the disk that holds the home, or will."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    return shutil.disk_usage(there).free


def no_room(home: Path) -> str:
    """Why nothing may be begun on this disk, and what to do; "" where there is room."""
    free = free_bytes(home)
    if free >= LEAST_BYTES:
        return ""
    return f"The disk of {home} is full: {free / 1e6:.0f} MB free, {LEAST_BYTES / 1e6:.0f} are needed. {MAKE_ROOM}"


def need_room(home: Path) -> None:
    """Raises `StoreBroken` where too little is free to begin."""
    if why := no_room(home):
        raise StoreBroken(why)
