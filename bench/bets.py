"""Other ways to bet beside the verdict's own, by the same simulated migrations: pairs until GO, guard by guard.

python -m bench.bets --runs 100

The yardsticks are the best single fixed stake of each guard and the fixed stakes that are best together, both chosen
with the truth known. None of the other ways looks at anything but earlier pairs, so each keeps the promise that the
mean of identically distributed pairs is not misjudged; the plug-in bets give up the promise for means that drift, and
evidence that does not depend on the order of pairs.
"""

import argparse
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.guarding import Guard, Part, of
from analysis.stakes import STAKES, UNIFORM, Stakes
from bench.betting import ASKED, THRESHOLD, StakesOf, differences, evidence, wealth_of
from bench.said import LOOK
from bench.study import PAIRS, SCENARIOS, SEGMENT_SHARES, Floats, Integers, Marks, Stream, Truth, stream

GRID = Stakes(sizes=np.append(np.arange(1, 40) / 40, STAKES[-1]), weights=np.full(40, 1 / 40))
GUARDS = of(ASKED)
NEVER = 10**6
SWEEPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What one guard sees in all runs, each of shape (runs, PAIRS)."""

    steps: Integers
    inside: Marks


Way = Callable[[Guard, Drawn], Floats]
"""ln of the e-value for GO at each look, shape (runs, LOOKS)."""


def fixed(stakes_of: StakesOf) -> Way:
    """Bets with fixed stakes."""

    def way(guard: Guard, drawn: Drawn) -> Floats:
        pairs = zip(drawn.steps, drawn.inside, strict=True)
        found = [evidence(steps, seen, -guard.margin, -guard.metric.span, stakes_of(guard)) for steps, seen in pairs]
        return np.stack(found)

    return way


def best_fixed(guard: Guard, drawn: Drawn) -> Floats:
    """The one stake that is fastest in the median of these very runs."""
    logs = _by_stake(guard, drawn)
    middles = [float(np.median(first_hits(logs[..., bet]))) for bet in range(GRID.sizes.size)]
    found: Floats = logs[..., int(np.argmin(middles))]
    return found


def best_together(found: list[Drawn]) -> list[Floats]:
    """One stake for each guard, so chosen that all of them together are fastest in the median of these very runs."""
    logs = [_by_stake(guard, drawn) for guard, drawn in zip(GUARDS, found, strict=True)]
    there = [item >= THRESHOLD for item in logs]
    chosen = [int(np.abs(GRID.sizes - guard.for_go.sizes[0]).argmin()) for guard in GUARDS]

    def wait(stakes: list[int]) -> float:
        whole = np.logical_and.reduce([item[..., bet] for item, bet in zip(there, stakes, strict=True)])
        hits = np.where(whole.any(axis=1), (whole.argmax(axis=1) + 1) * LOOK, 2 * PAIRS)
        return float(np.median(hits) + 0.1 * hits.mean())  # the second part breaks ties

    for _ in range(SWEEPS):
        for place in range(len(GUARDS)):
            tried = [[*chosen[:place], bet, *chosen[place + 1 :]] for bet in range(GRID.sizes.size)]
            chosen = min(tried, key=wait)
    return [item[..., bet] for item, bet in zip(logs, chosen, strict=True)]


def _by_stake(guard: Guard, drawn: Drawn) -> Floats:
    """ln of the wealth of each stake of the grid at each look, shape (runs, LOOKS, 40)."""
    pairs = zip(drawn.steps, drawn.inside, strict=True)
    found = [wealth_of(steps, seen, -guard.margin, -guard.metric.span, GRID).cumsum(axis=0) for steps, seen in pairs]
    return np.stack(found)


def plugged_in(guard: Guard, drawn: Drawn) -> Floats:
    """Approximate growth-rate adaptive bets (aGRAPA): the best stake by mean and variance of the pairs so far.

    Source: Waudby-Smith & Ramdas, JRSSB 86 (2024), with one pretended pair of typical spread and 3/4 at most.
    """
    seen = drawn.inside.astype(np.float64)
    values = drawn.steps * seen
    counts = 1 + _before(seen)
    means = _before(values) / counts
    variance = (guard.metric.typical_deviation**2 + _before(values**2)) / counts - means**2
    gap, reach = means + guard.margin, guard.metric.span - guard.margin
    stakes = np.clip(gap / (variance + gap**2) * reach, 0.0, 0.75)
    return _looked_at(np.log1p(stakes * (values + guard.margin) / reach * seen))


def newton(guard: Guard, drawn: Drawn) -> Floats:
    """Online Newton steps on the stake (Cutkosky & Orabona, COLT 2018), from 0 and 3/4 at most."""
    gains = ((drawn.steps + guard.margin) / (guard.metric.span - guard.margin) * drawn.inside).T
    stake, curvature = np.zeros(gains.shape[1]), np.ones(gains.shape[1])
    logs = np.empty(gains.shape)
    for place, gain in enumerate(gains):
        logs[place] = np.log1p(stake * gain)
        slope = -gain / (1 + stake * gain)
        curvature += slope**2
        stake = np.clip(stake - 2 / (2 - math.log(3)) * slope / curvature, 0.0, 0.75)
    return _looked_at(logs.T)


def half_and_half(guard: Guard, drawn: Drawn) -> Floats:
    """Half of the money on plug-in bets, half on sixteen even stakes."""
    found: Floats = np.logaddexp(plugged_in(guard, drawn), fixed(_even)(guard, drawn)) - math.log(2)
    return found


def _even(_guard: Guard) -> Stakes:
    return UNIFORM


def _kelly(guard: Guard) -> Stakes:
    best = guard.for_go.sizes[0] / 0.8 if guard.part is Part.WHOLE else STAKES[-1]
    return Stakes(sizes=np.array([best]), weights=np.ones(1))


def _before(values: Floats) -> Floats:
    """Sums of all earlier pairs."""
    found: Floats = values.cumsum(axis=1) - values
    return found


def _looked_at(logs: Floats) -> Floats:
    found: Floats = logs.cumsum(axis=1)[:, LOOK - 1 :: LOOK]
    return found


WAYS: Mapping[str, Way] = {
    "best fixed stake, knowing the truth": best_fixed,
    "this verdict": fixed(lambda guard: guard.for_go),
    "sixteen even stakes": fixed(_even),
    "the best stake for an identical candidate alone": fixed(_kelly),
    "plug-in (aGRAPA)": plugged_in,
    "plug-in (Newton steps)": newton,
    "half plug-in, half even stakes": half_and_half,
}


def first_hits(logs: Floats) -> Integers:
    """Pairs at the first look at which each run reaches 20, shape (runs,)."""
    there = logs >= THRESHOLD
    found: Integers = np.where(there.any(axis=1), (there.argmax(axis=1) + 1) * LOOK, NEVER)
    return found


def drawn_from(streams: list[Stream], guard: Guard) -> Drawn:
    """What the guard sees of these runs."""
    pairs = [differences(run, guard) for run in streams]
    return Drawn(steps=np.stack([steps for steps, _ in pairs]), inside=np.stack([seen for _, seen in pairs]))


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--scenarios", nargs="*", default=["identical", "mean -1"], choices=list(SCENARIOS))
    given = parser.parse_args()
    began = time.monotonic()
    for name in given.scenarios:
        generator = np.random.default_rng([given.seed, list(SCENARIOS).index(name)])
        print(f"\n{name}: pairs until GO, median of {given.runs} runs, a look every 25\n")
        print(f"| bets | {' | '.join(guard.name for guard in GUARDS)} | whole | GO by 5,000 |")
        print(f"|---|{'---|' * (len(GUARDS) + 2)}")
        streams = [stream(SCENARIOS[name], generator) for _ in range(given.runs)]
        for way_name, way in WAYS.items():
            told(way_name, [way(guard, drawn_from(streams, guard)) for guard in GUARDS])
        told("fixed stakes, best together", best_together([drawn_from(streams, guard) for guard in GUARDS]))
        told("segments on sound pairs only", [_sound(streams, guard) for guard in GUARDS])
        told("segments sampled alike", _stratified(SCENARIOS[name], generator, given.runs))
        told("no segments", [WAYS["this verdict"](guard, drawn_from(streams, guard)) for guard in GUARDS[:3]])
    print(f"\n{time.monotonic() - began:.0f} s")


def told(name: str, found: list[Floats]) -> None:
    """One row: each guard, then all of them at once."""
    whole = first_hits(np.min(found, axis=0))
    cells = [_middle(first_hits(logs)) for logs in found] + [""] * (len(GUARDS) - len(found))
    print(f"| {name} | {' | '.join(cells)} | {_middle(whole)} | {(whole < NEVER).mean():.0%} |", flush=True)


def _middle(hits: Integers) -> str:
    middle = np.sort(hits)[(hits.size - 1) // 2]
    return f"{middle}" if middle < NEVER else "later"


def _sound(streams: list[Stream], guard: Guard) -> Floats:
    """Within segments, only pairs in which both models made a usable picture: a weaker guard."""
    drawn = drawn_from(streams, guard)
    if guard.part is Part.SEGMENT:
        failed = np.stack([run.incumbent_failed | run.candidate_failed for run in streams]) > 0
        drawn = replace(drawn, inside=drawn.inside & ~failed)
    return WAYS["this verdict"](guard, drawn)


def _stratified(truth: Truth, generator: np.random.Generator, runs: int) -> list[Floats]:
    """Every segment sampled alike; on the whole each pair weighs what its segment has of the traffic."""
    alike = [1 / len(SEGMENT_SHARES)] * len(SEGMENT_SHARES)
    streams = [stream(truth, generator, shares=alike) for _ in range(runs)]
    weights = np.array(SEGMENT_SHARES) / np.array(alike)
    found = []
    for guard in GUARDS:
        drawn = drawn_from(streams, guard)
        if guard.part is Part.SEGMENT:
            found.append(WAYS["this verdict"](guard, drawn))
            continue
        weighed = [steps * weights[run.segments] for steps, run in zip(drawn.steps, streams, strict=True)]
        worst = -guard.metric.span * float(weights.max())
        stakes = Stakes(sizes=np.minimum(2 * guard.for_go.sizes, STAKES[-1]), weights=guard.for_go.weights)
        everywhere = np.ones(PAIRS, dtype=np.bool_)
        found.append(np.stack([evidence(values, everywhere, -guard.margin, worst, stakes) for values in weighed]))
    return found


if __name__ == "__main__":
    main()
