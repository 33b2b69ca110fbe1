"""How long it will take."""

import math
from typing import Any

import numpy as np
import pytest

from analysis.plan import Means, first_hits, pilot_of, plan
from analysis.question import MY_LIST, Question
from analysis.sequences import Histogram

ASKED = Question(margins={"quality": 2.0, "gate_failures": 0.015})


def test_assumptions_give_the_published_numbers() -> None:
    """An identical candidate of typical spread: the gate binds, with the numbers of the closed form."""
    found = plan(ASKED, Means(), {})
    quality, gate = found.guards
    assert (quality.go, quality.go_likely, quality.least, quality.pilot) == (585, 1241, 219, False)
    assert (gate.least, found.binding, found.pairs, found.pairs_likely) == (
        300,
        "gate_failures",
        gate.go,
        gate.go_likely,
    )
    assert (found.days, found.cost, found.impossible) == (None, None, ())


def test_days_and_money() -> None:
    """At a rate and a price the pairs become days and money; too little of either makes GO impossible."""
    found = plan(ASKED, Means(pairs_per_day=100, days=3, price=0.2, money=10), {})
    assert found.pairs is not None
    assert found.days == pytest.approx(found.pairs / 100)
    assert found.cost == pytest.approx(found.pairs * 0.2)
    assert [reason.split(":")[0] for reason in found.impossible] == ["time", "money"]
    assert plan(ASKED, Means(pairs_per_day=1e6), {}).days == 1.0  # a day of traffic is asked for in any case


def test_too_few_distinct_briefs_never_reach_go() -> None:
    """Below 219 briefs quality alone cannot; of a list every call counts, so it can."""
    few = plan(ASKED, Means(briefs=200), {})
    assert [reason.split(":")[0] for reason in few.impossible] == ["quality", "gate_failures"]
    assert "219" in few.impossible[0]
    listed = Question(margins=ASKED.margins, population=MY_LIST)
    assert plan(listed, Means(briefs=200), {}).impossible == ()


def test_a_pilot_is_drawn_from() -> None:
    """Quantiles of resampled streams are those of the simulation: about 300 and 475 pairs at deviation 10.7."""
    differences = np.rint(np.random.default_rng(5).normal(0, 10.7, 4000))
    pilot = Histogram.of_differences(np.concatenate((differences, -differences)))
    found = plan(ASKED, Means(), {"quality": (pilot, 1.0)}).guards[0]
    assert found.pilot
    assert found.go is not None
    assert found.go_likely is not None
    assert 250 <= found.go <= 350
    assert 400 <= found.go_likely <= 600
    halved = plan(ASKED, Means(), {"quality": (pilot, 0.5)}).guards[0]
    assert halved.go == 2 * found.go


def test_a_pilot_beyond_the_margin_has_no_go() -> None:
    """The present estimate leads to ROLLBACK, and the plan says so."""
    worse = Histogram.of_differences(np.rint(np.random.default_rng(5).normal(-6, 10, 400)))
    found = plan(ASKED, Means(), {"quality": (worse, 1.0)})
    assert (found.guards[0].go, found.pairs, found.binding) == (None, None, "quality")
    assert found.guards[0].rollback is not None
    assert found.guards[0].rollback < 300
    assert found.impossible[0].startswith("quality: at the present estimate GO never comes")


def test_segments_wait_for_their_share() -> None:
    """A tenth of the traffic takes ten times as long."""
    split = Question(margins={"quality": 2.0}, segments=("night",))
    equal = plan(split, Means(), {})
    rare = plan(split, Means(), {}, shares={"night": 0.1})
    assert [item.name for item in equal.guards] == ["quality", "quality in night", "quality in other"]
    assert equal.guards[1].go is not None
    assert rare.guards[1].go == pytest.approx(5 * equal.guards[1].go, abs=10)
    assert rare.binding == "quality in night"


def test_streams_that_never_arrive() -> None:
    """A pilot at the margin reaches nothing within the horizon."""
    at_margin = Histogram.of_differences(np.array([-12.0, 8.0] * 100))
    generator = np.random.default_rng(1)
    hits = first_hits(at_margin, boundary=-2.0, worst=-100.0, log_threshold=math.log(20), generator=generator)
    assert sum(hit is not None for hit in hits) <= 16


def test_the_pilot_of_a_ledger(filing: Any) -> None:
    """Each guard's differences, and how many of the pairs have them."""
    for number in range(10):
        filing.pair({"judge": 80.0}, {"judge": 75.0} if number % 2 else {"missing": "blocked"})
    found = pilot_of(filing.read(), ASKED, np.arange(10))
    histogram, share = found["quality"]
    assert (histogram.values.tolist(), histogram.counts.tolist(), share) == ([-5.0], [5], 0.5)
    assert found["gate_failures"][1] == 1.0
