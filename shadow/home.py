"""The folder of everything that is kept: private from the first file on."""

from pathlib import Path

LIVE = "live"
"""What live processes say of themselves lies here."""


def live_folder(home: Path) -> Path:
    """The folder of the live processes, made where it is missing, with nobody else let in. Raises `OSError`."""
    folder = home / LIVE
    for missing in (home, folder):
        # A mode is only given to the last folder of a path, whatever `parents` makes on the way.
        missing.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
