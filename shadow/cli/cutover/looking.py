"""One look at the ledger for the cutover: the verdict, the evidence of the stage, and whether there is time."""

import dataclasses
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from analysis import units, unpaired
from analysis.arrays import moment_of
from analysis.columns import Ledger as Columns
from analysis.looking import asked
from analysis.results import Decision, ReasonCode, Study
from reports.wording import verdict_sentence
from shadow.cli.evidence import columns_of, question_of, remember, study_of
from shadow.cutover import Evidence, Outlook, Policy, Standing, State, outlook
from shadow.errors import StoreBroken, StoreBusy
from shadow.harness import Harness

RATE_DAYS = 7.0
"""The rate of pairs is that of so many days."""
OVER_BUDGET = "over budget"
LAST = 5
"""So many of the incumbent's latest outcomes decide whether it is gone."""
LEAST = 3
NOT_FOUND = "404"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look found."""

    evidence: Evidence
    outlook: Outlook | None = None
    """None where nothing could be read."""


def look(harness: Harness, name: str, policy: Policy, state: State, now: float, *, keep: bool = True) -> Looked:
    """Look at the ledger as it is now. `keep` has the verdict written into the ledger.

    What cannot be read is no verdict: its evidence says why.
    """
    standing = state.standing(name)
    try:
        columns = columns_of(harness, name)
        study = study_of(harness, name, columns, now=datetime.fromtimestamp(now, UTC))
        verdict_id = remember(harness, study) if keep else ""
    except (StoreBroken, StoreBusy) as error:
        decision = "" if harness.ledger.path.exists() else Decision.HOLD.value
        return Looked(evidence=Evidence(decision=decision, why=str(error), looked_after=standing.last_event))
    watched = _unpaired(harness, name, columns, standing, policy, now)
    evidence = replace(
        evidence_of(study, verdict_id),
        stage_pairs=_since(harness, name, columns, standing.since),
        incumbent_gone=gone(columns, policy.sunset, now),
        looked_after=standing.last_event,
        unpaired=watched,
    )
    return Looked(evidence=evidence, outlook=_outlook(harness, name, columns, study, policy, now))


def evidence_of(study: Study, verdict_id: str) -> Evidence:
    """What the verdict alone tells."""
    return Evidence(decision=study.verdict.decision.value, why=_why(study), verdict_id=verdict_id, record=record(study))


def record(study: Study) -> str:
    """The decision with its numbers, short, for the trail."""
    verdict = study.verdict
    facts = {
        "decision": verdict.decision.value,
        "epoch": study.epoch,
        "pairs": verdict.pairs,
        "pairs_needed": verdict.pairs_needed,
        "log_e_rollback": round(verdict.log_e_rollback, 6),
        "guards": {
            guard.name: {
                "estimate": guard.estimate,
                "low": guard.interval.low if guard.interval else None,
                "margin": guard.margin,
                "log_e_go": round(guard.log_e_go, 6),
            }
            for guard in study.guards
        },
        "reasons": [
            {key: value for key, value in dataclasses.asdict(reason).items() if value not in (None, "")}
            for reason in verdict.reasons
        ],
        "question": study.question,
    }
    return json.dumps(facts, default=str)


def gone(columns: Columns, sunset: float | None, now: float) -> bool:
    """Whether the incumbent is gone: its last day is over, and it answered 404 to everything of late.

    Before the last day a 404 is a wrong model id or a passing fault, and moves nothing.
    """
    if sunset is None or now < sunset:
        return False
    arm = columns.incumbent
    late = np.flatnonzero(arm.kinds.given & (columns.dispatched_at >= moment_of(datetime.fromtimestamp(sunset, UTC))))
    last = late[np.argsort(columns.dispatched_at[late], kind="stable")][-LAST:]
    return last.size >= LEAST and all(arm.labels[row].startswith(NOT_FOUND) for row in last.tolist())


def _why(study: Study) -> str:
    needed = study.verdict.pairs_needed if study.verdict.decision is Decision.HOLD else 0
    more = f" About {needed:,} more pairs should settle it." if needed else ""
    return f"{verdict_sentence(study)}{more}"


def _since(harness: Harness, name: str, columns: Columns, since: float) -> int:
    rows = units.counted(columns, asked(columns, question_of(harness.config, name))).rows
    return int((columns.dispatched_at[rows] >= moment_of(datetime.fromtimestamp(since, UTC))).sum())


def _unpaired(harness: Harness, name: str, columns: Columns, standing: Standing, policy: Policy, now: float) -> str:
    """What the comparison with the stored baseline says against the candidate, in words; empty where nothing."""
    since = standing.gone_at or (policy.sunset if gone(columns, policy.sunset, now) else None)
    if not since:
        return ""
    question = asked(columns, question_of(harness.config, name))
    found = unpaired.watch(columns, question, since=moment_of(datetime.fromtimestamp(since, UTC)))
    return "; ".join(
        f"unpaired, against the stored baseline: {item.name} is {item.candidate:.3g} on {item.outcomes} briefs, "
        f"{item.incumbent:.3g} was the incumbent's"
        for item in found
        if item.alarm
    )


def _outlook(harness: Harness, name: str, columns: Columns, study: Study, policy: Policy, now: float) -> Outlook:
    rows = units.counted(columns, asked(columns, question_of(harness.config, name))).rows
    ages = (moment_of(datetime.fromtimestamp(now, UTC)) - columns.dispatched_at[rows]) / np.timedelta64(1, "D")
    recent = ages[ages <= RATE_DAYS]
    days = max(float(recent.max()), 1.0 / 24) if recent.size else 1.0
    return outlook(
        now=now,
        policy=policy,
        percent=harness.cutover_file.read().of(name),
        pairs_needed=0 if study.verdict.decision is Decision.GO else study.verdict.pairs_needed,
        never=any(reason.code is ReasonCode.NEAR_MARGIN for reason in study.verdict.reasons),
        pairs_per_day=recent.size / days,
        sample=harness.config.migration[name].sample,
        shed=columns.losses.get(OVER_BUDGET, 0),
    )
