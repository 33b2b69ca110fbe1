"""A thousand simulated migrations, each with its traffic moved by three rules: what ends at 100 %, who was exposed.

Every day brings 250 briefs, all shadowed (a tenth once all traffic has moved), and one step. Ours is the product's own
step on the product's own verdict. The others see only what the candidate served to users:

- Flagger-like: each day the candidate's mean quality must be at most the margin below the incumbent's known mean and at
  most 5 % of its pictures may fail; a good day moves one stage up, five bad ones roll back (flagger.app, "Canary
  analysis": metric thresholds on the canary, stepWeight, threshold).
- GrowthBook-like: users split by the percentage, an unpaired sequential test at 5 % on all that was served so far rolls
  back where the candidate is surely worse; each day without that moves one stage up, and an inconclusive ramp ships
  (docs.growthbook.io, "Safe rollouts").

python -m bench.cutover --migrations 1000
"""

import argparse
import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from bench.betting import looks
from bench.said import LOOK, LOOKS
from bench.study import MARGIN, SCENARIOS, Stream, Truth, stream
from shadow.cutover import Action, Entry, Evidence, Policy, Stage, State, decide, recorded
from shadow.cutover.decide import Situation

PER_DAY = 250
DAYS = 30
REVERSE = 0.1
DAY = 86_400.0
STAGES = (1.0, 5.0, 25.0, 50.0, 100.0)
FAILED_CHECKS = 5
MOST_FAILING = 0.05
DRIFT_FROM = 1500
POLICY = Policy(stages=tuple(Stage(percent=percent, pairs=100, hours=24) for percent in STAGES))


@dataclass(slots=True, kw_only=True)
class Ramp:
    """One migration under one rule, day by day."""

    percents: list[float] = field(default_factory=list)
    """In force during each day."""
    bad: list[bool] = field(default_factory=list)
    """Whether the candidate was unacceptable on that day."""

    @property
    def exposed(self) -> float:
        """Share of all requests that a bad candidate served."""
        return statistics.fmean(percent / 100 * bad for percent, bad in zip(self.percents, self.bad, strict=True))

    @property
    def settled(self) -> int | None:
        """The day on which it had everything and kept it, or None."""
        if self.percents[-1] < 100:
            return None
        return len(self.percents) - next(
            (back for back, percent in enumerate(reversed(self.percents)) if percent < 100), len(self.percents)
        )


Rule = Callable[[Stream, Truth], Ramp]


def ours(run: Stream, truth: Truth) -> Ramp:
    """The product's step once a day, with its verdict on the pairs so far."""
    go, back = looks(run)
    state, seen, ramp = State(), 0, Ramp()
    for day in range(DAYS):
        percent = state.of("m")
        stage_from = 0 if day == 0 else seen
        _note(ramp, percent, truth, seen)
        seen = min(seen + int(PER_DAY * (REVERSE if percent >= 100 else 1)), LOOK * LOOKS)
        look = seen // LOOK - 1
        decision = "HOLD"
        if look >= 0:
            decision = "ROLLBACK" if back[: look + 1].any() else "GO" if go[look] else "HOLD"
        evidence = Evidence(
            decision=decision, stage_pairs=seen - stage_from, looked_after=state.standing("m").last_event
        )
        now = (day + 1) * DAY
        step = decide(Situation(state=state, migration="m", policy=POLICY, evidence=evidence, now=now))
        if step.action in (Action.MOVED, Action.ROLLED_BACK) and step.verb:
            state = recorded(
                state,
                Entry(
                    event_id=str(day),
                    migration="m",
                    at=now,
                    actor="bench",
                    verb=step.verb,
                    reason=step.reason,
                    to_percent=step.to_percent,
                    standing=step.standing,
                ),
            )
    return ramp


def flagger_like(run: Stream, truth: Truth) -> Ramp:
    """Thresholds on what the candidate served that day."""
    known = float(run.incumbent.mean())
    stage, failed, ramp = 0, 0, Ramp()
    for day in range(DAYS):
        percent = 0.0 if failed >= FAILED_CHECKS else STAGES[stage]
        first = day * PER_DAY
        _note(ramp, percent, truth, first)
        served = _served(run, first, percent)
        if percent and served.size:
            mean, failing = run.candidate[served].mean(), run.candidate_failed[served].mean()
            good = mean >= known - MARGIN and failing <= MOST_FAILING
            failed += not good
            stage = min(stage + good, len(STAGES) - 1)
    return ramp


def growthbook_like(run: Stream, truth: Truth) -> Ramp:
    """An unpaired sequential test on what both arms served so far."""
    stage, back, ramp = 0, False, Ramp()
    before: list[np.ndarray] = []
    after: list[np.ndarray] = []
    for day in range(DAYS):
        percent = 0.0 if back else STAGES[stage]
        first = day * PER_DAY
        _note(ramp, percent, truth, first)
        if back:
            continue
        chosen, whole = _served(run, first, percent), _rows(first)
        after.append(run.candidate[chosen])
        before.append(run.incumbent[np.setdiff1d(whole, chosen)])
        back = _surely_worse(np.concatenate(before), np.concatenate(after))
        stage = min(stage + 1, len(STAGES) - 1)
    return ramp


def _surely_worse(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether the unpaired normal-mixture interval (tuning parameter 5000, 5 %) lies wholly below zero."""
    if min(before.size, after.size) < 2:
        return False
    total = before.size + after.size
    variance = before.var() / before.size + after.var() / after.size
    rho = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1)) / 5000
    wide = math.sqrt(2 * (total * rho + 1) / (total * rho) * math.log(math.sqrt(total * rho + 1) / 0.05))
    return bool(after.mean() - before.mean() + wide * math.sqrt(variance) < 0)


def _rows(first: int) -> np.ndarray:
    # The stream is shorter than the month; what it holds comes round again for those who need only served pictures.
    return np.arange(first, first + PER_DAY) % (LOOK * LOOKS)


def _served(run: Stream, first: int, percent: float) -> np.ndarray:
    """The rows of this day that the candidate served: keys are spread evenly, so every n-th."""
    rows = _rows(first)
    return rows[(np.arange(PER_DAY) * 0.618_033_988_749_895) % 1.0 < percent / 100]


def _note(ramp: Ramp, percent: float, truth: Truth, seen: int) -> None:
    ramp.percents.append(percent)
    bad = truth.acceptable is False and (not truth.drift or seen >= DRIFT_FROM)
    ramp.bad.append(bad)


RULES: Mapping[str, Rule] = {"this product": ours, "Flagger-like": flagger_like, "GrowthBook-like": growthbook_like}


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--migrations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.process_time()
    ramps = simulated(given.migrations, given.seed)
    print("| rule | bad ones that end at 100 % | their share of all requests | good ones at 100 % | after days |")
    print("|---|---|---|---|---|")
    for name, found in ramps.items():
        print(row(name, found), flush=True)
    bad = sum(any(ramp.bad) for ramp in ramps["this product"])
    print(f"\n{given.migrations} migrations over {DAYS} days, {bad} of them bad, {time.process_time() - began:.0f} s")


def simulated(migrations: int, seed: int) -> dict[str, list[Ramp]]:
    """Every rule on the same migrations; truths that lie exactly on the line are left out."""
    truths = [truth for truth in SCENARIOS.values() if truth.acceptable is not None]
    generator = np.random.default_rng(seed)
    ramps: dict[str, list[Ramp]] = {name: [] for name in RULES}
    for number in range(migrations):
        truth = truths[number % len(truths)]
        run = stream(truth, generator)
        for name, rule in RULES.items():
            ramps[name].append(rule(run, truth))
    return ramps


def row(name: str, ramps: list[Ramp]) -> str:
    """One line of the table."""
    bad, good = [ramp for ramp in ramps if any(ramp.bad)], [ramp for ramp in ramps if not any(ramp.bad)]
    wrong = sum(ramp.percents[-1] >= 100 for ramp in bad) / len(bad)
    days = [ramp.settled for ramp in good if ramp.settled is not None]
    middle = f"{statistics.median_low(days)}" if days else "-"
    exposed = statistics.fmean(ramp.exposed for ramp in bad)
    return f"| {name} | {wrong:.1%} | {exposed:.2%} | {len(days) / len(good):.1%} | {middle} |"


if __name__ == "__main__":
    main()
