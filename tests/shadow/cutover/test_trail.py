"""A change and its line of the trail."""

from shadow.cutover import Entry, State, recorded


def entry(at: float, *, to_percent: float | None = None, event_id: str = "e", **standing: object) -> Entry:
    """A change at this time."""
    return Entry(
        event_id=event_id,
        migration="pro",
        at=at,
        actor="ada",
        verb="set",
        reason="r",
        to_percent=to_percent,
        standing=standing,
    )


def test_lines_follow_each_other_whatever_the_clock_says() -> None:
    """A clock that jumps back cannot turn the trail round, and each line begins where the last one ended."""
    state = State()
    for number, (at, percent) in enumerate([(100.0, 5.0), (90.0, 25.0), (90.0, None), (200.0, 0.0)]):
        state = recorded(state, entry(at, to_percent=percent, event_id=str(number)))
    times = [move.at for move in state.pending]
    assert times == sorted(set(times))
    assert [(move.from_percent, move.to_percent) for move in state.pending] == [(0, 5), (5, 25), (25, 25), (25, 0)]


def test_a_new_percentage_begins_its_stage_and_needs_its_own_approval() -> None:
    """A stage's time is its own; an approval is used up by the move."""
    state = recorded(State(), entry(10.0, to_percent=5.0, unproven=True))
    state = recorded(state, entry(20.0, approved=25.0))
    assert (state.standing("pro").since, state.standing("pro").approved) == (10.0, 25.0)
    state = recorded(state, entry(30.0, to_percent=25.0))
    standing = state.standing("pro")
    assert (standing.since, standing.approved, standing.unproven) == (30.0, 0.0, False)


def test_a_change_without_a_verdict_of_its_own_names_the_last_one() -> None:
    """Who moves by hand moves on what was known."""
    state = recorded(State(), entry(10.0, verdict_id="v1"))
    assert recorded(state, entry(20.0, to_percent=5.0)).pending[-1].verdict_id == "v1"
