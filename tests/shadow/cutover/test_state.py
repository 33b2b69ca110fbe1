"""The state of the cutover as a value."""

import json
from dataclasses import replace

import pytest

from shadow.cutover import Move, Standing, State, percentage
from shadow.errors import InputError


def move(to_percent: float, *, event_id: str = "e1", migration: str = "pro") -> Move:
    """A move to this percentage."""
    return Move(
        event_id=event_id,
        migration=migration,
        at=1.0,
        actor="ada",
        verb="set",
        from_percent=0.0,
        to_percent=to_percent,
        reason="because",
    )


def test_a_move_is_in_the_state_until_the_ledger_has_it() -> None:
    """The state that takes effect carries its own line of the trail."""
    state = State().moved(move(5)).moved(move(10, event_id="e2"))
    assert (state.of("pro"), state.of("other")) == (10, 0)
    assert [item.event_id for item in state.carried(frozenset({"e1"})).pending] == ["e2"]


def test_what_is_known_beside_the_percentage_survives_its_text() -> None:
    """Latch, hold and deadline are as durable as the percentage."""
    standing = Standing(since=5.0, latched="ROLLBACK", held="me", unproven=True, gone_at=7.0, decision="HOLD")
    state = State().moved(move(5), standing)
    assert State.from_json(state.to_json()) == state
    assert state.standing("other") == Standing()


def test_an_older_or_newer_version_s_file_is_read() -> None:
    """Live processes go on reading while another release writes: what is not known is passed over or untouched."""
    record = json.loads(State().moved(move(5), Standing(since=2.0)).to_json())
    record["standings"]["pro"]["mood"] = "cheerful"
    assert State.from_json(json.dumps(record)).standing("pro") == Standing(since=2.0)
    del record["standings"]
    assert State.from_json(json.dumps(record)).standing("pro") == Standing()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 2}',
        '{"format": 1}',
        '{"format": 1, "percent": {"pro": 200}, "pending": []}',
        '{"format": 1, "percent": {}, "pending": [], "standings": {"pro": {"since": "soon"}}}',
        "null",
    ],
)
def test_a_damaged_state_is_refused(text: str) -> None:
    """Nothing is guessed from a file that is not a state."""
    with pytest.raises(ValueError, match=r".+"):
        State.from_json(text)


@pytest.mark.parametrize("wrong", ["x", None, -1, 101, float("nan")])
def test_a_percentage_lies_between_0_and_100(wrong: object) -> None:
    """Anything else is refused with the value named."""
    with pytest.raises(InputError, match="from 0 to 100"):
        percentage(wrong)


def test_seeing_is_no_change() -> None:
    """What is known may change without a line in the trail; the percentage may not."""
    state = State().moved(move(5))
    seen = state.seen("pro", replace(state.standing("pro"), outlook="in time"))
    assert (seen.percent, seen.pending, seen.standing("pro").outlook) == (state.percent, state.pending, "in time")
