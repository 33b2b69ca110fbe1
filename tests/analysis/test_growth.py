"""How the evidence grew."""

from datetime import UTC, datetime, timedelta
from typing import Any

from analysis import study
from analysis.growth import POINTS, growth
from analysis.looking import look
from analysis.question import Question
from analysis.units import counted


def test_every_point_is_what_a_look_at_that_moment_would_have_found(filing: Any) -> None:
    """The last point is the present; an earlier one is the verdict of a ledger that ends there."""
    question = Question(minimum_pairs=0, minimum_hours=0.0)
    for number in range(30):
        filing.pair({"judge": 80.0}, {"judge": 80.0 - number % 7})
    half = look(filing.read(), question)
    for number in range(30):
        filing.pair({"judge": 80.0}, {"judge": 60.0 + number % 5})
    ledger = filing.read()
    whole = look(ledger, question)
    points = growth(ledger, question, counted(ledger, question).rows)
    assert len(points) == POINTS
    assert points[-1].guards == whole.guards
    assert points[-1].log_e_rollback == whole.verdict.log_e_rollback
    middle = next(point for point in points if point.pairs == 30)
    assert middle.guards == half.guards
    assert middle.log_e_rollback == half.verdict.log_e_rollback
    assert middle.at == datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=29)


def test_the_weakest_guard_speaks_for_go(filing: Any) -> None:
    """A GO needs all of them."""
    for _ in range(40):
        filing.pair()
    ledger = filing.read()
    last = growth(ledger, Question(), counted(ledger, Question()).rows)[-1]
    assert last.log_e_go == min(guard.log_e_go for guard in last.guards if guard.required)


def test_few_pairs_give_few_points_and_none_give_none(filing: Any) -> None:
    """No point stands twice."""
    assert growth(filing.read(), Question(), counted(filing.read(), Question()).rows) == ()
    for _ in range(5):
        filing.pair()
    ledger = filing.read()
    points = growth(ledger, Question(), counted(ledger, Question()).rows)
    assert [point.pairs for point in points] == [1, 2, 3, 4, 5]


def test_a_study_has_it_only_where_a_report_asks(filing: Any) -> None:
    """A script that asks often does not pay for it."""
    for _ in range(3):
        filing.pair()
    ledger, now = filing.read(), datetime.fromisoformat("2026-06-02T00:00:00+00:00")
    assert study.of(ledger, Question(), made_at=now).growth == ()
    assert len(study.of(ledger, Question(), made_at=now, panels=True).growth) == 3
