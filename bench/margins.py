"""The error rates at the margins: each guard alone and the whole verdict, rare severe losses, and the planner.

python -m bench.margins --runs 1000

Every truth lies exactly on one guard's line, where GO and ROLLBACK are both errors. A build with more than 6.9 % in
1000 runs is broken (99.5 % Monte-Carlo bound of 5 %).
"""

import argparse
import statistics
import time
from collections.abc import Mapping

import numpy as np

from analysis.guarding import Guard, of, pairs_until_go
from bench.betting import ASKED, THRESHOLD, average, differences, evidence, ours, wealth_of
from bench.said import LOOK, LOOKS, sizes
from bench.study import MARGIN, PAIRS, SCENARIOS, Integers, Marks, stream

AT: Mapping[str, str] = {
    "quality": "quality -2 (margin)",
    "tail_rate": "tail +4 % (margin)",
    "gate_failures": "gate 3.5 % (margin)",
    "quality in other": "segment -5 (margin)",
}
RARE: Mapping[str, tuple[float, float, float]] = {
    "deviation 3, one in 30 loses 60": (3.0, 1 / 30, 60.0),
    "deviation 1, 2.5 % lose 80": (1.0, 0.025, 80.0),
    "deviation 10.7, 2.5 % lose 80": (10.7, 0.025, 80.0),
}
RARE_PAIRS = 2000
EVERYWHERE: Marks = np.ones(PAIRS, dtype=np.bool_)
GUARDS: Mapping[str, Guard] = {guard.name: guard for guard in of(ASKED)}


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--parts", nargs="*", choices=["lines", "rare", "plan"], default=["lines", "rare", "plan"])
    given = parser.parse_args()
    began = time.monotonic()
    for part in given.parts:
        {"lines": lines, "rare": rare, "plan": plan}[part](given.runs, given.seed)
    print(f"\n{given.runs} runs, {time.monotonic() - began:.0f} s")


def lines(runs: int, seed: int) -> None:
    """Exactly on the line of each guard."""
    print("\n| exactly on the line of | guard alone: GO | guard alone: ROLLBACK | verdict: GO | verdict: ROLLBACK |")
    print("|---|---|---|---|---|")
    for number, (name, scenario) in enumerate(AT.items()):
        generator, guard, found = np.random.default_rng([seed, number]), GUARDS[name], np.zeros(4)
        for _ in range(runs):
            run = stream(SCENARIOS[scenario], generator)
            said = ours(run)
            found += [*_both(*differences(run, guard), guard), said.go is not None, said.rollback is not None]
        print(f"| {name} | {' | '.join(f'{share:.1%}' for share in found / runs)} |", flush=True)


def _both(steps: Integers, inside: Marks, guard: Guard) -> tuple[bool, bool]:
    """Whether the guard's own evidence ever reaches 20, for GO and for ROLLBACK."""
    span = guard.metric.span
    go = evidence(steps, inside, -guard.margin, -span, guard.for_go)
    against = evidence(steps, inside, -guard.margin, span, guard.for_rollback)
    return bool((go >= THRESHOLD).any()), bool((against >= THRESHOLD).any())


def rare(runs: int, seed: int) -> None:
    """Rare severe losses with the mean exactly at -2: how often GO is said within 2000 pairs."""
    print("\n| mean exactly -2 | this guard: GO | this guard: ROLLBACK | paired t at each look: GO |")
    print("|---|---|---|---|")
    guard, inside = GUARDS["quality"], EVERYWHERE & (np.arange(PAIRS) < RARE_PAIRS)
    for number, (name, (deviation, share, loss)) in enumerate(RARE.items()):
        generator, found = np.random.default_rng([seed, 10 + number]), np.zeros(3)
        for _ in range(runs):
            noise = generator.normal(share * loss - MARGIN, deviation, PAIRS) - loss * (generator.random(PAIRS) < share)
            # Hundredths of a point, as the ledger compares them.
            steps = np.clip(np.rint(noise * 100) / 100, -100, 100)
            found += [*_both(steps, inside, guard), _paired_t(steps[:RARE_PAIRS])]
        print(f"| {name} | {' | '.join(f'{value:.1%}' for value in found / runs)} |", flush=True)
    guard, found = GUARDS["gate_failures"], np.zeros(3)
    generator = np.random.default_rng([seed, 20])
    for _ in range(runs):
        steps = -(generator.random(PAIRS) < guard.margin).astype(np.int64)
        found += [*_both(steps, EVERYWHERE & (np.arange(PAIRS) < 3000), guard), np.nan]
    told = " | ".join(f"{value:.1%}" for value in found[:2] / runs)
    print(f"| gate: the incumbent never fails, the candidate in 1.5 % | {told} | |", flush=True)


def _paired_t(values: np.ndarray) -> bool:
    looks = sizes()[: values.size // LOOK]
    mean = values.cumsum()[LOOK - 1 :: LOOK] / looks
    spread = np.sqrt(np.maximum((values**2).cumsum()[LOOK - 1 :: LOOK] / looks - mean**2, 1e-12))
    return bool((mean - 1.645 * spread / np.sqrt(looks) > -MARGIN).any())


def plan(runs: int, seed: int) -> None:
    """What is planned for an identical candidate beside what it takes."""
    print("\n| identical candidate | simulated: median, nine in ten | planned | ratio of medians |")
    print("|---|---|---|---|")
    generator = np.random.default_rng([seed, 30])
    streams = [stream(SCENARIOS["identical"], generator) for _ in range(min(runs, 300))]
    for name in ("quality", "tail_rate", "gate_failures"):
        guard = GUARDS[name]
        wealth = [
            wealth_of(*differences(run, guard), -guard.margin, -guard.metric.span, guard.for_go) for run in streams
        ]
        there = average(np.stack(wealth).cumsum(axis=1), guard.for_go) >= THRESHOLD
        hits = sorted(np.where(there.any(axis=1), (there.argmax(axis=1) + 1) * LOOK, LOOKS * LOOK).tolist())
        middle, likely = statistics.median_low(hits), hits[int(0.9 * len(hits))]
        planned = [pairs_until_go(guard, THRESHOLD, quantile) or 0 for quantile in (0.0, 1.2816)]
        told = f"{middle}, {likely} | {planned[0]}, {planned[1]} | {planned[0] / middle:.2f}"
        print(f"| {name} | {told} |", flush=True)


if __name__ == "__main__":
    main()
