"""The scenarios' documented truth, found by the harness's own layers through the real SDK.

Two emulators of one seed paint the same draws for one model id; in the second the scenario holds for it. What differs
is the scenario's effect alone, measured as the harness measures it: properties, similarity, judge. With one answer of
the judge about each picture a difference of quality has a spread of about 9 points, so a mean over 100 pairs has a
standard error near 1: where few pairs are measured, two standard errors are allowed beside the documented tolerance
(`tests/emulator/test_scenarios.py` holds the tables without them, with more answers about each picture).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from statistics import fmean, pstdev, stdev

import pytest
from google import genai
from google.genai import types

from shadow.brief import Brief, Text, canonical
from shadow.emulator import MODELS, SCENARIOS, Emulator, Scenario, briefs
from shadow.emulator.briefs import BriefLine
from shadow.emulator.studio import Studio
from shadow.emulator.wire import Ask, Content
from shadow.gates import LAYERS
from shadow.gates.gate import next_layer
from shadow.pair import OutcomeKind
from shadow.providers.gemini import GeminiProvider
from shadow.settings import GateSettings

MODEL = "gemini-3.1-flash-image"
SEED = 5
UNTOUCHED = "untouched"
GRAMMAR = briefs(1500, seed=23)
LINES = GRAMMAR[:160]
# How many of the first briefs each scenario is measured on; the last three need no average.
PAIRS = {"same": 160, "washed-out": 160, "flaky": 160, "better": 100, "refusals": 60, "ratio": 30, "slow": 10}
CALM = 20
SPARSE = 40
Measure = dict[str, list[float]]


def quality(provider: GeminiProvider, line: BriefLine) -> float:
    """Quality of one outcome: the judge's score, 0 for what the model made unusable."""
    settings = {"image_config": {"aspect_ratio": line.aspect_ratio, "image_size": "512"}, "seed": 1}
    brief = Brief(parts=(Text(text=line.prompt),), settings_json=canonical(settings))
    outcome = provider.generate(brief, model=MODEL, pictures={})
    while outcome.kind is OutcomeKind.INFRASTRUCTURE:
        outcome = provider.generate(brief, model=MODEL, pictures={})
    if outcome.image is None:
        return 0.0
    gate = GateSettings()
    layers = [LAYERS[name](gate, provider) for name in gate.layers]
    findings = []
    while (layer := next_layer(layers, findings)) is not None:
        findings.append(layer.check(brief, outcome.image))
    if findings[-1].hard_failure:
        return 0.0
    assert findings[-1].score is not None
    return findings[-1].score


@contextmanager
def measuring(scenario: Scenario | None) -> Iterator[Callable[[Sequence[BriefLine]], list[float]]]:
    """Quality by brief from an emulator where the scenario holds, or where nobody is a candidate."""
    with ExitStack() as stack:
        scenarios = {} if scenario is None else {MODEL: scenario}
        served = stack.enter_context(
            Emulator(
                scenario=SCENARIOS["same"],
                candidates=frozenset(),
                scenarios=scenarios,
                today=date(2026, 6, 1),
                seed=SEED,
            )
        )
        client = stack.enter_context(genai.Client(api_key="k", http_options=types.HttpOptions(base_url=served.url)))
        pool = stack.enter_context(ThreadPoolExecutor(2))
        yield lambda lines: list(pool.map(partial(quality, GeminiProvider(client)), lines))


@pytest.fixture(scope="module")
def measured() -> Measure:
    """Quality by brief in each scenario, for the same draws; and where the model is nobody's candidate."""
    found: Measure = {}
    for name, pairs in {UNTOUCHED: 160, **PAIRS}.items():
        with measuring(SCENARIOS.get(name)) as measure:
            found[name] = measure(LINES[:pairs])
    return found


def effects_of(measured: Measure, name: str) -> list[float]:
    """Differences of quality by brief, for as many as the scenario was measured on."""
    return [after - before for before, after in zip(measured[UNTOUCHED], measured[name], strict=False)]


def agree(effects: Sequence[float], truth: float, tolerance: float) -> bool:
    """Whether the mean lies within the tolerance, give or take two standard errors of the measurement."""
    return abs(fmean(effects) - truth) <= tolerance + 2 * stdev(effects) / len(effects) ** 0.5


@pytest.mark.parametrize("name", ["same", "washed-out", "flaky"])
def test_a_scenario_costs_what_its_table_says(measured: Measure, name: str) -> None:
    """The mean difference of quality over the same draws lies within the documented tolerance."""
    truth = SCENARIOS[name].truth
    assert fmean(effects_of(measured, name)) == pytest.approx(truth.quality, abs=truth.tolerance)


def test_better_gains_what_its_table_says(measured: Measure) -> None:
    """A hundred pairs agree with the documented gain, and leave no doubt that it is one."""
    truth, effects = SCENARIOS["better"].truth, effects_of(measured, "better")
    assert agree(effects, truth.quality, truth.tolerance)
    assert fmean(effects) > 2 * stdev(effects) / len(effects) ** 0.5


@pytest.mark.parametrize("name", ["tail", "segment"])
def test_touched_briefs_lose_what_the_table_says_and_no_other_does(name: str) -> None:
    """Forty touched briefs agree with the documented loss on each; ten others score the same, point for point."""
    truth, lines = SCENARIOS[name].truth, sorted(GRAMMAR, key=partial(untouched, SCENARIOS[name]))
    touched = sum(not untouched(SCENARIOS[name], line) for line in lines)
    assert touched / len(lines) == pytest.approx(truth.touched, abs=0.02)
    lines = lines[:SPARSE] + lines[-10:]
    with measuring(None) as measure:
        before = measure(lines)
    with measuring(SCENARIOS[name]) as measure:
        effects = [after - base for base, after in zip(before, measure(lines), strict=True)]
    assert truth.each is not None
    assert agree(effects[:SPARSE], truth.each, truth.each_tolerance)
    assert effects[SPARSE:] == [0.0] * 10


def test_drift_costs_nothing_before_its_start_and_the_documented_points_after(measured: Measure) -> None:
    """The first pictures score the incumbent's scores, point for point; a hundred later ones agree with the table."""
    drift = replace(SCENARIOS["drift"], after=CALM)
    with measuring(drift) as measure:
        drifting = [*measure(LINES[:CALM]), *measure(LINES[CALM : CALM + 100])]
    effects = effects_of({**measured, "drift": drifting}, "drift")
    assert effects[:CALM] == [0.0] * CALM
    assert agree(effects[CALM:], drift.truth.quality, drift.truth.tolerance)


def test_the_incumbents_scores_look_like_a_judges(measured: Measure) -> None:
    """Around 82, spread by about 10, most of them multiples of 5: the effects are measured on a lifelike scale."""
    scores = measured[UNTOUCHED]
    assert 77 < fmean(scores) < 87
    assert 6 < pstdev(scores) < 15
    assert 0.5 < fmean(score % 5 == 0 for score in scores) < 0.9


@pytest.mark.parametrize("name", ["flaky", "refusals"])
def test_model_failures_score_nothing_and_lost_connections_are_asked_again(measured: Measure, name: str) -> None:
    """Some pictures are missing and score 0; every other one is the incumbent's own, point for point."""
    pairs = list(zip(measured[UNTOUCHED], measured[name], strict=False))
    missing = [before for before, after in pairs if after == 0.0 and before > 0.0]
    share = SCENARIOS[name].truth.model_failures
    assert 0 < len(missing) < 3 * share * len(pairs)
    assert all(before == after for before, after in pairs if after > 0.0)


def test_the_wrong_ratio_scores_nothing(measured: Measure) -> None:
    """In `ratio` the properties layer stops every picture but those of briefs that asked for a square."""
    outcomes = zip(LINES, measured[UNTOUCHED], measured["ratio"], strict=False)
    assert all(after == (before if line.aspect_ratio == "1:1" else 0.0) for line, before, after in outcomes)
    assert max(measured["ratio"]) > 0.0


def test_a_slow_candidate_scores_the_same(measured: Measure) -> None:
    """Time is no quality."""
    assert measured["slow"] == measured[UNTOUCHED][: PAIRS["slow"]]


def untouched(scenario: Scenario, line: BriefLine) -> bool:
    """Whether the emulator's style leaves the brief alone, as the studio decides it."""
    content = Content(text=line.prompt, blobs=())
    ask = Ask(contents=(content,), aspect_ratio=line.aspect_ratio, image_size="512")
    return not Studio(scenarios={MODEL: scenario}, seed=SEED).touches(ask, MODELS[MODEL])
