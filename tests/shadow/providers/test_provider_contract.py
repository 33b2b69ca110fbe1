"""What every provider in the list must do, whoever answers behind it."""

import json
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from openai_api import Script, serving

from shadow.brief import Brief, Picture, Text
from shadow.emulator import SCENARIOS, Emulator
from shadow.emulator.painter import encode, paint
from shadow.emulator.scene import read_scene
from shadow.pair import Image, Outcome, OutcomeKind
from shadow.providers import PROVIDERS
from shadow.providers.folder import name_of
from shadow.providers.provider import Provider, Rubric
from shadow.settings import WorkerSettings

MODEL = "gemini-3.1-flash-image"
EMBEDDER = "gemini-embedding-2"
JUDGE = "gemini-3.5-flash"
BRIEF = Brief(parts=(Text(text="serene mountain valley at dawn with a lone tree"),), settings_json="{}")
UNKNOWN = "no-such-model"
RUBRIC = Rubric(instructions="Score 0 to 100.")
NAMES = tuple(PROVIDERS)
LOCAL = ("folder", "replay")
"""Providers that need nobody to answer."""


def picture() -> bytes:
    """The picture that the canned ones answer with."""
    return encode(paint(read_scene(BRIEF.prompt), (344, 192), seed=1), "image/jpeg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A provider with somebody behind it, and how to send that somebody away."""

    provider: Provider
    leave: Callable[[], None]


Staged = Callable[[str], Stage]


@pytest.fixture
def staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staged]:
    """Makes the provider of a name as the harness does, with an emulator, a server, a folder or a recording behind."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:

        def gemini() -> Callable[[], None]:
            served = Emulator(scenario=SCENARIOS["same"], candidates=frozenset({MODEL}), today=date(2026, 6, 1))
            stack.enter_context(served)
            monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", served.url)
            monkeypatch.setenv("GEMINI_API_KEY", "k")
            return served.stop

        def openai() -> Callable[[], None]:
            opened = ExitStack()
            url = opened.enter_context(serving(Script(picture=picture(), models=(MODEL,))))
            stack.callback(opened.close)
            monkeypatch.setenv("OPENAI_BASE_URL", url)
            monkeypatch.setenv("OPENAI_API_KEY", "sk-a-key-for-the-tests")
            return opened.close

        def folder() -> Callable[[], None]:
            place = tmp_path / "pictures" / MODEL
            place.mkdir(parents=True)
            (place / f"{name_of(BRIEF.prompt)}.jpg").write_bytes(picture())
            (place / f"{name_of(BRIEF.prompt)}.json").write_text('{"score": 81, "reason": "The horizon leans."}')
            return lambda: None

        def replay() -> Callable[[], None]:
            (tmp_path / "a.jpg").write_bytes(picture())
            outcome = replace(Outcome(kind=OutcomeKind.IMAGE, model=MODEL), image=None).to_record()
            line = {"model": MODEL, "brief_digest": BRIEF.digest(), "outcome": outcome, "picture": "a.jpg"}
            (tmp_path / "replay.jsonl").write_text(json.dumps(line))
            return lambda: None

        behind = {"gemini": gemini, "openai": openai, "folder": folder, "replay": replay}

        def make(name: str) -> Stage:
            leave = behind[name]()
            return Stage(provider=PROVIDERS[name](WorkerSettings(call_seconds=20.0), tmp_path), leave=leave)

        yield make


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_becomes_a_picture(staged: Staged, name: str) -> None:
    """The outcome is an image under its digest, of the model that was asked, with a latency that is none below zero."""
    outcome = staged(name).provider.generate(BRIEF, model=MODEL, pictures={})
    assert (outcome.kind, outcome.model, outcome.label) == (OutcomeKind.IMAGE, MODEL, "")
    assert outcome.image is not None
    assert outcome.image == Image.of(outcome.image.data)
    assert outcome.image.mime.startswith("image/")
    assert outcome.latency >= 0
    assert "data" not in outcome.to_record()


@pytest.mark.parametrize("name", NAMES)
def test_a_model_nobody_knows_is_an_outcome(staged: Staged, name: str) -> None:
    """`generate` does not raise for it, `missing` says why in words, and the model that is there is not missing."""
    provider = staged(name).provider
    outcome = provider.generate(BRIEF, model=UNKNOWN, pictures={})
    assert outcome.kind in {OutcomeKind.FAILURE, OutcomeKind.INFRASTRUCTURE}
    assert outcome.image is None
    assert outcome.label
    assert provider.missing(UNKNOWN)
    assert provider.missing(MODEL) is None


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LOCAL])
def test_nobody_answering_is_infrastructure(staged: Staged, name: str) -> None:
    """A lost connection is never held against a model, and no key stands in its text."""
    stage = staged(name)
    stage.leave()
    outcome = stage.provider.generate(BRIEF, model=MODEL, pictures={})
    assert (outcome.kind, outcome.label) == (OutcomeKind.INFRASTRUCTURE, "connection")
    assert "sk-a-key" not in outcome.detail
    assert stage.provider.missing(MODEL) == "connection"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dimensions", [128, 768])
def test_words_and_pictures_become_unit_vectors(staged: Staged, name: str, dimensions: int) -> None:
    """One vector per content in order, of the length asked, equal for equal contents and not for others."""
    provider = staged(name).provider
    image = provider.generate(BRIEF, model=MODEL, pictures={}).image
    assert image is not None
    contents = [BRIEF.prompt, image, "a harbour by night", BRIEF.prompt]
    vectors = provider.embed(contents, model=EMBEDDER, dimensions=dimensions)
    assert [len(vector) for vector in vectors] == [dimensions] * len(contents)
    for vector in vectors:
        assert math.sqrt(math.fsum(value * value for value in vector)) == pytest.approx(1, abs=1e-5)
    assert vectors[0] == pytest.approx(vectors[3], abs=1e-9)
    assert vectors[0] != pytest.approx(vectors[2], abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_a_judge_scores_within_the_range_or_says_why_not(staged: Staged, name: str) -> None:
    """A judgement is a score from 0 to 100 with a reason in words; the same picture gets about it again."""
    provider = staged(name).provider
    image = provider.generate(BRIEF, model=MODEL, pictures={}).image
    assert image is not None
    first, second = (provider.judge(BRIEF, image, model=JUDGE, rubric=RUBRIC) for _ in range(2))
    assert first.missing is None
    assert first.score is not None
    assert 0 <= first.score <= 100
    assert first.reason
    assert second.score == pytest.approx(first.score, abs=20)


@pytest.mark.parametrize("name", NAMES)
def test_a_judge_prefers_one_of_two_pictures_or_neither(staged: Staged, name: str) -> None:
    """Shown a picture beside itself, it answers with one of three words."""
    provider = staged(name).provider
    image = provider.generate(BRIEF, model=MODEL, pictures={}).image
    assert image is not None
    found = provider.choose(BRIEF, (image, image), model=JUDGE, rubric=RUBRIC)
    assert found.missing is None
    assert found.preferred in {"first", "second", "tie"}


@pytest.mark.parametrize("name", NAMES)
def test_threads_may_ask_at_once(staged: Staged, name: str) -> None:
    """Eight threads get a picture each: one provider serves a whole crew."""
    provider = staged(name).provider
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(provider.generate, BRIEF, model=MODEL, pictures={}) for _ in range(8)]
        assert {future.result().kind for future in asked} == {OutcomeKind.IMAGE}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "replay"])
def test_reference_pictures_travel_along(staged: Staged, name: str) -> None:
    """A brief with a reference picture is answered too; a recording knows briefs by digest alone."""
    reference = Image.of(picture())
    part = Picture(digest=reference.digest, mime=reference.mime)
    brief = Brief(parts=(*BRIEF.parts, part), settings_json="{}")
    outcome = staged(name).provider.generate(brief, model=MODEL, pictures={reference.digest: reference})
    assert outcome.kind is OutcomeKind.IMAGE


def test_the_contract_is_held_by_every_provider() -> None:
    """A provider that is added to the list is staged here, or these tests fail."""
    assert set(NAMES) == {"gemini", "openai", "folder", "replay"}
