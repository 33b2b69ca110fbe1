"""shadow cutover auto."""

import json
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from shadow.cli.cutover.acting import actor, carry, policy_of, send, serving
from shadow.cli.options import config_option, json_option, migration_option, opened
from shadow.cutover import EXIT_CODES, Action, Entry, Evidence, State, Step, decide, recorded
from shadow.cutover.decide import Situation
from shadow.errors import ShadowError
from shadow.harness import Harness

if TYPE_CHECKING:  # brings the analysis; whoever rolls back must not wait for it, or depend on it
    from shadow.cli.cutover.looking import Looked

NAME = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one step did."""

    migration: str
    step: Step
    looked: "Looked"
    from_percent: float
    to_percent: float

    @property
    def code(self) -> int:
        """The exit code."""
        return EXIT_CODES[self.step.action]

    def words(self) -> str:
        """In one line."""
        change = f"{self.from_percent:g} %"
        if self.to_percent != self.from_percent:
            change += f" -> {self.to_percent:g} %"
        return f"{self.migration}: {change}, {self.step.action}: {self.step.reason}"

    def record(self) -> dict[str, Any]:
        """For scripts."""
        found = self.looked.outlook
        return {
            "migration": self.migration,
            "action": self.step.action.value,
            "exit": self.code,
            "from": self.from_percent,
            "to": self.to_percent,
            "reason": self.step.reason,
            "decision": self.looked.evidence.decision,
            "verdict_id": self.looked.evidence.verdict_id,
            "stage_pairs": self.looked.evidence.stage_pairs,
            "in_time": found.in_time if found else None,
            "outlook": found.words() if found else "",
        }


@click.command()
@config_option
@migration_option
@json_option
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing and tell nobody.")
@click.option("--watch", is_flag=True, help="Go on, step after step, until told to stop; prints what changes.")
@click.option(
    "--every", type=click.FloatRange(1), default=60.0, show_default=True, help="Seconds between steps of --watch."
)
def auto(config: str | None, migration: str | None, as_json: bool, dry_run: bool, watch: bool, every: float) -> None:
    """Take one step: look at the verdict, move at most one stage up, or all the way back.

    For cron: it may be called at any time and as often as you like. Ends with 0 where it moved or all is done, 3 where
    it holds, 4 where traffic was rolled back (or would be, were there an incumbent), 5 where a stage waits for
    approval.

    \b
    Examples:
      shadow cutover auto
      shadow cutover auto --dry-run --json
      shadow cutover auto --watch --every 300
    """
    harness = opened(config)
    name = serving(harness, migration)

    def once() -> Taken:
        taken = step(harness, name, dry_run=dry_run)
        if not dry_run:
            carry(harness, config)
        return taken

    if watch:
        _watched(once, every, as_json, lambda: send(harness, config))
        sys.exit(0)
    taken = once()
    _say(taken, as_json)
    sys.exit(taken.code)


def step(harness: Harness, name: str, *, clock: Callable[[], float] = time.time, dry_run: bool = False) -> Taken:
    """One step of one migration at the clock's time. What it changed stands in the state file when it returns."""
    from shadow.cli.cutover.looking import look

    policy, now = policy_of(harness.config, name), clock()
    before = harness.cutover_file.read()
    looked = look(harness, name, policy, before, now, keep=not dry_run)
    step = Step(action=Action.HELD, reason="")
    start = 0.0

    def change(state: State) -> State:
        nonlocal step, start
        start = state.of(name)
        step = decide(Situation(state=state, migration=name, policy=policy, evidence=looked.evidence, now=now))
        return _written(state, name, step, looked, now)

    after = change(before) if dry_run else harness.cutover_file.change(change)
    return Taken(migration=name, step=step, looked=looked, from_percent=start, to_percent=after.of(name))


def _written(state: State, name: str, step: Step, looked: "Looked", now: float) -> State:
    """The state after this step: the change of the verdict, the step itself, the outlook; each with its line."""
    state = with_verdict(state, name, looked.evidence, now)
    state = _noted(state, name, looked, now)
    if not step.verb:
        return state
    new = _entry(name, step.verb, step.reason, looked.evidence, now, **step.standing)
    return recorded(state, replace(new, to_percent=step.to_percent))


def _noted(state: State, name: str, looked: "Looked", now: float) -> State:
    standing = state.standing(name)
    words = looked.outlook.words() if looked.outlook else standing.outlook
    known = replace(
        standing,
        verdict_id=looked.evidence.verdict_id or standing.verdict_id,
        outlook=words,
        outlook_at=now if looked.outlook else standing.outlook_at,
    )
    return state.seen(name, known)


def with_verdict(state: State, name: str, evidence: Evidence, now: float, *, by: str = "") -> State:
    """The state once this verdict is known: a line in the trail where it is another than the one before."""
    before = state.standing(name).decision
    if not evidence.decision or evidence.decision == before:
        return state
    told = f"{before or 'no verdict'} -> {evidence.decision}: {evidence.why}"
    entry = _entry(name, "verdict", told, evidence, now, decision=evidence.decision)
    return recorded(state, replace(entry, actor=by or entry.actor))


def _entry(name: str, verb: str, reason: str, evidence: Evidence, now: float, **standing: Any) -> Entry:
    return Entry(
        event_id=uuid.uuid4().hex,
        migration=name,
        at=now,
        actor=f"{NAME} ({actor()})",
        verb=verb,
        reason=reason,
        verdict_id=evidence.verdict_id,
        evidence=evidence.record,
        standing=standing,
    )


def _say(taken: Taken, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(taken.record()))
        return
    click.echo(taken.words())
    if taken.looked.outlook is not None and taken.looked.outlook.days_left is not None:
        click.echo(f"  deadline: {taken.looked.outlook.words()}")


def _watched(once: Callable[[], Taken], every: float, as_json: bool, rest: Callable[[], None]) -> None:
    """Step after step until SIGINT or SIGTERM; the first and whatever differs from the one before is printed."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signum, frame: stop.set())
    last: Taken | None = None
    while not stop.is_set():
        try:
            taken = once()
        except ShadowError as error:  # a busy file passes; whoever watches goes on
            click.echo(f"Error: {error}", err=True)
            stop.wait(every)
            continue
        if last is None or (taken.step, taken.to_percent) != (last.step, last.to_percent):
            _say(taken, as_json)
        last = taken
        stop.wait(every)
        rest()
