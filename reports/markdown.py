"""A study as Markdown that fits a comment on a pull request: the verdict, why, the guards, what to do next."""

import re
from collections.abc import Iterable, Iterator, Sequence

from analysis.results import Decision, PairEvidence, Study
from reports.quantities import NOTHING, counted, moment, percent, signed
from reports.reasons import reason_sentence
from reports.redaction import REDACTED, redacted
from reports.sections.coverage import coverage
from reports.sections.evidence import evidence
from reports.text import line
from reports.wording import MEANINGS, candidate, incumbent, next_steps, verdict_sentence

SIGNS = {Decision.GO: "✅", Decision.HOLD: "⏸️", Decision.ROLLBACK: "⛔"}
PAIRS_SHOWN = 5
GUARDS_SHOWN = 30
MOST_CHARACTERS = 60_000
"""A comment may hold 65,536 (https://docs.github.com, "body is too long (maximum is 65536 characters)")."""
SPECIAL = re.compile(r"([\\`*_\[\]|~])")
"""What Markdown gives a meaning within a line."""
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
APART = "\u200b"
LINKED = (("@", f"@{APART}"), ("#", f"#{APART}"), ("://", f":{APART}//"), ("www.", f"www{APART}."))
"""What a forge makes a mention, a reference or a link of even where it is escaped."""


def markdown(study: Study, *, redact: bool = False) -> str:
    """The comment. Text of strangers is escaped character by character: no markup, no link, no mention of anybody."""
    shown = redacted(study) if redact else study
    parts = [*_head(shown), *_guards(shown), *_pairs(shown), *_foot(shown, redact=redact)]
    text = "\n".join(parts)
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS].rpartition("\n")[0] + "\n"


def escaped(text: str, limit: int = 200) -> str:
    """One line of a stranger's text as Markdown that shows it as it is."""
    shown = SPECIAL.sub(r"\\\1", line(text, limit))
    for raw, harmless in (*ENTITIES.items(), *LINKED):
        shown = shown.replace(raw, harmless)
    return shown


def _head(study: Study) -> Iterator[str]:
    decision = study.verdict.decision
    yield f"## {SIGNS[decision]} {decision.value}: {MEANINGS[decision]}"
    yield ""
    yield escaped(verdict_sentence(study), 600)
    yield ""
    yield f"**{escaped(study.migration, 80)}**: {_code(incumbent(study))} → {_code(candidate(study))}"
    yield ""
    yield from (f"- {escaped(reason_sentence(reason), 600)}" for reason in study.verdict.reasons)


def _guards(study: Study) -> Iterator[str]:
    part = evidence(study, drawn=False)
    if not part.rows:
        return
    yield ""
    yield from _table(
        (
            "Guard",
            "Now",
            "Incumbent",
            "Candidate",
            "Difference",
            f"{part.level} interval",
            "Allowed loss",
            "Pairs needed",
        ),
        (
            (
                escaped(row.label, 60),
                row.standing_words,
                escaped(row.incumbent, 60),
                escaped(row.candidate, 60),
                f"**{escaped(row.difference, 60)}**",
                escaped(row.interval, 60),
                escaped(row.margin, 60),
                escaped(row.needed, 60),
            )
            for row in part.rows[:GUARDS_SHOWN]
        ),
    )


def _pairs(study: Study) -> Iterator[str]:
    if not study.worst:
        return
    yield ""
    yield "<details><summary>Worst pairs</summary>"
    yield ""
    yield from _table(
        ("Quality", "Brief", "The judge on the candidate"), (_pair(pair) for pair in study.worst[:PAIRS_SHOWN])
    )
    yield ""
    yield "</details>"


def _pair(pair: PairEvidence) -> tuple[str, str, str]:
    spoken = [finding.reason for finding in pair.candidate.findings if finding.reason]
    points = NOTHING if pair.difference is None else signed(pair.difference, 1)
    return points, escaped(pair.prompt), escaped(spoken[-1] if spoken else pair.candidate.label)


def _foot(study: Study, *, redact: bool) -> Iterator[str]:
    yield ""
    yield "**Next**"
    yield ""
    for step in next_steps(study):
        yield f"- {escaped(step.text, 400)}{f' {_code(step.command)}' if step.command else ''}"
    yield ""
    told = [
        coverage(study).lead,
        f"Candidate's share of live traffic: {percent(study.percent)}.",
        f"{counted(study.verdict.pairs, 'pair')} counted, {moment(study.made_at)}, question {study.question[:12]}.",
        *([REDACTED] if redact else []),
    ]
    yield f"<sub>{' '.join(escaped(words, 400) for words in told)}</sub>"
    yield ""


def _code(text: str) -> str:
    """A code span that its own text cannot end."""
    shown = line(text, 200).replace("`", "'").replace("|", "/")
    return f"`{shown}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
