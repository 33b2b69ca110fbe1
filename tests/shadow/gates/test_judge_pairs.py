"""The judge looks at both pictures side by side, in both orders."""

from collections.abc import Iterator
from datetime import date

import pytest
from google import genai
from google.genai import types

from shadow.brief import Brief, Text
from shadow.emulator import SCENARIOS, Emulator
from shadow.emulator.painter import Style, encode, paint
from shadow.emulator.scene import read_scene
from shadow.gates.judge_pairs import Referee
from shadow.pair import Arm, Comparison, Image
from shadow.providers.gemini import GeminiProvider
from shadow.providers.replay import ReplayProvider
from shadow.settings import JudgeSettings

BRIEF = Brief(parts=(Text(text="vibrant red and gold mountain valley at sunset"),))


def painted(saturation: float, seed: int = 1) -> Image:
    """The brief's picture, more or less pale."""
    style = Style(saturation=saturation, spread=0.0)
    return Image.of(encode(paint(read_scene(BRIEF.prompt), (344, 192), seed=seed, style=style)))


FULL, PALE = painted(1.0), painted(0.2)


@pytest.fixture
def referee_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Makes the referee over an emulator whose judge leans so much towards the first picture."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    served: list[Emulator] = []

    def make(leaning: float) -> Referee:
        emulator = Emulator(
            scenario=SCENARIOS["same"], candidates=frozenset(), today=date(2026, 6, 1), leaning=leaning
        ).start()
        served.append(emulator)
        client = genai.Client(api_key="k", http_options=types.HttpOptions(base_url=emulator.url))
        return Referee(JudgeSettings(), GeminiProvider(client))

    yield make
    for emulator in served:
        emulator.stop()


def both(referee: Referee, *, incumbent: Image, candidate: Image) -> list[Comparison]:
    """Both orders."""
    return [referee.compare(BRIEF, incumbent=incumbent, candidate=candidate, first=first) for first in Arm]


def test_the_better_picture_is_preferred_in_either_order(referee_of) -> None:
    """Whoever made it, and wherever it was shown."""
    referee = referee_of(0.0)
    better = both(referee, incumbent=PALE, candidate=FULL)
    worse = both(referee, incumbent=FULL, candidate=PALE)
    assert [said.preferred for said in better] == [Arm.CANDIDATE, Arm.CANDIDATE]
    assert [said.preferred for said in worse] == [Arm.INCUMBENT, Arm.INCUMBENT]
    assert [said.first for said in better] == [Arm.INCUMBENT, Arm.CANDIDATE]
    assert all(said.reason and said.missing is None for said in (*better, *worse))


def test_a_judge_that_leans_to_the_first_picture_contradicts_itself(referee_of) -> None:
    """With both orders asked that is plain to see, where one order alone would have crowned the worse picture."""
    said = both(referee_of(1.0), incumbent=PALE, candidate=FULL)
    assert [item.preferred for item in said] == [Arm.INCUMBENT, Arm.CANDIDATE]


def test_what_cannot_be_shown_is_missing() -> None:
    """Nobody is asked."""
    said = both(Referee(JudgeSettings(), ReplayProvider({})), incumbent=Image.of(b"words"), candidate=FULL)
    assert [(item.preferred, item.missing) for item in said] == [(None, "unknown format")] * 2


def test_the_replay_provider_prefers_the_same_picture_in_either_order() -> None:
    """The shipped fake has no leaning."""
    first, second = both(Referee(JudgeSettings(), ReplayProvider({})), incumbent=PALE, candidate=FULL)
    assert first.preferred is second.preferred
    assert first.missing is None


def test_a_comparison_is_read_back_as_it_was_written() -> None:
    """Through JSON, tie and missing included."""
    for said in (
        Comparison(first=Arm.CANDIDATE, preferred=Arm.INCUMBENT, reason="r"),
        Comparison(first=Arm.INCUMBENT),
        Comparison(first=Arm.INCUMBENT, missing="bad json"),
    ):
        assert Comparison.from_record(said.to_record()) == said
