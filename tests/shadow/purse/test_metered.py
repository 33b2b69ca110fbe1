"""A provider whose calls are paid from an account."""

from collections.abc import Callable

import pytest
from purse_asks import MIDNIGHT, Purses

from shadow.brief import Brief, Text
from shadow.pair import Arm, Capture, Image, Outcome, OutcomeKind
from shadow.prices import PRICES, Tariff, Usage
from shadow.providers.provider import Rubric
from shadow.providers.replay import ReplayProvider
from shadow.purse.account import QUIET_SECONDS, Account
from shadow.purse.metered import Metered
from shadow.settings import GateSettings

BRIEF = Brief(parts=(Text(text="a fox"),))
PICTURE = Image.of(b"\x89PNG\r\n\x1a\nfox")
OLD, NEW = "gemini-3-pro-image", "gemini-3.1-flash-image"
DRAWN = Outcome(kind=OutcomeKind.IMAGE, model=NEW, image=PICTURE)
RUBRIC = Rubric(instructions="look")


@pytest.fixture
def replay() -> ReplayProvider:
    """A provider that answers everything."""
    return ReplayProvider({(NEW, BRIEF.digest()): [DRAWN]})


Meter = Callable[[ReplayProvider], Metered]


@pytest.fixture
def paid_for(purse_of: Purses) -> Meter:
    """Makes a provider paid for."""
    capture = Capture(
        capture_id="c", migration="pro", brief=BRIEF, arm=Arm.INCUMBENT, outcome=DRAWN, dispatched_at=MIDNIGHT
    )
    tariff = Tariff(prices=PRICES, gate=GateSettings())
    return lambda provider: Metered(provider, Account(purse_of(), tariff, capture, sleep=lambda _: None))


def test_answers_are_those_of_the_provider_inside(paid_for: Meter, replay: ReplayProvider) -> None:
    """Generate, embed and judge pass through; who asks for the usage is told as well."""
    metered = paid_for(replay)
    told: list[Usage] = []
    asked = {"model": "gemini-embedding-2", "dimensions": 128}
    assert metered.generate(BRIEF, model=NEW, pictures={}, on_usage=told.append) == DRAWN
    assert metered.embed(("a fox", PICTURE), **asked, on_usage=told.append) == replay.embed(("a fox", PICTURE), **asked)
    judged = metered.judge(BRIEF, PICTURE, model="gemini-3.5-flash", rubric=RUBRIC, on_usage=told.append)
    assert judged == replay.judge(BRIEF, PICTURE, model="gemini-3.5-flash", rubric=RUBRIC)
    assert told == [Usage()] * 3


def test_a_429_that_names_no_time_holds_the_model_for_every_worker(purse_of: Purses, paid_for: Meter) -> None:
    """For a moment: else every thread would run into the same wall, one after the other."""
    busy = Outcome(kind=OutcomeKind.INFRASTRUCTURE, model=NEW, label="429 RESOURCE_EXHAUSTED")
    metered = paid_for(ReplayProvider({(NEW, BRIEF.digest()): [busy]}))
    assert metered.generate(BRIEF, model=NEW, pictures={}) == busy
    (pause,) = purse_of().standing().pauses
    assert (pause.scope, pause.until, pause.reason) == (NEW, MIDNIGHT + QUIET_SECONDS, "429 RESOURCE_EXHAUSTED")
