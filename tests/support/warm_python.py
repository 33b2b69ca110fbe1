"""A Python that has google-genai imported already and forks for every script: each test starts in milliseconds.

The child runs the script as its own main program and ends as any program does, atexit and all.
"""

import os
import sys

SCRIPT_ENDS = "----"


def serve() -> None:
    """Read scripts and questions from stdin until it is closed. Returns in each child, with its script to run."""
    import google.genai
    import live_ways

    import shadow.live  # noqa: F401 - warm, as the two above

    del google, live_ways
    lines: list[str] = []
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "wait":
            print(os.waitstatus_to_exitcode(os.waitpid(int(rest), 0)[1]), flush=True)  # noqa: T201
        elif line.rstrip("\n") != SCRIPT_ENDS:
            lines.append(line)
        else:
            script = "".join(lines)
            lines.clear()
            child = os.fork()
            if child == 0:
                exec(compile(script, "script", "exec"), {"__name__": "__main__"})  # noqa: S102 - a test's own words
                return
            print(child, flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
