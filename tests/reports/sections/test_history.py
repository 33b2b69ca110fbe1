"""Baseline and cutover."""

from dataclasses import replace
from datetime import timedelta

from report_studies import MADE_AT, hold, uncalibrated

from reports.sections.history import EVENTS_SHOWN, baseline, cutover


def test_the_baseline_is_told_with_its_budget_and_cuts() -> None:
    """Version, date, size, share failing, budget, and one cut per layer."""
    part = baseline(hold())
    assert part.lead == (
        "Baseline 1, frozen on 20 Nov 2026, 06:45 UTC from 300 outcomes of the incumbent. "
        "All cuts together fail 1.7% of them; at most 2% may fail."
    )
    assert [(row.layer, row.cut) for row in part.cuts] == [("Judge", "61.0"), ("Similarity", "0.220")]


def test_without_a_baseline_there_are_no_cuts() -> None:
    """The report says uncalibrated."""
    part = baseline(uncalibrated())
    assert part.lead.startswith("Uncalibrated")
    assert part.cuts == ()


def test_moves_are_told_newest_first() -> None:
    """Who, when, from where to where, why, and what the verdict said."""
    first = hold().cutover[0]
    back = replace(first, at=MADE_AT, verb="rollback", from_percent=5, to_percent=0, decision=None, reason="complaints")
    part = cutover(replace(hold(), cutover=(first, back), percent=0.0))
    assert [(move.verb, move.move, move.decision) for move in part.moves] == [
        ("rollback", "5% → 0%", "no verdict"),
        ("set", "0% → 5%", "GO"),
    ]
    assert (part.moves[1].at, part.moves[1].actor, part.moves[1].reason) == (
        "22 Nov 2026, 06:45 UTC",
        "ana",
        "first step",
    )
    assert (part.percent, part.width) == ("0%", "0.0%")


def test_a_long_history_is_bounded() -> None:
    """The newest moves are shown and the rest counted."""
    first = hold().cutover[0]
    moves = tuple(replace(first, at=MADE_AT + timedelta(minutes=number)) for number in range(EVENTS_SHOWN + 7))
    part = cutover(replace(hold(), cutover=moves))
    assert len(part.moves) == EVENTS_SHOWN
    assert part.left_out == "7 older moves are not shown."


def test_the_bar_stays_in_its_track() -> None:
    """A share beyond 100 % cannot break the layout."""
    assert cutover(replace(hold(), percent=250.0)).width == "100.0%"
