"""Takes one step of the cutover and says what happened, in words for a mail. For cron, in the folder of config.toml.

Ends with 0 when nobody is needed, with 1 when a person should look: traffic went back, a stage waits for approval, the
evidence cannot arrive in time, or something is broken. cron mails what is printed then.

    15 9 * * 1-5  cd /srv/painter && python cutover_cron.py || true
"""

import json
import subprocess
import sys

HELD, ROLLED_BACK, WAITING = 3, 4, 5
ANSWERS = {0, HELD, ROLLED_BACK, WAITING}
"""Exit codes of `shadow cutover auto` that are answers; the others are errors, already worded on stderr."""


def advice(step: dict[str, object]) -> str:
    """What a person should do, or nothing."""
    if step["exit"] == ROLLED_BACK:
        return "Look at `shadow report`; once something has changed: shadow cutover resume --reason TEXT"
    if step["exit"] == WAITING:
        return "Look at `shadow report`, then: shadow cutover approve --reason TEXT"
    if step["in_time"] is False:
        return str(step["outlook"])
    return ""


def main() -> None:
    """One step."""
    done = subprocess.run(["shadow", "cutover", "auto", "--json"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in ANSWERS:
        sys.exit(done.returncode)
    step = json.loads(done.stdout)
    print(f"{step['migration']}: {step['from']:g} % -> {step['to']:g} %, {step['action']}. {step['reason']}")
    if needed := advice(step):
        print(needed)
        sys.exit(1)


if __name__ == "__main__":
    main()
