"""The money of one capture while one worker holds it."""

import pytest
from purse_asks import MIDNIGHT, Clock, Purses

from shadow.brief import Brief, Text, canonical
from shadow.errors import Unavailable
from shadow.pair import Arm, Capture, Outcome, OutcomeKind
from shadow.prices import NANO, PRICES, Step, Tariff, Usage
from shadow.purse.account import FULL_SECONDS, REFUSED_SECONDS, Account
from shadow.purse.purse import PATIENCE, Purse
from shadow.settings import GateSettings

PAINTER, JUDGE = "gemini-3-pro-image", "gemini-3.5-flash"
TARIFF = Tariff(prices=PRICES, gate=GateSettings())
BRIEF = Brief(parts=(Text(text="a fox"),), settings_json=canonical({"image_config": {"image_size": "4K"}}))
PAIR = sum(TARIFF.pair(BRIEF, PAINTER).values()) / NANO


def account(purse: Purse, clock: Clock, name: str = "c") -> Account:
    """The account of a capture; who waits moves the clock."""

    def sleep(seconds: float) -> None:
        clock.now += seconds

    outcome = Outcome(kind=OutcomeKind.REFUSAL, model="old", label="SAFETY")
    capture = Capture(
        capture_id=name, migration="pro", brief=BRIEF, arm=Arm.INCUMBENT, outcome=outcome, dispatched_at=MIDNIGHT
    )
    return Account(purse, TARIFF, capture, sleep=sleep)


def test_admission_reserves_the_whole_pair_whatever_the_live_call_brought(purse_of: Purses, clock: Clock) -> None:
    """A refusal needs no gate, and is still asked for the same as a picture."""
    purse = purse_of(total=1.5 * PAIR)
    assert account(purse, clock, "a").admits(TARIFF.pair(BRIEF, PAINTER))
    assert purse.standing().books.promised == round(PAIR * NANO)
    with pytest.raises(Unavailable, match="over budget") as caught:
        account(purse, clock, "b").admits(TARIFF.pair(BRIEF, PAINTER))
    assert (caught.value.asked, caught.value.retry_after) == (False, FULL_SECONDS)


def test_a_call_is_billed_by_its_tokens_and_its_size(purse_of: Purses, clock: Clock) -> None:
    """A 4K picture without counted tokens costs a 4K picture; of a judgement the size says nothing."""
    purse = purse_of()
    own = account(purse, clock)
    own.admits(TARIFF.pair(BRIEF, PAINTER))
    with own.call(Step.IMAGE, PAINTER, NANO) as bill:
        bill(Usage(images=1))
    with own.call(Step.JUDGEMENT, JUDGE, NANO) as bill:
        bill(Usage(input_tokens=1000))
        bill(Usage(output_tokens=100))
    assert [(step, nano) for _, step, _, nano in purse.standing().today] == [
        ("image", round(0.24 * NANO)),
        ("judgement", round((1000 * 1.5 + 100 * 9) * NANO / 1e6)),
    ]


def test_a_call_that_says_nothing_of_its_bill_is_booked_at_its_estimate(purse_of: Purses, clock: Clock) -> None:
    """Also where it ends with an error, and also where that error is not ours."""
    purse = purse_of()
    own = account(purse, clock)
    with pytest.raises(ZeroDivisionError), own.call(Step.JUDGEMENT, JUDGE, NANO):
        raise ZeroDivisionError
    with own.call(Step.JUDGEMENT, JUDGE, NANO):
        pass
    assert purse.standing().books.total == 2 * NANO


def test_a_limit_that_a_call_met_holds_for_the_model(purse_of: Purses, clock: Clock) -> None:
    """RetryInfo of a judgement pauses the judge for every worker."""
    purse = purse_of()
    own = account(purse, clock)
    label = "429 RESOURCE_EXHAUSTED"

    def ask() -> None:
        with own.call(Step.JUDGEMENT, JUDGE, NANO) as bill:
            bill(Usage())
            raise Unavailable(label, "", 40.0)

    with pytest.raises(Unavailable):
        ask()
    assert [(pause.scope, pause.until, pause.reason) for pause in purse.standing().pauses] == [
        (JUDGE, MIDNIGHT + 40.0, label)
    ]
    assert purse.standing().books.total == 0


def test_a_short_pause_is_waited_out_and_a_long_one_is_not(purse_of: Purses, clock: Clock) -> None:
    """Up to the patience with the capture in hand; beyond, it goes back and nobody was asked."""
    purse = purse_of()
    purse.pause(JUDGE, MIDNIGHT + PATIENCE, "429")
    with account(purse, clock).call(Step.JUDGEMENT, JUDGE, NANO) as bill:
        bill(Usage())
    assert clock.now == MIDNIGHT + PATIENCE
    purse.pause(JUDGE, clock.now + PATIENCE + 1, "429")
    with pytest.raises(Unavailable, match="429") as caught, account(purse, clock).call(Step.JUDGEMENT, JUDGE, NANO):
        pass
    assert (caught.value.asked, caught.value.retry_after) == (False, PATIENCE + 1)


@pytest.mark.parametrize(("step", "attempt"), [(Step.IMAGE, False), (Step.JUDGEMENT, True)])
def test_without_money_no_call_is_made(purse_of: Purses, clock: Clock, step: Step, *, attempt: bool) -> None:
    """Before the picture it is a matter of admission; after it, an attempt, so that it ends at last."""
    purse = purse_of(total=0.5)
    with pytest.raises(Unavailable, match="over budget") as caught, account(purse, clock).call(step, JUDGE, NANO):
        pass
    assert (caught.value.asked, caught.value.retry_after) == (attempt, REFUSED_SECONDS)
    assert purse.standing().books.total == 0


def test_an_account_that_asked_nothing_finishes_without_the_purse(purse_of: Purses, clock: Clock) -> None:
    """A pair that was paid for earlier touches no file."""
    purse = purse_of()
    account(purse, clock).finish()
    assert not purse.path.exists()
