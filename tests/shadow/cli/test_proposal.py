"""The plan of a migration: days and money under each width of the margins."""

from datetime import date

import pytest

from shadow.cli.prices import PICTURE, price_of_pair
from shadow.cli.proposal import CALIBRATION, Traffic, days_until, plans, recommended
from shadow.settings import VerdictSettings


def test_narrower_margins_take_longer_and_cost_more() -> None:
    """The usual ones are the defaults of the settings; money is pairs times price, the baseline included."""
    wide, usual, narrow = plans(Traffic(per_day=100, pair_price=0.1))
    assert (usual.quality_margin, usual.gate_failures_margin) == (
        VerdictSettings().quality_margin,
        VerdictSettings().gate_failures_margin,
    )
    assert wide.pairs < usual.pairs < narrow.pairs
    assert wide.days < usual.days < narrow.days
    assert usual.money == pytest.approx(0.1 * (usual.pairs + CALIBRATION))
    for plan in (wide, usual, narrow):
        assert plan.pairs <= plan.pairs_at_most
        assert plan.days <= plan.days_at_most
        assert plan.pairs >= VerdictSettings().min_pairs


def test_days_are_pairs_by_the_pace_of_traffic() -> None:
    """A hundred pictures a day, all shadowed: the days that pairs and baseline take, rounded up."""
    (usual,) = [plan for plan in plans(Traffic(per_day=100, pair_price=None)) if plan.name == "usual"]
    assert usual.sample == 1.0
    assert usual.days == -(-(usual.pairs + CALIBRATION) // 100)
    assert usual.money is None


def test_heavy_traffic_is_sampled_over_a_week_where_there_is_time() -> None:
    """A week of evidence from the least share of the briefs; less time, a larger share; a share that is given stays."""
    heavy = Traffic(per_day=10_000, pair_price=0.1)
    (calm,) = [plan for plan in plans(heavy) if plan.name == "usual"]
    assert calm.days in {6, 7}
    assert calm.sample < 0.05
    hurried = Traffic(per_day=10_000, pair_price=0.1, days_left=4)
    (fast,) = [plan for plan in plans(hurried) if plan.name == "usual"]
    assert fast.days <= 2
    assert fast.sample > calm.sample
    assert {plan.sample for plan in plans(heavy, sample=0.5)} == {0.5}


def test_a_day_of_traffic_is_waited_for_whatever_the_pace() -> None:
    """The counted pairs must span the hours that the settings ask for."""
    (usual,) = [plan for plan in plans(Traffic(per_day=1_000_000, pair_price=None), sample=1.0) if plan.name == "usual"]
    assert usual.days == 2


@pytest.mark.parametrize(
    ("days_left", "money", "name"),
    [(None, None, "usual"), (8, None, "wide"), (None, 100.0, "wide"), (2, None, "usual"), (None, 5.0, "usual")],
)
def test_what_fits_is_recommended(days_left: int | None, money: float | None, name: str) -> None:
    """The usual margins unless only the wide ones fit; where nothing does, the usual ones and a warning."""
    traffic = Traffic(per_day=100, pair_price=0.146, days_left=days_left, money=money)
    assert recommended(plans(traffic), traffic).name == name


def test_the_last_day_counts() -> None:
    """On its last day the incumbent still answers."""
    assert days_until(date(2026, 6, 25), date(2026, 6, 25)) == 1
    assert days_until(date(2026, 6, 25), date(2026, 6, 1)) == 25
    assert days_until(None, date(2026, 6, 1)) is None


def test_a_pair_costs_its_picture_and_two_judgements() -> None:
    """A preview costs what its model costs; an unknown candidate has no price, an unknown judge adds none."""
    scorers = {"judge": "gemini-3.5-flash", "embedder": "gemini-embedding-2"}
    whole = price_of_pair(candidate="gemini-3-pro-image", **scorers)
    assert whole is not None
    assert PICTURE["gemini-3-pro-image"] < whole < 1.2 * PICTURE["gemini-3-pro-image"]
    assert price_of_pair(candidate="gemini-3-pro-image-preview", **scorers) == whole
    assert price_of_pair(candidate="somebody-else", **scorers) is None
    bare = price_of_pair(candidate="gemini-3-pro-image", judge="x", embedder="y")
    assert bare == PICTURE["gemini-3-pro-image"]
