"""Moves the traffic by the verdict: a stage further at GO, back to the incumbent at ROLLBACK, nothing at HOLD.

For cron, once a day, in the folder of config.toml; a stage then serves a day before the next. Ends with 0 when the
traffic is as the verdict wants it, and with the verb's own exit code when something is broken, so that cron can tell.

    15 6 * * *  cd /srv/painter && python cutover_cron.py
"""

import json
import subprocess
import sys

STAGES = (5.0, 25.0, 50.0, 100.0)
"""Per cent of live traffic on the candidate, in order."""
DONE = frozenset({0})
ANSWERS = frozenset({0, 3, 4})
"""Exit codes of `shadow verdict` that are answers: GO, HOLD, ROLLBACK."""


def wanted(decision: str, percent: float) -> float:
    """The share of traffic the candidate should have now."""
    if decision == "ROLLBACK":
        return 0.0
    if decision == "GO":
        return next((stage for stage in STAGES if stage > percent), percent)
    return percent


def shadow(*arguments: str, accepted: frozenset[int] = DONE) -> str:
    """What a verb prints; ends this script with the verb's exit code where that is not accepted."""
    done = subprocess.run(["shadow", *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in accepted:
        sys.exit(done.returncode)
    return done.stdout


def main() -> None:
    """Look once and move once."""
    verdict = json.loads(shadow("verdict", "--json", accepted=ANSWERS))
    percent = float(shadow("cutover", "percent"))
    decision = verdict["decision"]
    target = wanted(decision, percent)
    reason = f"{decision} on {verdict['pairs']} pairs, by cutover_cron"
    if target > percent:
        print(shadow("cutover", "set", f"{target:g}", "--reason", reason), end="")
    elif target < percent:
        print(shadow("cutover", "rollback", "--reason", reason), end="")
    else:
        print(f"{decision}: the candidate stays at {percent:g} %.")


if __name__ == "__main__":
    main()
