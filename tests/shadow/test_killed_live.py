"""A live process killed at any moment, a hundred times: nothing torn, nothing twice, nothing gone without a trace."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

SUPPORT = Path(__file__).parents[1] / "support"
KILLS = 100


def test_killing_live_processes_loses_one_answer_each_at_most_and_says_so(tmp_path: Path) -> None:
    """Every capture is whole and there once; of each process at most what one look of the drain had not taken yet."""
    done = subprocess.run(
        [sys.executable, SUPPORT / "killed_live.py", tmp_path, str(KILLS), "7"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=os.environ | {"PYTHONPATH": str(SUPPORT), "GEMINI_API_KEY": "k"},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    captured = Counter(found["captured"])
    assert max(captured.values()) == 1
    assert len(found["ids"]) == len(set(found["ids"])) == found["pictures"] == len(captured)
    missing = Counter(words.split()[1] for words in found["answered"] if words not in captured)
    assert len(captured) > KILLS / 2
    assert max(missing.values()) <= 2
    assert {reason for reason, _ in found["lost"]} == {"unknown loss"}
    assert sum(count for _, count in found["lost"]) >= max(KILLS, sum(missing.values()))
