"""shadow demo."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from shadow.cli.emulator import truth_of
from shadow.cli.progress import bar
from shadow.errors import InputError, ShadowError

MARK = ".shadow-demo"
"""Stands in a folder that a demo made, so that only such a folder is ever emptied."""
TODAY = "2026-06-01"
"""The emulator's date: the last month in which the preview answered (it was shut down on 2026-06-25)."""
CONFIG = """\
# Written by `shadow demo`. The emulator answers at once, so no day of traffic is waited for.
[migration.demo]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"

[verdict]
min_hours = 0.0
min_calibration = {min_calibration}
"""
POLL_SECONDS = 0.2
ANSWERS_IN_ORDER = (0, 3, 4)
"""Exit codes of `shadow verdict` that are answers, not failures."""


@click.command()
@click.option("--scenario", default="washed-out", show_default=True, help="`shadow emulator --list` shows all.")
@click.option("--briefs", type=click.IntRange(1), default=250, show_default=True, help="Distinct briefs that count.")
@click.option("--calibrate", type=click.IntRange(20), default=150, show_default=True, help="Briefs for the baseline.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path(".demo"), show_default=True)
def demo(scenario: str, briefs: int, calibrate: int, seed: int, folder: Path) -> None:
    """The whole job offline on the emulator, ending with a verdict and a report.

    Sends briefs through the wrapped real google-genai client for gemini-3-pro-image-preview, compares every one with
    gemini-3-pro-image, freezes a baseline from the first, and decides on the rest. Nothing leaves this machine.

    \b
    Examples:
      shadow demo                                     a candidate that looks washed out: ROLLBACK
      shadow demo --scenario same --briefs 3000       an equal candidate: GO, or an honest HOLD
    """
    from shadow.emulator import SCENARIOS
    from shadow.settings import legal

    if scenario not in SCENARIOS:
        raise click.BadParameter(legal(scenario, list(SCENARIOS)), param_hint="--scenario")
    began = time.monotonic()
    _prepare(folder, calibrate, briefs, seed)
    click.echo(f"The emulator lives on {TODAY}, when the preview still answered. Scenario: {scenario}.")
    click.echo(truth_of(SCENARIOS[scenario]))
    with _serving(scenario, seed, folder) as url:
        stage = _Stage(folder, url)
        with stage.working():
            stage.verb("run", "calibration.jsonl")
            stage.wait_for_pairs()
            stage.verb("baseline", "freeze")
            stage.verb("run", "briefs.jsonl")
            stage.wait_for_pairs()
        stage.verb("verdict", accepted=ANSWERS_IN_ORDER)
        stage.verb("report", "-o", "report.html")
    click.secho(f"Report: {folder / 'report.html'}  ({time.monotonic() - began:.0f} s)", bold=True)


def _prepare(folder: Path, calibrate: int, briefs: int, seed: int) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        msg = f"{folder} exists and no demo made it; name another with --folder."
        raise InputError(msg)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    (folder / "config.toml").write_text(CONFIG.format(min_calibration=min(100, calibrate)), encoding="utf-8")
    from shadow.emulator import briefs as grammar

    lines = [
        json.dumps(
            {
                "prompt": line.prompt,
                "segment": line.tag,
                "aspect_ratio": line.aspect_ratio,
                "image_size": line.image_size,
            }
        )
        for line in grammar(calibrate + briefs, seed)
    ]
    (folder / "calibration.jsonl").write_text("\n".join(lines[:calibrate]) + "\n", encoding="utf-8")
    (folder / "briefs.jsonl").write_text("\n".join(lines[calibrate:]) + "\n", encoding="utf-8")


@contextlib.contextmanager
def _serving(scenario: str, seed: int, folder: Path) -> Iterator[str]:
    """The emulator in a process of its own, on a free port."""
    arguments = ("emulator", "--scenario", scenario, "--seed", str(seed), "--port", "0", "--today", TODAY)
    with (folder / "emulator.log").open("w") as log:
        process = subprocess.Popen(_command(*arguments), stdout=subprocess.PIPE, stderr=log, text=True)  # noqa: S603 - our own verb
        try:
            line = process.stdout.readline() if process.stdout else ""
            if "http://" not in line:
                msg = f"The emulator did not start; see {folder / 'emulator.log'}."
                raise ShadowError(msg)
            yield line[line.index("http://") :].split()[0]
        finally:
            process.terminate()
            process.wait()


class _Stage:
    """The verbs, as a user would type them in the demo's folder."""

    def __init__(self, folder: Path, url: str) -> None:
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("GOOGLE_", "GEMINI_"))}
        self._folder = folder
        self._worker: subprocess.Popen[bytes] | None = None
        self._environment = keep | {
            "GOOGLE_GEMINI_BASE_URL": url,
            "GEMINI_API_KEY": "demo",
            "SHADOW_CONFIG": str(folder.resolve() / "config.toml"),
            "NO_PROXY": "127.0.0.1",
        }

    def verb(self, *arguments: str, accepted: Sequence[int] = (0,)) -> None:
        click.secho(f"$ shadow {' '.join(arguments)}", bold=True)
        sys.stdout.flush()
        done = subprocess.run(_command(*arguments), cwd=self._folder, env=self._environment, check=False)  # noqa: S603 - our own verb
        if done.returncode not in accepted:
            msg = f"shadow {arguments[0]} ended with {done.returncode}; see above and {self._folder / 'work.log'}."
            raise ShadowError(msg)

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """A worker in the background, as beside a live generator."""
        click.secho("$ shadow work &", bold=True)
        with (self._folder / "work.log").open("w") as log:
            self._worker = subprocess.Popen(  # noqa: S603 - our own verb
                _command("work"), cwd=self._folder, env=self._environment, stdout=log, stderr=log
            )
            try:
                yield
            finally:
                self._worker.send_signal(signal.SIGTERM)
                self._worker.wait()

    def wait_for_pairs(self) -> None:
        """Until the worker has settled everything."""
        from shadow.config import load
        from shadow.harness import Harness

        spool = Harness(load(self._folder / "config.toml")).spool
        left = before = _unsettled(spool.depth())
        with bar("pairs", total=before) as progress:
            while left:
                if self._worker is None or self._worker.poll() is not None:
                    msg = f"The worker ended before its time; see {self._folder / 'work.log'}."
                    raise ShadowError(msg)
                time.sleep(POLL_SECONDS)
                left = _unsettled(spool.depth())
                progress.reach(before - left)
        spool.close()


def _unsettled(depth: Mapping[str, Mapping[str, int]]) -> int:
    return sum(count for counts in depth.values() for state, count in counts.items() if state != "buried")


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "shadow", *arguments]
