"""One step: every rule, and which comes before which."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shadow.cutover import Action, Evidence, Policy, Stage, Standing, State, Window, decide
from shadow.cutover.decide import EXIT_CODES, RULES, Situation

DAY = 86_400.0
LAST_DAY = date(2026, 6, 25)
SUNSET = Policy(stages=(Stage(percent=100),), last_day=LAST_DAY).sunset or 0.0
STAGES = tuple(Stage(percent=percent, pairs=100, hours=24, approval=percent == 50) for percent in (1, 5, 25, 50, 100))
GO = Evidence(decision="GO", why="every guard holds", stage_pairs=1000)
HOLD = replace(GO, decision="HOLD", why="needs data")
BACK = replace(GO, decision="ROLLBACK", why="quality fails")


def case(
    percent: float, evidence: Evidence, *, now: float = 100 * DAY, policy: dict[str, Any] | None = None, **standing: Any
) -> Situation:
    """A migration that has this percentage for ten days."""
    known = {"since": now - 10 * DAY, **standing}
    return Situation(
        state=State(percent={"pro": percent}, standings={"pro": Standing(**known)}),
        migration="pro",
        policy=Policy(stages=STAGES, **(policy or {})),
        evidence=evidence,
        now=now,
    )


@pytest.mark.parametrize(
    ("percent", "evidence", "standing", "action", "to_percent"),
    [
        (0, GO, {}, Action.MOVED, 1),
        (5, GO, {}, Action.MOVED, 25),
        (7, GO, {}, Action.MOVED, 25),  # set by hand between two stages
        (100, GO, {}, Action.DONE, None),
        (100, HOLD, {}, Action.DONE, None),
        (5, HOLD, {}, Action.HELD, None),
        (5, Evidence(why="ledger busy"), {}, Action.UNREADABLE, None),
        (5, GO, {"since": 100 * DAY - 23 * 3600}, Action.HELD, None),
        (5, replace(GO, stage_pairs=99), {}, Action.HELD, None),
        (0, replace(GO, stage_pairs=0), {"since": 0.0}, Action.MOVED, 1),  # the verdict's own minimum did
        (5, GO, {"held": "wait for marketing"}, Action.HELD, None),
        (5, GO, {"last_event": "somebody's"}, Action.HELD, None),
        (25, GO, {}, Action.WAITING, None),
        (25, GO, {"approved": 25.0}, Action.WAITING, None),
        (25, GO, {"approved": 50.0}, Action.MOVED, 50),
        (5, BACK, {}, Action.ROLLED_BACK, 0),
        (0, BACK, {}, Action.ROLLED_BACK, 0),
        (50, BACK, {"held": "on holiday"}, Action.ROLLED_BACK, 0),
        (50, replace(BACK, looked_after="older"), {}, Action.ROLLED_BACK, 0),
        (0, GO, {"latched": "quality fails"}, Action.ROLLED_BACK, None),
        (5, GO, {"latched": "quality fails"}, Action.ROLLED_BACK, 0),
    ],
)
def test_one_step(
    percent: float, evidence: Evidence, standing: dict[str, Any], action: Action, to_percent: float | None
) -> None:
    """One stage up at GO, all the way back at ROLLBACK, else nothing; a person's word between."""
    step = decide(case(percent, evidence, **standing))
    assert (step.action, step.to_percent) == (action, to_percent)
    assert bool(step.verb) is (to_percent is not None)
    assert step.reason


def test_a_roll_back_is_latched() -> None:
    """What is written down with the move keeps every later step at 0 %."""
    step = decide(case(25, BACK))
    assert "quality fails" in step.standing["latched"]


def test_traffic_moves_up_in_its_hours_and_back_at_any() -> None:
    """Nobody wants to be woken by a move; everybody wants a roll back."""
    policy = {"window": Window(hours=(9.0, 17.0))}
    night = 100 * DAY + 3 * 3600
    held = decide(case(5, GO, now=night, policy=policy))
    assert (held.action, "09:00 UTC" in held.reason) == (Action.HELD, True)
    assert decide(case(5, BACK, now=night, policy=policy)).to_percent == 0
    assert decide(case(5, GO, now=night + 7 * 3600, policy=policy)).to_percent == 25


def forced(days_before: float, percent: float, evidence: Evidence = HOLD, how: str = "ramp", **standing: Any) -> Any:
    """The step so many days before the sunset, where the deadline presses from ten days before on."""
    policy = {"last_day": LAST_DAY, "forced": how, "before_sunset_days": 10.0}
    return decide(case(percent, evidence, now=SUNSET - days_before * DAY, policy=policy, **standing))


def test_a_ramp_forced_by_the_deadline_is_labelled() -> None:
    """The stages follow by the calendar, one for each step, the last before the sunset; never against a ROLLBACK."""
    assert forced(10.5, 0).action is Action.HELD
    seen = [(days, forced(days, percent).to_percent) for days, percent in ((10, 0), (9, 1), (8, 1), (6, 5), (1, 50))]
    assert seen == [(10, 1), (9, None), (8, 5), (6, 25), (1, 100)]
    step = forced(8, 1)
    assert (step.verb, step.standing["unproven"], "without evidence" in step.reason) == ("forced", True, True)
    proven = forced(8, 1, GO, since=SUNSET - 8.1 * DAY)
    assert (proven.verb, proven.to_percent, "without evidence" in proven.reason) == ("advance", 5, False)
    assert forced(1, 50, BACK).to_percent == 0
    assert forced(1, 0, HOLD, latched="quality fails").to_percent is None
    assert forced(1, 5, HOLD, held="wait").to_percent is None
    assert forced(1, 5, Evidence(why="busy")).to_percent == 25


def test_an_alarm_instead_of_a_ramp_is_told_once_a_day() -> None:
    """Where a person shall decide, a person is called and nothing moves."""
    step = forced(8, 5, how="alarm")
    assert (step.action, step.verb, step.to_percent) == (Action.HELD, "alarm", None)
    again = forced(7.5, 5, how="alarm", alarmed_at=SUNSET - 8 * DAY)
    assert (again.action, again.verb) == (Action.HELD, "")
    assert forced(8, 5, GO, how="alarm").to_percent == 25


def test_once_the_incumbent_is_gone_nothing_goes_back() -> None:
    """The candidate serves all; ROLLBACK is an alarm; nothing flaps however often it is asked."""
    gone = replace(HOLD, incumbent_gone=True)
    step = decide(case(5, gone))
    assert (step.verb, step.to_percent, "without evidence" in step.reason) == ("sunset", 100, True)
    assert step.standing["gone_at"] > 0
    already = decide(case(100, gone))
    assert (already.action, already.verb, already.to_percent) == (Action.DONE, "sunset", 100)
    later = case(100, replace(BACK, incumbent_gone=False), gone_at=90 * DAY)
    told = decide(later)
    assert (told.action, told.to_percent, told.verb) == (Action.ALARM, None, "alarm")
    silent = decide(case(100, BACK, gone_at=90 * DAY, alarmed_at=100 * DAY - 3600))
    assert (silent.action, silent.verb) == (Action.ALARM, "")
    assert decide(case(0, BACK, gone_at=90 * DAY, latched="quality fails")).to_percent == 100
    unpaired = decide(case(100, replace(HOLD, unpaired="quality is 60"), gone_at=90 * DAY))
    assert (unpaired.action, "quality is 60" in unpaired.reason) == (Action.ALARM, True)
    assert decide(case(100, HOLD, gone_at=90 * DAY)).action is Action.DONE


def test_every_action_has_an_exit_code_and_every_rule_a_sentence() -> None:
    """Scripts and readers can rely on them."""
    assert set(EXIT_CODES) == set(Action)
    assert all(rule.__doc__ for rule in RULES)


def test_what_nobody_ever_set_follows_the_calendar() -> None:
    """Live processes serve the candidate once the last day is over and no percentage was set; the trail says so."""
    after = replace(case(0, HOLD, now=SUNSET + 1, policy={"last_day": LAST_DAY}), state=State())
    step = decide(after)
    assert (step.verb, step.to_percent, "without evidence" in step.reason) == ("sunset", 100, True)
    assert decide(replace(after, now=SUNSET - DAY)).to_percent is None
    assert decide(replace(after, state=State(percent={"pro": 0.0}))).to_percent is None
