"""What pictures cost."""

from dataclasses import replace

from report_studies import empty, hold

from analysis.results import Costs
from reports.sections.costs import costs


def test_the_price_of_a_picture_is_told_for_both_and_compared() -> None:
    """Each at the list price of its date; an uncertain price is called so."""
    part = costs(hold())
    assert part.lead == "A picture costs $0.1368 now and $0.1505 after the move: +10%."
    assert [(row.arm, row.price, row.as_of) for row in part.arms] == [
        ("Incumbent", "$0.1368", "2026-03-24"),
        ("Candidate", "$0.1505", "2026-07-22, uncertain"),
    ]


def test_what_the_harness_spent_is_told_by_what_it_was_for() -> None:
    """And added up."""
    part = costs(hold())
    assert [(row.what, row.calls, row.spent) for row in part.spending] == [
        ("Pictures of the other model", "1,475", "$221.99"),
        ("Judgements", "2,950", "$5.98"),
    ]
    assert part.total == "$227.97"


def test_equal_and_unknown_prices_are_said() -> None:
    """No percentage of nothing."""
    found = hold().costs
    same = tuple(replace(item, usd=0.1368) for item in found.arms)
    assert "about the same" in costs(replace(hold(), costs=Costs(arms=same))).lead
    free = tuple(replace(item, usd=0.0) for item in found.arms)
    assert costs(replace(hold(), costs=Costs(arms=free))).lead == "Nobody bills these pictures."
    assert costs(empty()).lead == "No price is known for both models."
