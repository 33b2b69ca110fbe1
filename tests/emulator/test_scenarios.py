"""The true effect of every scenario, measured the way a harness would see it, and held to the scenario's own table."""

from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from typing import cast

import numpy as np
import pytest
from PIL import Image

from shadow.emulator.briefs import BriefLine, briefs
from shadow.emulator.embedder import embed_picture, embed_words
from shadow.emulator.errors import ApiError, ConnectionDropped
from shadow.emulator.judge import judge
from shadow.emulator.models import MODELS
from shadow.emulator.scenarios import INFRASTRUCTURE, SCENARIOS, Fault, Scenario, struck
from shadow.emulator.studio import Fate, Studio
from shadow.emulator.wire import Ask, Content

MODEL, TWIN = "gemini-3.1-flash-image", "gemini-3.1-flash-image-preview"
GRAMMAR = briefs(6000, seed=11)
LINES = GRAMMAR[:240]
# The judge answers this often about each picture, so that its own noise hardly widens what is measured.
ANSWERS = 4
# Below this cosine a harness would call a picture unrelated to its brief; own pictures lie around 0.49.
FLOOR = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Quality of one outcome (0 where there is no picture) and its cosine with the brief."""

    quality: float
    cosine: float


def ask_of(line: BriefLine, *, image_size: str = "512") -> Ask:
    content = Content(text=line.prompt, blobs=())
    return Ask(
        contents=(content,), modalities=frozenset({"IMAGE"}), aspect_ratio=line.aspect_ratio, image_size=image_size
    )


def seen_of(studio: Studio, line: BriefLine, *, model: str = MODEL) -> Seen:
    """One brief through painter, embedder and judge; retried until the line lets it through."""
    image = picture_of(studio, ask_of(line), model)
    if image is None:
        return Seen(quality=0.0, cosine=float("nan"))
    cosine = float((embed_words(line.prompt) * embed_picture(image)).sum())
    if cosine < FLOOR:
        return Seen(quality=0.0, cosine=cosine)
    scores = [judge(line.prompt, image, seed=answer).score for answer in range(ANSWERS)]
    return Seen(quality=float(np.mean(scores)), cosine=cosine)


def picture_of(studio: Studio, ask: Ask, model: str = MODEL) -> bytes | None:
    """The picture, or None where the model made none; a failed line is asked once more."""
    try:
        reply = studio.generate(ask, MODELS[model])
    except (ApiError, ConnectionDropped):
        reply = studio.generate(ask, MODELS[model])
    found = [cast("dict[str, str]", part["inlineData"]) for part in reply.parts if "inlineData" in part]
    return b64decode(found[0]["data"]) if found else None


def size_of(image: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(image)) as picture:
        return picture.size


def studio_for(scenario: Scenario, *candidates: str) -> Studio:
    return Studio(scenarios=dict.fromkeys(candidates, scenario), seed=1)


def begun(name: str) -> Scenario:
    """The scenario as it is once it holds."""
    return replace(SCENARIOS[name], after=0)


def qualities(studio: Studio, lines: Sequence[BriefLine], *, model: str = MODEL) -> np.ndarray:
    return np.array([seen_of(studio, line, model=model).quality for line in lines])


@lru_cache(maxsize=1)
def incumbent() -> tuple[Seen, ...]:
    """The pictures of a model that no scenario touches."""
    studio = studio_for(SCENARIOS["same"])
    return tuple(seen_of(studio, line) for line in LINES)


def differences(scenario: Scenario, *, model: str) -> np.ndarray:
    """Differences of quality by brief, candidate minus incumbent.

    Under the incumbent's own name the candidate gets the same draws, so that only the scenario makes a difference.
    """
    candidate = qualities(studio_for(scenario, model), LINES, model=model)
    return candidate - np.array([seen.quality for seen in incumbent()])


@pytest.mark.parametrize("name", ["same", "better", "washed-out", "drift"])
def test_a_scenario_costs_what_its_table_says(name: str) -> None:
    """Over briefs of all categories and the same draws, the mean difference of quality is the documented one."""
    truth = SCENARIOS[name].truth
    assert differences(begun(name), model=MODEL).mean() == pytest.approx(truth.quality, abs=truth.tolerance)


@pytest.mark.parametrize("name", ["tail", "segment"])
def test_a_brief_that_is_touched_loses_what_the_table_says(name: str) -> None:
    """Where few briefs are touched, sixty of them are measured: the mean loss on each is the documented one."""
    truth, studio = SCENARIOS[name].truth, studio_for(SCENARIOS[name], MODEL)
    lines = [line for line in GRAMMAR if studio.touches(ask_of(line), MODELS[MODEL])][:60]
    loss = (qualities(studio, lines) - qualities(studio_for(SCENARIOS["same"]), lines)).mean()
    assert loss == pytest.approx(truth.each, abs=truth.each_tolerance)


@pytest.mark.parametrize("name", ["tail", "segment"])
def test_the_other_briefs_are_left_alone(name: str) -> None:
    """As many briefs are touched as the table says, and all other pictures are the incumbent's, byte for byte."""
    studio, same = studio_for(SCENARIOS[name], MODEL), studio_for(SCENARIOS["same"])
    touched = [studio.touches(ask_of(line), MODELS[MODEL]) for line in GRAMMAR]
    assert np.mean(touched) == pytest.approx(SCENARIOS[name].truth.touched, abs=0.01)
    others = [ask_of(line) for line, hit in zip(GRAMMAR, touched, strict=True) if not hit][:20]
    assert all(picture_of(studio, ask) == picture_of(same, ask) for ask in others)


def test_the_segment_is_one_category_of_the_grammar() -> None:
    """`segment` touches every brief of the category underwater and no other, in any spelling."""
    studio = studio_for(SCENARIOS["segment"], MODEL)
    assert {line.tag for line in GRAMMAR if studio.touches(ask_of(line), MODELS[MODEL])} == {"underwater"}
    assert SCENARIOS["segment"].concerns("A reef, UNDERWATER.")
    assert not SCENARIOS["segment"].concerns("underwaters of the moon")


@pytest.mark.parametrize("name", [name for name in SCENARIOS if SCENARIOS[name].truth.each is not None])
def test_a_truth_does_not_contradict_itself(name: str) -> None:
    """The mean effect is the share of touched briefs times the effect on each."""
    truth = SCENARIOS[name].truth
    assert truth.each is not None
    assert truth.touched * truth.each == pytest.approx(truth.quality, abs=truth.tolerance / 3)


def test_ratio_paints_a_square_whatever_was_asked() -> None:
    """Every picture is square at the size asked for; what briefs of another shape would score is lost whole."""
    studio, truth = studio_for(SCENARIOS["ratio"], MODEL), SCENARIOS["ratio"].truth
    assert {size_of(picture_of(studio, ask_of(line)) or b"") for line in LINES[:20]} == {(512, 512)}
    lost = np.array(
        [seen.quality * (line.aspect_ratio != "1:1") for seen, line in zip(incumbent(), LINES, strict=True)]
    )
    assert -lost.mean() == pytest.approx(truth.quality, abs=truth.tolerance)
    assert -lost[lost > 0].mean() == pytest.approx(truth.each, abs=truth.each_tolerance)
    assert np.mean([line.aspect_ratio != "1:1" for line in GRAMMAR]) == pytest.approx(truth.touched, abs=0.01)


def test_slow_paints_the_same_pictures() -> None:
    """Nothing but the time differs, by the documented factor and for the candidate only."""
    slow, same = studio_for(SCENARIOS["slow"], MODEL), studio_for(SCENARIOS["same"])
    asks = [ask_of(line) for line in LINES[:10]]
    replies = [[studio.generate(ask, MODELS[MODEL]) for ask in asks] for studio in (slow, same)]
    assert [reply.parts for reply in replies[0]] == [reply.parts for reply in replies[1]]
    factors = [{reply.slowness for reply in made} for made in replies]
    assert factors == [{SCENARIOS["slow"].truth.slowness}, {1.0}]


def test_drift_begins_after_its_count_of_pictures() -> None:
    """The first so many draws of the candidate are the incumbent's; all later ones are not, and nobody else counts."""
    drift = replace(SCENARIOS["drift"], after=3)
    studio, same = studio_for(drift, MODEL), studio_for(SCENARIOS["same"])
    asks = [ask_of(line) for line in LINES[:6]]
    for ask in asks:
        studio.generate(ask, MODELS[TWIN])
    assert [picture_of(studio, ask) == picture_of(same, ask) for ask in asks] == [True] * 3 + [False] * 3


def test_a_scenario_that_has_not_begun_fails_nothing() -> None:
    """Faults wait for the start as well, and requests that the line failed bring it no nearer."""
    late = replace(SCENARIOS["flaky"], after=500)
    fates = fates_of(late, 2500)
    first = next(number for number, fate in enumerate(fates) if fate.fault)
    assert first >= 500
    answered = [fate for fate in fates if fate.fault not in INFRASTRUCTURE]
    assert {fate.scenario.name for fate in answered[:500]} == {"same"}
    assert {fate.scenario.name for fate in answered[500:]} == {"flaky"}


def test_each_candidate_has_its_own_scenario() -> None:
    """Two candidates at once: one refuses, the other is slow, and a third model is left alone."""
    everything = replace(SCENARIOS["refusals"], faults=((Fault.IMAGE_SAFETY, 1.0),))
    studio = Studio(scenarios={MODEL: everything, TWIN: SCENARIOS["slow"]}, seed=1)
    replies = [
        studio.generate(ask_of(LINES[0], image_size="1K"), MODELS[name]) for name in (MODEL, TWIN, "gemini-3-pro-image")
    ]
    assert [reply.finish for reply in replies] == ["IMAGE_SAFETY", "STOP", "STOP"]
    assert [reply.slowness for reply in replies] == [1.0, 3.0, 1.0]


def test_same_differs_by_its_draws_only() -> None:
    """With draws of its own the candidate differs in every pair, but by no more on average than chance explains."""
    found = differences(SCENARIOS["same"], model=TWIN)
    error = found.std(ddof=1) / len(found) ** 0.5
    assert 3 < found.std() < 9
    assert abs(found.mean()) < 3 * error < 1.5


def test_the_mean_quality_is_that_of_a_good_model() -> None:
    """The incumbent's pictures score about 82, and none falls below the similarity floor."""
    assert 79 < np.mean([seen.quality for seen in incumbent()]) < 85
    assert min(seen.cosine for seen in incumbent()) > FLOOR


@pytest.mark.parametrize("name", ["flaky", "refusals"])
def test_faults_come_as_often_as_documented(name: str) -> None:
    """Over 6000 briefs the candidate's model and line failures have the documented shares, each kind its own."""
    scenario = SCENARIOS[name]
    fates = Counter(fate.fault for fate in fates_of(scenario, 6000))
    for fault, share in scenario.faults:
        assert fates[fault] / 6000 == pytest.approx(share, abs=0.006)
    line = sum(fates[fault] for fault in INFRASTRUCTURE) / 6000
    model = sum(count for fault, count in fates.items() if fault and fault not in INFRASTRUCTURE) / 6000
    assert line == pytest.approx(scenario.truth.infrastructure_failures, abs=0.01)
    assert model == pytest.approx(scenario.truth.model_failures, abs=0.01)


@pytest.mark.parametrize("name", ["flaky", "refusals"])
def test_faults_cost_the_pictures_that_are_missing(name: str) -> None:
    """Pictures are as good as the incumbent's, so the loss is the share of missing ones times the mean quality."""
    truth = SCENARIOS[name].truth
    mean = float(np.mean([seen.quality for seen in incumbent()]))
    assert -mean == pytest.approx(truth.each, abs=truth.each_tolerance)
    assert -truth.model_failures * mean == pytest.approx(truth.quality, abs=truth.tolerance)
    same, faulty = studio_for(SCENARIOS["same"]), studio_for(SCENARIOS[name], MODEL)
    pairs = [[picture_of(studio, ask_of(line)) for studio in (same, faulty)] for line in LINES[:40]]
    assert all(ours == theirs for ours, theirs in pairs if theirs is not None)


def test_a_failed_line_lets_the_retry_through() -> None:
    """Whatever the line does to a request, the next one for the brief is answered by the model."""
    studio, model = studio_for(SCENARIOS["flaky"], MODEL), MODELS[MODEL]
    asks = [ask_of(line) for line in briefs(2000, seed=3)]
    failed = [ask for ask in asks if studio.fate(ask, model).fault in INFRASTRUCTURE]
    assert len(failed) > 50
    assert not any(studio.fate(ask, model).fault in INFRASTRUCTURE for ask in failed)


def test_only_candidates_are_touched() -> None:
    """The incumbent of a flaky scenario never fails."""
    studio = studio_for(SCENARIOS["flaky"], TWIN)
    assert {studio.fate(ask_of(line), MODELS[MODEL]).fault for line in briefs(500)} == {None}


def test_faults_are_as_wide_as_their_shares() -> None:
    """A chance falls on the fault whose stretch it lies in; kinds that are not asked for take no room."""
    faults = ((Fault.QUOTA, 0.2), (Fault.NO_IMAGE, 0.3), (Fault.DROPPED, 0.1))
    kinds = frozenset({Fault.QUOTA, Fault.DROPPED})
    assert [struck(faults, kinds, chance) for chance in (0.1, 0.25, 0.35)] == [Fault.QUOTA, Fault.DROPPED, None]


def fates_of(scenario: Scenario, count: int) -> list[Fate]:
    """The fates of that many briefs, each asked until the line lets it through."""
    studio, model = studio_for(scenario, MODEL), MODELS[MODEL]
    fates = []
    for line in briefs(count, seed=2):
        fates.append(studio.fate(ask_of(line), model))
        if fates[-1].fault in INFRASTRUCTURE:
            fates.append(studio.fate(ask_of(line), model))
    return fates
