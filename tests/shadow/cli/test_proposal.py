"""The plan of a migration: days and money under each width of the margins."""

from datetime import date

import pytest

from shadow.cli.proposal import (
    CALIBRATION,
    SCALED,
    Traffic,
    climb,
    days_until,
    plans,
    price_of_pair,
    recommended,
    segments_for_nothing,
)
from shadow.prices import PRICES
from shadow.settings import VerdictSettings


def test_narrower_margins_take_longer_and_cost_more() -> None:
    """The usual ones are the defaults of the settings; money is pairs times price, the baseline included."""
    wide, usual, narrow = plans(Traffic(per_day=100, pair_price=0.1))
    assert usual.margins == {key: getattr(VerdictSettings(), key) for key in SCALED}
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


@pytest.mark.parametrize("per_day", [50, 400, 700, 5_000, 100_000])
def test_wider_margins_never_take_longer(per_day: int) -> None:
    """One share of the briefs for all widths, whatever the traffic."""
    wide, usual, narrow = plans(Traffic(per_day=per_day, pair_price=None))
    assert wide.sample == usual.sample == narrow.sample
    assert wide.days <= usual.days <= narrow.days


@pytest.mark.parametrize(
    ("days_left", "money", "name"),
    [(None, None, "usual"), (8, None, "wide"), (None, 120.0, "wide"), (2, None, "usual"), (None, 5.0, "usual")],
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


def test_segments_of_equal_size_cost_nothing_until_they_are_slivers() -> None:
    """As many as are said cost no day; one more does; with many, a segment decides last."""
    traffic = Traffic(per_day=100, pair_price=None)
    (usual,) = [plan for plan in plans(traffic) if plan.name == "usual"]
    free = segments_for_nothing(usual, traffic)
    assert 1 <= free < 12
    days = [
        plan.days
        for number in (free, free + 1)
        for plan in plans(traffic, segments=[f"s{item}" for item in range(number)])
        if plan.name == "usual"
    ]
    assert days[0] == usual.days < days[1]
    assert all(plan.binding.startswith("quality in") for plan in plans(traffic, segments=[f"s{n}" for n in range(30)]))


def test_the_stages_take_their_hours_and_their_pairs() -> None:
    """A day on each of four at a hundred pictures a day; with few pictures the pairs are waited for."""
    days = []
    for per_day in (10_000, 100, 50):
        traffic = Traffic(per_day=per_day, pair_price=None)
        (usual,) = [plan for plan in plans(traffic, sample=1.0) if plan.name == "usual"]
        days.append(climb(usual, traffic))
    assert days == [4, 4, 8]


def test_a_pair_costs_its_picture_and_two_judgements() -> None:
    """By the one list of prices; a model that has none in it leaves the pair without a price."""
    scorers = {"judge": "gemini-3.5-flash", "embedder": "gemini-embedding-2"}
    found = price_of_pair(PRICES, candidate="gemini-3-pro-image", **scorers)
    assert found is not None
    picture = PRICES["gemini-3-pro-image"].per_image["1K"]
    assert picture < found[0] < 1.2 * picture
    assert found[1] == min(PRICES[model].as_of for model in ("gemini-3-pro-image", *scorers.values()))
    assert price_of_pair(PRICES, candidate="somebody-else", **scorers) is None
    assert price_of_pair(PRICES, candidate="gemini-3-pro-image", judge="x", embedder="gemini-embedding-2") is None
