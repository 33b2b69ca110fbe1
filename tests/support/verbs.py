"""The verbs as a user types them: a folder, an environment without keys, a process each."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

OURS = ("GEMINI_", "GOOGLE_", "OPENAI_", "SHADOW_")
PAIR = """\
[migration.pro]
incumbent = "gemini-3-pro-image-preview"
candidate = "gemini-3-pro-image"
"""
AT_ONCE = """
[verdict]
min_hours = 0.0
min_calibration = 20
"""
"""No day of traffic is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a verb said and how it ended."""

    code: int
    out: str
    err: str


def pointed_at(url: str) -> dict[str, str]:
    """The environment in which the SDK asks an emulator."""
    return {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": "k", "NO_PROXY": "127.0.0.1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A folder to work in."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def surroundings(self, **more: str) -> dict[str, str]:
        """The environment of a process at this desk."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return {**kept, **self.environment, **more}

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """A verb in the background."""
        return subprocess.Popen(
            [sys.executable, "-m", "shadow", *arguments],
            cwd=self.folder,
            env=self.surroundings(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def shadow(self, *arguments: str, typed: str = "", **more: str) -> Said:
        """A verb, to its end; a traceback is never an answer."""
        done = subprocess.run(
            [sys.executable, "-m", "shadow", *arguments],
            cwd=self.folder,
            env=self.surroundings(**more),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(code=done.returncode, out=done.stdout, err=done.stderr)

    def does(self, *arguments: str, typed: str = "", code: int = 0, **more: str) -> str:
        """What a verb printed; it must end with this code."""
        said = self.shadow(*arguments, typed=typed, **more)
        assert said.code == code, said.out + said.err
        return said.out
