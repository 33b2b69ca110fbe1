"""A report that can be sent to anybody."""

import json
from dataclasses import fields, is_dataclass, replace

from report_studies import go, hold, rollback

from analysis.results import Study
from reports.markdown import markdown
from reports.record import record
from reports.redaction import REDACTED, WITHHELD, redacted
from reports.render import render
from reports.sections.pairs import NOT_SHOWN

SECRET = "zebra-4711"  # noqa: S105  a word to look for, which opens nothing


SPOKEN = frozenset(
    ("prompt", "reason", "segment", "capture_id", "brief_digest", "picture", "actor", "accepted", "where", "source")
)


def spoken(value: object, *, where: str = "") -> object:
    """The same study, the secret in every text that a stranger or a person may have written."""
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: spoken(getattr(value, field.name), where=field.name) for field in fields(value)}
        return replace(value, **changed)  # type: ignore[type-var]
    if isinstance(value, tuple):
        return tuple(spoken(item, where=where) for item in value)
    private = {
        "prompt",
        "reason",
        "segment",
        "capture_id",
        "brief_digest",
        "picture",
        "actor",
        "accepted",
        "where",
        "source",
    }
    return SECRET if where in private and isinstance(value, str) else value


def secretive() -> Study:
    """A study that holds the secret wherever something must be left out."""
    study = spoken(replace(rollback(), source="x"))
    assert isinstance(study, Study)
    guard = replace(study.guards[0], name=f"quality in {SECRET}")
    return replace(
        study,
        guards=(*study.guards, guard),
        segments=tuple(replace(item, name=SECRET) for item in study.segments),
        settings={"home": SECRET, "segments": SECRET, "alpha_go": "0.05"},
    )


def test_nothing_that_a_brief_or_a_person_said_is_left() -> None:
    """Not in the page, not in the JSON, not in the comment; without redaction it is in all three."""
    study = secretive()
    for redact in (True, False):
        page = render(study, picture=lambda _: None, redact=redact)
        told = (page, json.dumps(record(study, redact=redact)), markdown(study, redact=redact))
        assert [SECRET in text for text in told] == [not redact] * 3


def test_no_picture_is_asked_for() -> None:
    """What is not read cannot be shown."""
    asked: list[str] = []
    render(rollback(), picture=lambda digest: asked.append(digest), redact=True)
    assert asked == []
    assert NOT_SHOWN.words in render(rollback(), picture=lambda _: None, redact=True)


def test_a_redacted_report_says_so() -> None:
    """Nobody wonders where the pictures went."""
    assert REDACTED in render(go(), picture=lambda _: None, redact=True)
    assert REDACTED not in render(go(), picture=lambda _: None)
    assert record(go(), redact=True)["redacted"] is True


def test_numbers_models_and_settings_stay() -> None:
    """It is still evidence."""
    study = redacted(hold())
    assert study.verdict == hold().verdict
    assert study.guards == hold().guards
    assert study.incumbent == hold().incumbent
    assert study.settings["alpha_go"] == "0.05"
    assert [pair.difference for pair in study.worst] == [pair.difference for pair in hold().worst]


def test_a_segment_has_the_same_number_wherever_it_stands() -> None:
    """The guard, the chart and the pairs of one segment can still be held together."""
    study = hold()
    guard = replace(study.guards[0], name="quality in landscapes")
    shown = redacted(replace(study, guards=(guard,)))
    number = shown.segments[0].name
    assert number == "segment 1"
    assert shown.guards[0].name == f"quality in {number}"
    assert {pair.segment for pair in shown.worst} == {number, ""}
    assert shown.cutover[0].actor == WITHHELD
