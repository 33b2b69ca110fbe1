"""The picture store: the bytes of every picture once, under their sha256."""

import contextlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from shadow.errors import StoreBroken
from shadow.pair import Image, media_type

DIGEST = re.compile(r"[0-9a-f]{64}")
SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/avif": ".avif",
    "application/octet-stream": ".bin",
}
TEMPORARY = ".tmp"


class Images:
    """Pictures as files `ab/abcdef….png`. Safe to use from several threads and processes.

    A picture is written beside its place and renamed, so its name never shows half of it. What is read is held
    against its name, so nothing altered is ever taken for what was seen.
    """

    def __init__(self, folder: Path, *, sync: bool = False, clock: Callable[[], float] = time.time) -> None:
        """`sync` writes through to the disk, so that a power cut loses no picture either; `clock` tells Unix time."""
        self.folder = folder
        self._sync = sync
        self._clock = clock

    def write(self, image: Image) -> None:
        """Keep this picture; nothing happens where it is kept already. Raises `StoreBroken`."""
        path = self._place(image.digest, SUFFIXES[media_type(image.data)])
        try:
            if not _is_there(path, len(image.data)):
                self._write(path, image.data)
        except OSError as error:
            msg = f"{path}: the picture cannot be written: {error.strerror or error}."
            raise StoreBroken(msg) from error

    def read(self, digest: str) -> Image:
        """The picture of this digest. Raises `StoreBroken` where it is gone, altered or cannot be read."""
        path = self.path(digest)
        try:
            image = Image.of(path.read_bytes())
        except OSError as error:
            msg = f"{path}: the picture cannot be read: {error.strerror or error}."
            raise StoreBroken(msg) from error
        if image.digest != digest:
            msg = f"{path}: the picture was altered: its bytes are no longer those it is named by."
            raise StoreBroken(msg)
        return image

    def path(self, digest: str) -> Path:
        """Where the picture of this digest lies. Raises `StoreBroken` where it lies nowhere."""
        for suffix in SUFFIXES.values():
            path = self._place(digest, suffix)
            if path.is_file():
                return path
        msg = f"{self.folder}: the picture {digest} is gone."
        raise StoreBroken(msg)

    def sweep(self, *, older_than: float = 3600.0) -> int:
        """Delete what writers that died left behind `older_than` seconds ago or more. Returns how many files."""
        swept = 0
        for path in self.folder.glob(f"??/*{TEMPORARY}"):
            with contextlib.suppress(FileNotFoundError):  # another sweep was faster
                if path.stat().st_mtime <= self._clock() - older_than:
                    path.unlink()
                    swept += 1
        return swept

    def _place(self, digest: str, suffix: str) -> Path:
        # A digest comes from files that somebody may have altered: it must never lead out of the folder.
        if not DIGEST.fullmatch(digest):
            msg = f"{self.folder}: {digest!r} names no picture."
            raise StoreBroken(msg)
        return self.folder / digest[:2] / f"{digest}{suffix}"

    def _write(self, path: Path, data: bytes) -> None:
        # One by one: `parents` would give those above the last the mode that the umask allows.
        for folder in (self.folder.parent, self.folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.stem}.{os.urandom(8).hex()}{TEMPORARY}")
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                if self._sync:
                    file.flush()
                    os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if self._sync:
            _sync_folder(path.parent)


def _is_there(path: Path, size: int) -> bool:
    """Whole, as far as a look can tell: a power cut may leave a name without all its bytes."""
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    # The name is part of the folder: without this a power cut may keep the bytes and lose the name.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
