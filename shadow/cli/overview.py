"""Where a migration stands: what waits, what was filed, how the evidence lies, what comes next. For `shadow status`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from shadow.cli.cutover import facts as cutover
from shadow.errors import StoreBroken, StoreBusy
from shadow.harness import Harness

if TYPE_CHECKING:
    from analysis.results import Study

RECENT = timedelta(minutes=10)
"""How far back the throughput looks."""
STATES = ("ready", "leased", "buried")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the ledger says now."""

    study: "Study"
    filed: int
    """Pairs in the ledger, counted or not."""
    last_hour: int
    per_minute: float
    """Pairs filed a minute, over the last ten."""

    @property
    def minutes_left(self) -> float | None:
        """Until the pairs that are still needed have come, at the present rate; None where that is not known."""
        needed = self.study.verdict.pairs_needed
        return needed / self.per_minute if needed and self.per_minute > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One migration at one moment."""

    name: str
    incumbent: str
    candidate: str
    percent: float
    cutover: Mapping[str, Any]
    """What holds the percentage, and until when."""
    depth: Mapping[str, int]
    """Captures in the spool: ready, leased, buried."""
    lost: Mapping[str, int]
    """Captures that will not be compared and are not in the ledger yet, by reason."""
    begun: bool
    """Whether anything was ever filed."""
    evidence: Evidence | None
    """None where nothing was filed, or the ledger could not be read at this moment."""
    notes: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "incumbent": self.incumbent,
            "candidate": self.candidate,
            "percent": self.percent,
            "cutover": dict(self.cutover),
            **self.depth,
            "lost": dict(self.lost),
            "begun": self.begun,
            "evidence": None if self.evidence is None else _facts(self.evidence),
            "notes": list(self.notes),
            "next": self.next_step,
        }

    @property
    def next_step(self) -> str:
        """What to do now."""
        if self.depth["ready"] and not self.depth["leased"]:
            return "`shadow work` compares what waits"
        if not self.begun and not self.depth["leased"]:
            return "nothing was sent yet: wrap your client, or `shadow run briefs.txt`"
        if self.evidence is None:
            return "`shadow verdict` says where the evidence stands"
        from reports.wording import next_steps

        step = next_steps(self.evidence.study)[0]
        return f"{step.text} `{step.command}`" if step.command else step.text


def losses(harness: Harness, name: str) -> Mapping[str, int]:
    """Captures that will not be compared and are not in the ledger yet, by reason."""
    lost: dict[str, int] = {}
    for loss in harness.spool.losses():
        if loss.migration == name:
            lost[loss.reason] = lost.get(loss.reason, 0) + loss.count
    return dict(sorted(lost.items()))


def _lost(harness: Harness, name: str) -> Iterator[str]:
    for reason, count in losses(harness, name).items():
        yield f"not compared: {count} {reason} (not yet in the ledger)"


def _cutover(harness: Harness, name: str) -> Iterator[str]:
    return (line.strip() for line in cutover.lines(cutover.facts(harness, name)))


NOTES: tuple[Callable[[Harness, str], Iterator[str]], ...] = (_lost, _cutover)
"""What else a person should know about a migration, one line each. To tell of something new, add its function here."""


def overview(harness: Harness, name: str, evidence: Evidence | None) -> Overview:
    """One migration now; `evidence` as `evidence_of` gave it, now or a little earlier."""
    item = harness.config.migration[name]
    depth = harness.spool.depth().get(name, {})
    known = cutover.facts(harness, name)
    return Overview(
        name=name,
        incumbent=item.incumbent,
        candidate=item.candidate,
        percent=known["percent"],
        cutover=known,
        depth={state: depth.get(state, 0) for state in STATES},
        lost=losses(harness, name),
        begun=(harness.config.home / "scores.duckdb").exists(),
        evidence=evidence,
        notes=tuple(line for note in NOTES for line in note(harness, name)),
    )


def evidence_of(harness: Harness, name: str) -> Evidence | None:
    """What the ledger says now, or None where it cannot be read. Writes nothing, and closes the ledger at once."""
    if not (harness.config.home / "scores.duckdb").exists():
        return None
    from analysis import relations, study
    from shadow.cli.evidence import question_of, unsettled

    now = datetime.now(UTC)
    try:
        with harness.ledger.reading() as connection:
            columns = relations.read(connection, name)
    except (StoreBroken, StoreBusy):
        return None
    ages = now.replace(tzinfo=None) - columns.filed_at.astype("datetime64[us]").astype(object)
    result = study.of(
        columns,
        question_of(harness.config, name),
        made_at=now,
        percent=harness.cutover_file.read().of(name),
        unsettled=unsettled(harness, name, now),
    )
    return Evidence(
        study=result,
        filed=columns.pairs,
        last_hour=int((ages <= timedelta(hours=1)).sum()),
        per_minute=float((ages <= RECENT).sum()) / (RECENT.total_seconds() / 60),
    )


def _facts(evidence: Evidence) -> dict[str, Any]:
    result = evidence.study
    return {
        "decision": result.verdict.decision.value,
        "pairs": result.verdict.pairs,
        "pairs_needed": result.verdict.pairs_needed,
        "minutes_left": evidence.minutes_left,
        "filed": evidence.filed,
        "filed_last_hour": evidence.last_hour,
        "filed_per_minute": evidence.per_minute,
        "guards": {
            guard.name: {
                "pairs": guard.pairs,
                "estimate": guard.estimate,
                "margin": guard.margin,
                "unit": guard.unit,
                "go": guard.go,
                "pairs_needed": guard.pairs_needed,
            }
            for guard in result.guards
        },
    }
