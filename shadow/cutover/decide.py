"""One step of the cutover: where traffic goes now, by state, verdict and clock. A chain of rules; the first decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shadow.cutover.policy import ALARM, DAY, RAMP, Policy, Stage
from shadow.cutover.state import State
from shadow.cutover.trail import WITHOUT_EVIDENCE

GO, HOLD, ROLLBACK = "GO", "HOLD", "ROLLBACK"


class Action(StrEnum):
    """What one step did."""

    MOVED = "moved"
    DONE = "done"
    HELD = "held"
    ROLLED_BACK = "rolled back"
    ALARM = "alarm"
    """ROLLBACK where there is no arm left to go back to."""
    WAITING = "waiting for approval"
    UNREADABLE = "no verdict"


EXIT_CODES: Mapping[Action, int] = {
    Action.MOVED: 0,
    Action.DONE: 0,
    Action.UNREADABLE: 1,
    Action.HELD: 3,
    Action.ROLLED_BACK: 4,
    Action.ALARM: 4,
    Action.WAITING: 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one look at the ledger told."""

    decision: str = ""
    """"GO", "HOLD", "ROLLBACK"; empty where no verdict could be had."""
    why: str = ""
    """Its reasons in words."""
    verdict_id: str = ""
    record: str = ""
    """The decision with its numbers, JSON, for the trail."""
    stage_pairs: int = 0
    """Counted pairs dispatched since the percentage in force began."""
    incumbent_gone: bool = False
    """The incumbent answered 404 to everything of late, and its last day is over."""
    looked_after: str = ""
    """The last line of the trail when the look began: what happened since makes it stale."""
    unpaired: str = ""
    """What the comparison with the stored baseline says, where the incumbent is gone: words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done: nothing where `verb` is empty."""

    action: Action
    reason: str
    verb: str = ""
    to_percent: float | None = None
    standing: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the standing that change with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything the rules may look at."""

    state: State
    migration: str
    policy: Policy
    evidence: Evidence
    now: float
    """Unix time, seconds."""

    @property
    def percent(self) -> float:
        """The candidate's share now."""
        return self.state.of(self.migration)

    @property
    def gone(self) -> bool:
        """Whether the incumbent answers no more; once known it stays so.

        Where nobody ever set a percentage live processes go by the last day alone, and this says what they do.
        """
        sunset = self.policy.sunset
        unset = self.migration not in self.state.percent and sunset is not None and self.now >= sunset
        return self.evidence.incumbent_gone or self.state.standing(self.migration).gone_at > 0 or unset


Rule = Callable[[Situation], Step | None]


def incumbent_gone(case: Situation) -> Step | None:
    """Everybody goes to the candidate once the incumbent answers no more: there is nothing else to serve them."""
    known = case.state.standing(case.migration).gone_at
    if not case.gone or (known and case.percent >= 100):
        return None
    proven = case.evidence.decision == GO or case.percent >= 100
    label = "" if proven else f" ({WITHOUT_EVIDENCE}: the verdict is {case.evidence.decision or 'not known'})"
    return Step(
        action=Action.MOVED if case.percent < 100 else Action.DONE,
        verb="sunset",
        to_percent=100.0,
        reason=f"the incumbent answers no more; the candidate serves{label}",
        standing={"gone_at": known or case.now} | ({} if proven else {"unproven": True}),
    )


def alarm(case: Situation) -> Step | None:
    """ROLLBACK without an arm to go back to is an alarm, written down when it begins."""
    if not case.gone or not (case.evidence.decision == ROLLBACK or case.evidence.unpaired):
        return None
    standing = case.state.standing(case.migration)
    fresh = case.now - standing.alarmed_at >= DAY
    why = case.evidence.unpaired or case.evidence.why
    return Step(
        action=Action.ALARM,
        verb="alarm" if fresh else "",
        reason=f"the candidate is not acceptable and the incumbent answers no more: {why}",
        standing={"alarmed_at": case.now, "gone_at": standing.gone_at or case.now} if fresh else {},
    )


def latched(case: Situation) -> Step | None:
    """What was rolled back stays so until a person resumes."""
    standing = case.state.standing(case.migration)
    if not standing.latched or case.gone:
        return None
    reason = f"latched: {standing.latched}. `shadow cutover resume --reason TEXT` asks anew."
    if case.percent <= 0:
        return Step(action=Action.ROLLED_BACK, reason=reason)
    return Step(action=Action.ROLLED_BACK, verb="rollback", to_percent=0.0, reason=reason)


def rollback(case: Situation) -> Step | None:
    """ROLLBACK gives everything back to the incumbent in this very step, at any hour and whoever holds."""
    if case.evidence.decision != ROLLBACK or case.gone:
        return None
    why = f"ROLLBACK: {case.evidence.why}"
    return Step(action=Action.ROLLED_BACK, verb="rollback", to_percent=0.0, reason=why, standing={"latched": why})


def held(case: Situation) -> Step | None:
    """A person holds."""
    reason = case.state.standing(case.migration).held
    if not reason:
        return None
    return Step(action=Action.HELD, reason=f"held: {reason}. `shadow cutover resume --reason TEXT` lets it go on.")


def finished(case: Situation) -> Step | None:
    """At 100 % there is nothing left to move; the watching goes on."""
    if case.policy.after(case.percent) is not None:
        return None
    unproven = case.state.standing(case.migration).unproven
    label = f", {WITHOUT_EVIDENCE}" if unproven and case.evidence.decision != GO else ""
    return Step(action=Action.DONE, reason=f"the candidate has {case.percent:g} % of live traffic{label}")


def overtaken(case: Situation) -> Step | None:
    """Somebody else changed something while the verdict was looked up: at most one of two moves."""
    if case.evidence.looked_after == case.state.standing(case.migration).last_event:
        return None
    return Step(action=Action.HELD, reason="somebody else moved traffic meanwhile; the next step looks again")


def deadline(case: Situation) -> Step | None:
    """The sunset is near: the stages follow by the calendar, or a person is called, as config.toml says."""
    due = case.policy.due(case.now)
    if due is None:
        return None
    if case.policy.forced != RAMP:
        return _alarmed(case)
    return _ramped(case) if case.percent < due else None


def _ramped(case: Situation) -> Step | None:
    to = case.policy.after(case.percent)
    if to is None:
        return None
    proven = case.evidence.decision == GO
    label = "" if proven else f" ({WITHOUT_EVIDENCE}: the verdict is {case.evidence.decision or 'not known'})"
    return Step(
        action=Action.MOVED,
        verb="advance" if proven else "forced",
        to_percent=to.percent,
        reason=f"forced by the deadline {case.policy.last_day}{label}",
        standing={"unproven": not proven},
    )


def _alarmed(case: Situation) -> Step | None:
    fresh = case.now - case.state.standing(case.migration).alarmed_at >= DAY
    if case.evidence.decision == GO or not fresh:
        return None
    reason = f"the incumbent's last day is {case.policy.last_day} and the candidate has {case.percent:g} %: {ALARM}"
    return Step(action=Action.HELD, verb="alarm", reason=reason, standing={"alarmed_at": case.now})


def no_verdict(case: Situation) -> Step | None:
    """Without a verdict nothing moves up."""
    return None if case.evidence.decision else Step(action=Action.UNREADABLE, reason=case.evidence.why)


def not_go(case: Situation) -> Step | None:
    """HOLD holds."""
    return None if case.evidence.decision == GO else Step(action=Action.HELD, reason=f"HOLD: {case.evidence.why}")


def stage_too_short(case: Situation) -> Step | None:
    """A stage lasts its hours and its pairs."""
    stage, since = case.policy.at(case.percent), case.state.standing(case.migration).since
    if stage is None:
        return None
    hours = (case.now - since) / 3600
    if hours < stage.hours:
        return _wait(f"GO, and {case.percent:g} % is in force for {hours:.1f} of {stage.hours:g} hours")
    if case.evidence.stage_pairs < stage.pairs:
        return _wait(f"GO, and {case.percent:g} % has {case.evidence.stage_pairs} of {stage.pairs} pairs")
    return None


def out_of_hours(case: Situation) -> Step | None:
    """Traffic moves up only while somebody is there to see it."""
    if case.policy.window.open(case.now):
        return None
    opens = case.policy.window.opens(case.now)
    return _wait(f"GO, outside the hours for moves; they begin {opens:%a %Y-%m-%d %H:%M %Z}" if opens else "no hours")


def not_approved(case: Situation) -> Step | None:
    """A stage that a person must approve waits for it."""
    to = _next(case)
    if not to.approval or case.state.standing(case.migration).approved >= to.percent:
        return None
    return Step(action=Action.WAITING, reason=f"GO; {to.percent:g} % waits for `shadow cutover approve --reason TEXT`")


def advance(case: Situation) -> Step:
    """One stage up."""
    to = _next(case)
    return Step(action=Action.MOVED, verb="advance", to_percent=to.percent, reason=f"GO: {case.evidence.why}")


def _next(case: Situation) -> Stage:
    to = case.policy.after(case.percent)
    return to if to is not None else Stage(percent=case.percent)


def _wait(reason: str) -> Step:
    return Step(action=Action.HELD, reason=reason)


RULES: tuple[Rule, ...] = (
    incumbent_gone,
    alarm,
    latched,
    rollback,
    held,
    overtaken,
    finished,
    deadline,
    no_verdict,
    not_go,
    stage_too_short,
    out_of_hours,
    not_approved,
)


def decide(case: Situation) -> Step:
    """What this step does, by the rules in order."""
    return next((step for rule in RULES if (step := rule(case)) is not None), None) or advance(case)
