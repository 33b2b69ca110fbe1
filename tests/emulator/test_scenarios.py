"""The true effect of every scenario, measured the way a harness would see it, and held to the scenario's own table."""

from base64 import b64decode
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
import pytest

from shadow.emulator.briefs import BriefLine, briefs
from shadow.emulator.embedder import embed_picture, embed_words
from shadow.emulator.errors import ApiError, ConnectionDropped
from shadow.emulator.judge import judge
from shadow.emulator.models import MODELS
from shadow.emulator.painter import Style
from shadow.emulator.scenarios import INFRASTRUCTURE, SCENARIOS, Fault, Scenario, Truth, struck
from shadow.emulator.studio import Fate, Studio
from shadow.emulator.wire import Ask, Content

MODEL, TWIN = "gemini-3.1-flash-image", "gemini-3.1-flash-image-preview"
LINES = briefs(240, seed=11)
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


def picture_of(studio: Studio, ask: Ask, model: str) -> bytes | None:
    """The picture, or None where the model made none; a failed line is asked once more."""
    try:
        reply = studio.generate(ask, MODELS[model])
    except (ApiError, ConnectionDropped):
        reply = studio.generate(ask, MODELS[model])
    found = [cast("dict[str, str]", part["inlineData"]) for part in reply.parts if "inlineData" in part]
    return b64decode(found[0]["data"]) if found else None


def studio_for(scenario: Scenario, *candidates: str) -> Studio:
    return Studio(scenario=scenario, candidates=frozenset(candidates), seed=1)


@lru_cache(maxsize=1)
def incumbent() -> tuple[Seen, ...]:
    """The pictures of a model that no scenario touches."""
    studio = studio_for(SCENARIOS["same"])
    return tuple(seen_of(studio, line) for line in LINES)


def differences(scenario: Scenario, *, model: str) -> np.ndarray:
    """Differences of quality by brief, candidate minus incumbent.

    Under the incumbent's own name the candidate gets the same draws, so that only the scenario makes a difference.
    """
    studio = studio_for(scenario, model)
    candidate = np.array([seen_of(studio, line, model=model).quality for line in LINES])
    return candidate - np.array([seen.quality for seen in incumbent()])


def test_same_has_no_effect() -> None:
    """Given the incumbent's draws, the candidate of `same` scores exactly what the incumbent scores."""
    truth = SCENARIOS["same"].truth
    assert abs(differences(SCENARIOS["same"], model=MODEL).mean() - truth.quality) <= truth.tolerance


def test_same_differs_by_its_draws_only() -> None:
    """With draws of its own the candidate differs in every pair, but by no more on average than chance explains."""
    found = differences(SCENARIOS["same"], model=TWIN)
    error = found.std(ddof=1) / len(found) ** 0.5
    assert 3 < found.std() < 9
    assert abs(found.mean()) < 3 * error < 1.5


def test_washed_out_costs_eight_points() -> None:
    """Paler, flatter and emptier pictures lose 8 points of quality, within one."""
    truth = SCENARIOS["washed-out"].truth
    assert abs(differences(SCENARIOS["washed-out"], model=MODEL).mean() - truth.quality) <= truth.tolerance


def test_the_mean_quality_is_that_of_a_good_model() -> None:
    """The incumbent's pictures score about 82, and none falls below the similarity floor."""
    assert 79 < np.mean([seen.quality for seen in incumbent()]) < 85
    assert min(seen.cosine for seen in incumbent()) > FLOOR


def test_flaky_fails_as_often_as_documented() -> None:
    """Over 6000 briefs the candidate's model and line failures have the documented shares, each kind its own."""
    scenario = SCENARIOS["flaky"]
    fates = Counter(fate.fault for fate in fates_of(scenario, 6000))
    for fault, share in scenario.faults:
        assert fates[fault] / 6000 == pytest.approx(share, abs=0.006)
    line = sum(fates[fault] for fault in INFRASTRUCTURE) / 6000
    model = sum(count for fault, count in fates.items() if fault and fault not in INFRASTRUCTURE) / 6000
    assert line == pytest.approx(scenario.truth.infrastructure_failures, abs=0.01)
    assert model == pytest.approx(scenario.truth.model_failures, abs=0.01)


def test_flaky_costs_what_its_failures_cost() -> None:
    """Pictures are as good as the incumbent's, so the loss is the share of missing ones times the mean quality."""
    truth = SCENARIOS["flaky"].truth
    mean = float(np.mean([seen.quality for seen in incumbent()]))
    assert abs(-truth.model_failures * mean - truth.quality) <= truth.tolerance
    same, flaky = studio_for(SCENARIOS["same"]), studio_for(SCENARIOS["flaky"], MODEL)
    pairs = [[picture_of(studio, ask_of(line), MODEL) for studio in (same, flaky)] for line in LINES[:40]]
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


def test_a_share_of_briefs_can_be_touched() -> None:
    """A scenario for a tenth of the briefs changes about a tenth of the pictures and leaves the rest as they are."""
    some = Scenario(
        name="some", summary="", truth=Truth(quality=0, tolerance=0), style=Style(saturation=0.5), share=0.25
    )
    touched, plain = studio_for(some, MODEL), studio_for(SCENARIOS["same"])
    lines = briefs(80, seed=5)
    changed = [picture_of(touched, ask_of(line), MODEL) != picture_of(plain, ask_of(line), MODEL) for line in lines]
    assert 0.1 < np.mean(changed) < 0.4


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
