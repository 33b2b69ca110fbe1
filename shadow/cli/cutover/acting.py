"""What the verbs that move traffic share: who acts, writing a change down, and having it told."""

import getpass
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import click

from shadow.config import locate
from shadow.cutover import Entry, Move, Policy, Stage, State, Window, recorded
from shadow.errors import ShadowError
from shadow.harness import Harness
from shadow.settings import Config

reason_option = click.option("--reason", required=True, help="Why; stands in the audit trail.")
Refuses = Callable[[State], None]


def actor() -> str:
    """Who acts: the user of this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        return "unknown"


def entry(migration: str, *, verb: str, reason: str, to_percent: float | None = None, **standing: Any) -> Entry:
    """A change by this user, now; `standing` are the fields of the standing that change with it."""
    return Entry(
        event_id=uuid.uuid4().hex,
        migration=migration,
        at=time.time(),
        actor=actor(),
        verb=verb,
        reason=reason,
        to_percent=to_percent,
        standing=standing,
    )


def write(harness: Harness, new: Entry, *, refuses: Refuses = lambda state: None, broken: State | None = None) -> Move:
    """Write a change into the state file: from then on it is in force, and it carries its own line of the trail.

    `refuses` looks at the state under the lock and raises where the change must not be.
    """

    def change(state: State) -> State:
        refuses(state)
        return recorded(state, _with_evidence(state, new))

    state = harness.cutover_file.change(change, broken=broken)
    return next(move for move in reversed(state.pending) if move.event_id == new.event_id)


def _with_evidence(state: State, new: Entry) -> Entry:
    standing = state.standing(new.migration)
    known = standing.decision and f'{{"decision": "{standing.decision}"}}'
    return replace(new, verdict_id=new.verdict_id or standing.verdict_id, evidence=new.evidence or known)


def said(move: Move) -> str:
    """A move in one line."""
    return f"{move.migration}: {move.from_percent:g} % -> {move.to_percent:g} %."


def carry(harness: Harness, config: str | None) -> None:
    """Give what was changed to the outbox and the ledger. What fails is said and done later; the move stands."""
    try:
        harness.carry_moves()
    except ShadowError as error:
        click.echo(f"The change is in force; its line of the trail is carried to the ledger later ({error}).", err=True)
    send(harness, config)


def send(harness: Harness, config: str | None) -> None:
    """Have due letters sent by a process of their own, so that nobody waits for a slow receiver."""
    if not harness.hook_target.ways or not harness.courier.due():
        return
    verb = (sys.executable, "-m", "shadow", "cutover", "deliver", "--config", str(locate(config).resolve()))
    try:
        subprocess.Popen(  # noqa: S603  our own verb
            verb,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        click.echo(f"Nobody is told yet: {error.strerror}.", err=True)


def policy_of(config: Config, name: str) -> Policy:
    """What this migration's traffic follows, as config.toml says."""
    cutover, item = config.cutover, config.migration[name]
    pairs = _each(cutover.stage_pairs, len(cutover.stages))
    hours = _each(cutover.stage_hours, len(cutover.stages))
    return Policy(
        stages=tuple(
            Stage(percent=percent, pairs=int(pairs[number]), hours=hours[number], approval=percent in cutover.approve)
            for number, percent in enumerate(cutover.stages)
        ),
        window=Window(**cutover.window.model_dump()),
        forced=cutover.forced,
        before_sunset_days=cutover.before_sunset_days,
        last_day=item.last_day,
    )


def _each(lasting: float | tuple[float, ...], stages: int) -> tuple[float, ...]:
    return lasting if isinstance(lasting, tuple) else (lasting,) * stages


def serving(harness: Harness, migration: str | None) -> str:
    """The migration a verb moves. Raises `click.UsageError` where it compares only."""
    name = harness.config.named(migration)
    if not harness.config.migration[name].serving:
        msg = f"[migration.{name}] has serving = false: it compares and never moves traffic."
        raise click.UsageError(msg)
    return name


def not_latched(name: str) -> Refuses:
    """Refuses to move up what was rolled back, before a person resumed."""

    def refuses(state: State) -> None:
        latched = state.standing(name).latched
        if latched and not state.standing(name).gone_at:
            msg = f"{name} was rolled back ({latched}). Resume first: `shadow cutover resume --reason TEXT`."
            raise click.UsageError(msg)

    return refuses


def record_of(move: Move) -> Mapping[str, Any]:
    """A line of the trail, for JSON."""
    return {key: getattr(move, key) for key in Move.__slots__}
