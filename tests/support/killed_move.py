"""Moves traffic in forked children, kills each with SIGKILL at another line, and says what was left.

python killed_move.py FOLDER SEED SHARE
"""

import json
import os
import random
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from shadow.cli.cutover.acting import entry, write
from shadow.config import load
from shadow.harness import Harness

CONFIG = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"
[cutover.hooks]
command = ["true"]
"""
OURS = tuple(f"{os.sep}shadow{os.sep}{part}" for part in ("cutover", "store", "hooks", "harness.py", "cli"))
FROM, TO = 5.0, 25.0


def move(harness: Harness) -> None:
    """The whole of a move: into the state file, the outbox and the ledger."""
    write(harness, entry("pro", verb="advance", reason="r", to_percent=TO))
    harness.carry_moves()


def killed_at(number: int) -> Any:
    """A trace that ends this process for good at the n-th line of ours."""
    left = number

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        del argument
        if not any(part in frame.f_code.co_filename for part in OURS):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def lines_of_a_move(folder: Path) -> int:
    """How many lines of ours a move runs through."""
    harness, count = scene(folder), 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        del argument
        if not any(part in frame.f_code.co_filename for part in OURS):
            return None
        count += event == "line"
        return trace

    sys.settrace(trace)
    move(harness)
    sys.settrace(None)
    return count


def scene(folder: Path) -> Harness:
    """A home in which the candidate has its first share, and the ledger knows."""
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIG)
    harness = Harness(load(folder / "config.toml"))
    write(harness, entry("pro", verb="set", reason="r", to_percent=FROM))
    harness.carry_moves()
    return harness


def left_after(folder: Path, number: int) -> dict[str, Any]:
    """What is left of a move that was killed at this line, and after somebody carried on."""
    harness = scene(folder)
    child = os.fork()
    if not child:
        sys.settrace(killed_at(number))
        move(harness)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    later = Harness(load(folder / "config.toml"))
    percent = later.cutover_file.read().of("pro")
    later.carry_moves()
    trail = later.ledger.moves("pro")
    return {
        "line": number,
        "killed": os.WIFSIGNALED(status),
        "percent": percent,
        "trail": [(move.from_percent, move.to_percent) for move in trail],
        "pending": len(later.cutover_file.read().pending),
        "told": sorted(path.stem for path in later.outbox.folder.iterdir() if path.suffix == ".json"),
        "events": sorted(move.event_id for move in trail),
    }


def main() -> None:
    """One line of JSON for each kill."""
    folder, seed, share = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    lines = lines_of_a_move(folder / "counted")
    chosen = random.Random(seed).sample(range(lines), int(lines * share))  # noqa: S311  no secret
    for number in [*sorted(chosen), lines + 100]:
        print(json.dumps(left_after(folder / str(number), number)), flush=True)  # noqa: T201  the test reads it


if __name__ == "__main__":
    main()
