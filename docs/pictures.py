"""Takes the pictures of the README: the terminal at the end of a demo, and the report that it wrote.

    shadow demo --folder .demo && python docs/pictures.py .demo

The terminal is drawn by rich as SVG; the report is photographed by a headless Chromium on the PATH, in a few colours.
"""

import io
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
from PIL import Image
from rich.console import Console
from rich.terminal_theme import MONOKAI

from shadow.cli.board import board, verdict_board
from shadow.cli.evidence import columns_of, study_of
from shadow.cli.status import Desk
from shadow.config import load
from shadow.harness import Harness

FOLDER = Path(__file__).parent / "pictures"
COLUMNS = 118
PAGE = (1280, 1900)
"""Pixels of the report that are photographed: the verdict, the evidence, how it grew."""
SHOWN_WIDTH = 900
COLOURS = 128
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb")


def terminal(harness: Harness, name: str) -> None:
    """docs/pictures/verdict.svg and status.svg."""
    result = study_of(harness, name, columns_of(harness, name))
    desk = Desk(harness)
    now = datetime.now(UTC)
    for file, title, shown in (
        ("verdict.svg", "shadow verdict", verdict_board(result)),
        ("status.svg", "shadow status --watch", board(desk.overviews(), desk.money(), at=now)),
    ):
        console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
        console.print(shown)
        console.save_svg(str(FOLDER / file), title=title, theme=MONOKAI)


def report(page: Path) -> None:
    """docs/pictures/report.png and report-pairs.png."""
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder) / "page.png"
        size = f"--window-size={PAGE[0]},9000"
        subprocess.run(  # noqa: S603 - our own page in the browser of this machine
            ["chromium", *FLAGS, size, f"--user-data-dir={folder}/profile", f"--screenshot={taken}", page.as_uri()],  # noqa: S607
            check=True,
            capture_output=True,
        )
        with Image.open(taken) as whole:
            _save(whole.convert("RGB"), "report.png", 0, PAGE[1])
            top = _first_pair(whole.convert("RGB"))
            _save(whole.convert("RGB"), "report-pairs.png", top, top + 1050)


def _first_pair(page: Image.Image) -> int:
    """Where the pairs begin: the first row with a picture's colours, far down the page, and a little above."""
    for top in range(2600, page.height, 10):
        row = page.crop((60, top, 500, top + 1)).resize((44, 1))
        if len(set(row.getdata())) > 30:
            return max(0, top - 330)
    return page.height - 1050


def _save(page: Image.Image, name: str, top: int, bottom: int) -> None:
    part = page.crop((0, top, page.width, min(bottom, page.height)))
    part.thumbnail((SHOWN_WIDTH, 10_000))
    part.quantize(COLOURS).save(FOLDER / name, optimize=True)


def main(folder: Path) -> None:
    """Take every picture of a finished demo."""
    FOLDER.mkdir(exist_ok=True)
    harness = Harness(load(folder / "config.toml"))
    terminal(harness, next(iter(harness.config.migration)))
    report((folder / "report.html").resolve())
    for file in sorted(FOLDER.iterdir()):
        click.echo(f"{file}  {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".demo"))
