"""Our verdict beside the rules people use, on the same simulated migrations: false GO, false ROLLBACK, power, pairs.

python -m bench.decisions --runs 200
"""

import argparse
import statistics
import time
from collections.abc import Sequence

import numpy as np

from bench.rules import RULES
from bench.said import Said
from bench.study import SCENARIOS, stream


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rules", nargs="*", choices=list(RULES), default=list(RULES))
    parser.add_argument("--scenarios", nargs="*", choices=list(SCENARIOS), default=list(SCENARIOS))
    given = parser.parse_args()
    began = time.monotonic()
    print(f"| scenario | {' | '.join(given.rules)} |")
    print(f"|---|{'---|' * len(given.rules)}")
    for number, (name, truth) in enumerate(SCENARIOS.items()):
        if name not in given.scenarios:
            continue
        generator = np.random.default_rng([given.seed, number])
        said: dict[str, list[Said]] = {rule: [] for rule in given.rules}
        for _ in range(given.runs):
            run = stream(truth, generator)
            for rule in given.rules:
                said[rule].append(RULES[rule](run))
        cells = (cell(said[rule], late=bool(truth.drift)) for rule in given.rules)
        print(f"| {name} ({_wanted(truth.acceptable)}) | {' | '.join(cells)} |", flush=True)
    print(f"\n{given.runs} runs, 200 looks up to 5,000 pairs, {time.monotonic() - began:.0f} s")


def cell(said: Sequence[Said], *, late: bool) -> str:
    """How often each verdict came first, and after how many pairs in the middle one of these; `late`: any ROLLBACK."""
    told = []
    verdicts = {"GO": [item.first_go for item in said], "RB": [item.first_rollback for item in said]}
    for word, whens in ({"RB": [item.rollback for item in said]} if late else verdicts).items():
        known = sorted(when for when in whens if when is not None)
        if known:
            middle = f"@{statistics.median_low(known)}" if 2 * len(known) >= len(said) else ""
            told.append(f"{word} {len(known) / len(said):.1%}{middle}")
    return "; ".join(told) or "HOLD"


def _wanted(acceptable: bool | None) -> str:
    return {True: "GO is right", False: "ROLLBACK is right", None: "neither above 5 %"}[acceptable]


if __name__ == "__main__":
    main()
