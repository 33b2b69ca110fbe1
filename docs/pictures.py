"""Takes the pictures of the README: the terminal at the end of a demo, and the report that it wrote.

    shadow demo --folder .demo && python docs/pictures.py .demo

The terminal is drawn by rich as SVG; the report is photographed by a headless Chromium on the PATH.
"""

import io
import re
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
WIDTH = 1280
"""Pixels of the page that is photographed."""
SHOWN_WIDTH = 900
ONLY_PAIRS = "header, footer, main > :not(#pairs), .how { display: none; } main > #pairs { margin: 0 !important; }"
FRAME = 200
"""Pixels that the window may be larger than what is shown in it."""
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-prefers-reduced-motion")


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
        drawn = console.export_svg(title=title, theme=MONOKAI)
        # rich names fonts on a server; a page that shows the picture must not ask anybody for them.
        (FOLDER / file).write_text(re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL), encoding="utf-8")


def report(page: Path) -> None:
    """docs/pictures/report.png and report-pairs.png."""
    for name, style, height in (("report.png", "", 1720), ("report-pairs.png", ONLY_PAIRS, 1130)):
        with tempfile.TemporaryDirectory() as folder:
            taken = Path(folder) / "page.png"
            size = f"--window-size={WIDTH},{height + FRAME}"
            copy = Path(folder) / "page.html"
            copy.write_text(
                page.read_text(encoding="utf-8").replace("</style>", f"{style}</style>", 1), encoding="utf-8"
            )
            subprocess.run(  # noqa: S603 - our own page in the browser of this machine
                ["chromium", *FLAGS, size, f"--user-data-dir={folder}/profile", f"--screenshot={taken}", copy.as_uri()],  # noqa: S607
                check=True,
                capture_output=True,
            )
            with Image.open(taken) as whole:
                # A palette would paint rare colours in frequent ones, and here the rare ones carry the meaning.
                small = whole.convert("RGB").crop((0, 0, WIDTH, height))
                small.thumbnail((SHOWN_WIDTH, 10_000))
                small.save(FOLDER / name, optimize=True)


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
