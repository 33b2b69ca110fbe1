"""Where one migration's cutover stands, without opening the ledger: for `show`, `status` and whoever asks."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from shadow import standing as live_standing
from shadow.cutover import WITHOUT_EVIDENCE
from shadow.harness import Harness
from shadow.hooks.courier import undelivered
from shadow.live import sunsets


def in_force(harness: Harness, name: str) -> tuple[float, bool]:
    """The candidate's share as live processes see it, and whether the calendar alone says so.

    Where nobody ever set one and the incumbent's last day is over, that is 100 %: there is nobody else to serve.
    """
    state = harness.cutover_file.read()
    sunset = sunsets(harness.config).get(name)
    by_calendar = name not in state.percent and sunset is not None and time.time() >= sunset
    return (100.0 if by_calendar else state.of(name)), by_calendar


def facts(harness: Harness, name: str) -> dict[str, Any]:
    """Percentage and what holds it, the deadline, undelivered hooks, trouble with the state file. JSON-ready."""
    file = harness.cutover_file
    state = file.read()
    here = state.standing(name)
    letters = list(harness.outbox.letters())
    percent, by_calendar = in_force(harness, name)
    return {
        "percent": percent,
        "by_calendar": by_calendar,
        "since": here.since or None,
        "latched": here.latched,
        "held": here.held,
        "approved": here.approved or None,
        "without_evidence": here.unproven,
        "incumbent_gone_at": here.gone_at or None,
        "decision": here.decision,
        "outlook": here.outlook,
        "outlook_at": here.outlook_at or None,
        "not_in_ledger": sum(move.migration == name for move in state.pending),
        "hooks_waiting": len(letters),
        "hooks_given_up": undelivered(letters),
        "state_file": file.damage(),
        "live_trouble": live_standing.trouble(harness.config.home, live_standing.STATE_TROUBLE),
    }


def lines(known: Mapping[str, Any]) -> Iterator[str]:
    """What a person should see of it, one line each; nothing where all is plain."""
    told = {
        "latched": "rolled back: {} (`shadow cutover resume --reason TEXT` asks anew)",
        "held": "held: {}",
        "state_file": "cutover.json cannot be read ({}): live processes stay at what they knew last",
        "not_in_ledger": "{} changes wait for the ledger",
        "hooks_given_up": "{} hooks could not be told and were given up",
    }
    if known["by_calendar"]:
        yield "  cutover: the last day is over and no share was ever set: live processes serve the candidate"
    if known["without_evidence"]:
        yield f"  cutover: this share is {WITHOUT_EVIDENCE}: the deadline forced it"
    if known["incumbent_gone_at"]:
        yield f"  cutover: the incumbent answers no more since {_day(known['incumbent_gone_at'])}; the candidate serves"
    for key, words in told.items():
        if known[key]:
            yield f"  cutover: {words.format(known[key])}"
    if known["outlook"]:
        yield f"  deadline: {known['outlook']} (as of {_day(known['outlook_at'])})"
    if known["live_trouble"]:
        trouble = known["live_trouble"]
        yield f"  live: {trouble['reason']} (process {trouble['process']}, {trouble.get('times', 1)} times)"


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at))
