"""A provider whose calls are paid from an account."""

import pytest
from purse_asks import MIDNIGHT, Clock, Purses

from shadow.brief import Brief, Text
from shadow.pair import Arm, Capture, Image, Outcome, OutcomeKind
from shadow.prices import PRICES, Tariff, Usage
from shadow.providers.provider import Rubric
from shadow.providers.replay import ReplayProvider
from shadow.purse.account import Account
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


@pytest.fixture
def metered(purse_of: Purses, clock: Clock, replay: ReplayProvider) -> Metered:
    """The same, paid for."""
    capture = Capture(
        capture_id="c", migration="pro", brief=BRIEF, arm=Arm.INCUMBENT, outcome=DRAWN, dispatched_at=MIDNIGHT
    )
    tariff = Tariff(prices=PRICES, gate=GateSettings())
    return Metered(replay, Account(purse_of(), tariff, capture, sleep=lambda _: None))


def test_answers_are_those_of_the_provider_inside(metered: Metered, replay: ReplayProvider) -> None:
    """Generate, embed and judge pass through; who asks for the usage is told as well."""
    told: list[Usage] = []
    asked = {"model": "gemini-embedding-2", "dimensions": 128}
    assert metered.generate(BRIEF, model=NEW, pictures={}, on_usage=told.append) == DRAWN
    assert metered.embed(("a fox", PICTURE), **asked, on_usage=told.append) == replay.embed(("a fox", PICTURE), **asked)
    judged = metered.judge(BRIEF, PICTURE, model="gemini-3.5-flash", rubric=RUBRIC, on_usage=told.append)
    assert judged == replay.judge(BRIEF, PICTURE, model="gemini-3.5-flash", rubric=RUBRIC)
    assert told == [Usage()] * 3
