"""The scenarios' documented truth, found by the harness's own layers through the real SDK.

Two emulators of one seed paint the same draws for one model id; in the second the scenario holds for it. What differs
is the scenario's effect alone, measured as the harness measures it: properties, similarity, judge.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from functools import partial
from statistics import fmean, pstdev

import pytest
from google import genai
from google.genai import types

from shadow.brief import Brief, Text, canonical
from shadow.emulator import SCENARIOS, Emulator, briefs
from shadow.emulator.briefs import BriefLine
from shadow.gates import LAYERS
from shadow.gates.gate import next_layer
from shadow.pair import OutcomeKind
from shadow.providers.gemini import GeminiProvider
from shadow.settings import GateSettings

MODEL = "gemini-3.1-flash-image"
UNTOUCHED = "untouched"
PAIRS = 160
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


@pytest.fixture(scope="module")
def measured() -> Measure:
    """Quality by brief in each scenario, for the same draws; and where the model is nobody's candidate."""
    found: Measure = {}
    for name in (UNTOUCHED, "same", "washed-out", "flaky"):
        with ExitStack() as stack:
            scenario = SCENARIOS["washed-out" if name == UNTOUCHED else name]
            candidates = frozenset() if name == UNTOUCHED else frozenset({MODEL})
            served = stack.enter_context(
                Emulator(scenario=scenario, candidates=candidates, today=date(2026, 6, 1), seed=5)
            )
            client = stack.enter_context(genai.Client(api_key="k", http_options=types.HttpOptions(base_url=served.url)))
            with ThreadPoolExecutor(2) as pool:
                found[name] = list(pool.map(partial(quality, GeminiProvider(client)), briefs(PAIRS, seed=23)))
    return found


@pytest.mark.parametrize("name", ["same", "washed-out", "flaky"])
def test_a_scenario_costs_what_its_table_says(measured: Measure, name: str) -> None:
    """The mean difference of quality over the same draws lies within the documented tolerance."""
    truth = SCENARIOS[name].truth
    effect = fmean(after - before for before, after in zip(measured[UNTOUCHED], measured[name], strict=True))
    assert effect == pytest.approx(truth.quality, abs=truth.tolerance)


def test_the_incumbents_scores_look_like_a_judges(measured: Measure) -> None:
    """Around 82, spread by about 10, most of them multiples of 5: the effects are measured on a lifelike scale."""
    scores = measured[UNTOUCHED]
    assert 77 < fmean(scores) < 87
    assert 6 < pstdev(scores) < 15
    assert 0.5 < fmean(score % 5 == 0 for score in scores) < 0.9


def test_model_failures_score_nothing_and_lost_connections_are_asked_again(measured: Measure) -> None:
    """In `flaky` some pictures are missing and score 0; every other one is the incumbent's own, point for point."""
    pairs = list(zip(measured[UNTOUCHED], measured["flaky"], strict=True))
    missing = [before for before, after in pairs if after == 0.0 and before > 0.0]
    share = SCENARIOS["flaky"].truth.model_failures
    assert 0 < len(missing) < 3 * share * PAIRS
    assert all(before == after for before, after in pairs if after > 0.0)
