"""The quick start, typed as it stands, with fewer briefs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from verbs import Desk, pointed_at

from shadow.emulator import briefs

PAGE = (Path(__file__).parents[2] / "docs" / "quick-start.md").read_text()
CALIBRATION, COUNTED = 20, 16
ANSWERS = {"verdict": 3}
"""With so few briefs HOLD is right; that the page's 200 bring ROLLBACK is what the test of the main job shows."""


def test_an_empty_folder_leads_to_a_verdict_and_a_report(washed_out: str, tmp_path: Path) -> None:
    """Every command of the page ends as it says, in its order; nothing is left over in the spool."""
    desk = Desk(folder=tmp_path, environment=pointed_at(washed_out))
    lines = [item.prompt for item in briefs(CALIBRATION + COUNTED)]
    (tmp_path / "briefs.txt").write_text("\n".join(lines))
    (program,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    (tmp_path / "generator.py").write_text(program)
    commands = [line for block in re.findall(r"```sh\n(.+?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    for command in commands:
        first, *arguments = shlex.split(command.replace("--limit 150", f"--limit {CALIBRATION}"))
        if first == "python":
            run = [sys.executable, *arguments]
            subprocess.run(run, cwd=tmp_path, env=desk.surroundings(), check=True, capture_output=True, timeout=120)
        else:
            desk.does(*arguments, code=ANSWERS.get(arguments[0], 0))
        if arguments[0] == "init":
            config = (tmp_path / "config.toml").read_text()
            (tmp_path / "config.toml").write_text(config.replace("[verdict]", "[verdict]\nmin_calibration = 20"))
    typed = {shlex.split(command)[1] for command in commands}
    assert {"init", "doctor", "generator.py", "run", "work", "baseline", "verdict", "report"} <= typed
    assert "HOLD" in (tmp_path / "report.html").read_text()
    assert "0 ready, 0 under way, 0 dead letters" in desk.does("status")
