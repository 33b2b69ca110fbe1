"""The betting e-value against published vectors, its algebra, and its guarantee by simulation."""

import math

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.arrays import Floats
from analysis.sequences import (
    Histogram,
    RangeViolated,
    bound,
    log_average,
    log_bets,
    log_e_value,
    reached,
)
from analysis.stakes import STAKES

SPAN = 100.0
V1B = {-40: 3, -15: 22, -10: 48, -5: 75, -2: 30, 0: 120, 3: 40, 5: 80, 10: 50, 15: 25, 30: 7}

differences_lists = st.lists(st.integers(-100, 100), min_size=1, max_size=60)


def histogram(rows: dict[int, int], shift: int = 0) -> Histogram:
    """The histogram of these difference-to-count rows."""
    return Histogram.of(np.array(list(rows), dtype=float) + shift, np.array(list(rows.values())))


def go(evidence: Histogram, boundary: float, span: float = SPAN) -> float:
    """ln E that the mean lies above the boundary."""
    return log_e_value(evidence, boundary=boundary, worst=-span)


def rollback(evidence: Histogram, boundary: float, span: float = SPAN) -> float:
    """ln E that the mean lies below the boundary."""
    return log_e_value(evidence, boundary=boundary, worst=span)


def interval(evidence: Histogram, span: float, alpha: float) -> tuple[float, float]:
    """Both anytime bounds, each at this alpha."""
    return bound(evidence, worst=-span, alpha=alpha), bound(evidence, worst=span, alpha=alpha)


def stream(number: int, shift: int = 0) -> Floats:
    """The first differences of the deterministic stream of the vectors."""
    places = np.arange(1, number + 1)
    return (((37 * places + 11) % 41) - 20 + shift).astype(float)


def test_vector_of_eight_differences() -> None:
    """Eight single differences give the published evidence on both sides (V1a)."""
    evidence = Histogram.of_differences(np.array([-5, 0, 3, 10, -20, 0, 0, 5], dtype=float))
    assert go(evidence, -2) == pytest.approx(0.0359165789658, abs=1e-12)
    assert rollback(evidence, -2) == pytest.approx(-0.0523529571062, abs=1e-12)


def test_vector_of_five_hundred_differences() -> None:
    """A histogram of 500 gives the published mean, deviation and evidence (V1b)."""
    evidence = histogram(V1B)
    assert evidence.total == 500
    assert evidence.mean == pytest.approx(0.48, abs=1e-12)
    assert evidence.deviation == pytest.approx(8.460067700141764, abs=1e-12)
    assert go(evidence, -2) == pytest.approx(8.4452987818, abs=1e-9)
    assert rollback(evidence, -2) == pytest.approx(-2.54649235118, abs=1e-9)
    assert go(evidence, 0) == pytest.approx(0.616256300773, abs=1e-9)


@pytest.mark.parametrize(
    ("alpha", "low", "high"),
    [(0.05, -0.720520767643, 1.67024617559), (0.025, -0.898715300902, 1.84666829957)],
)
def test_vector_of_the_confidence_sequence(alpha: float, low: float, high: float) -> None:
    """Inverting the e-value gives the published anytime bounds (V1b CS)."""
    assert interval(histogram(V1B), SPAN, alpha) == pytest.approx((low, high), abs=1e-9)


def test_vector_of_a_shifted_histogram() -> None:
    """The same histogram three points lower turns the evidence round (V1c)."""
    evidence = histogram(V1B, shift=-3)
    assert go(evidence, -2) == pytest.approx(-1.27398312914, abs=1e-9)
    assert rollback(evidence, -2) == pytest.approx(0.733830446172, abs=1e-9)


GATES = [
    (970, 18, 12, 0.243809609299, -2.42588554668, (-0.0100409051724, 0.0230683053803)),
    (1960, 20, 20, 7.97920587203, -3.57367078023, (-0.00956829058834, 0.00956829058834)),
    (950, 45, 5, -3.41657759106, 6.53835562735, (0.0219069884892, 0.0629818471602)),
]


@pytest.mark.parametrize(("neither", "worse", "better", "log_go", "log_rollback", "failing"), GATES)
def test_vectors_of_the_gate(
    neither: int, worse: int, better: int, log_go: float, log_rollback: float, failing: tuple[float, float]
) -> None:
    """Pairs in which one arm fails the gate give the published evidence and interval (V2a-c)."""
    evidence = histogram({0: neither, -1: worse, 1: better})
    assert go(evidence, -0.015, 1.0) == pytest.approx(log_go, abs=1e-9)
    assert rollback(evidence, -0.015, 1.0) == pytest.approx(log_rollback, abs=1e-9)
    low, high = interval(evidence, 1.0, 0.05)
    assert (-high, -low) == pytest.approx(failing, abs=1e-9)


@pytest.mark.parametrize(("margin", "first"), [(0.015, 299), (0.01, 450), (0.005, 901)])
def test_first_go_without_any_failure(margin: float, first: int) -> None:
    """Without a single failure GO comes at the published pair and not one before it (V2d)."""
    assert not reached(go(histogram({0: first - 1}), -margin, 1.0), 0.05)
    assert reached(go(histogram({0: first}), -margin, 1.0), 0.05)
    assert go(histogram({0: 300}), -0.015, 1.0) == pytest.approx(3.01275050972, abs=1e-9)


def test_vector_of_the_average_of_evidence() -> None:
    """The weighted average of e-values is taken on the e-values, not on their logarithms (V9)."""
    assert log_average([2.0, 6.5, -1.0], [0.5, 0.3, 0.2]) == pytest.approx(5.31473482873, abs=1e-9)
    assert log_average([3.0, 3.0]) == pytest.approx(3.0, abs=1e-12)


def test_average_of_huge_evidence() -> None:
    """Evidence far beyond what a float holds as a number is averaged without overflow."""
    assert log_average([2500.0, 0.0]) == pytest.approx(2500.0 - math.log(2), abs=1e-9)


def test_vector_of_the_stream() -> None:
    """Along the published stream evidence has the published values at 100, 500 and 1000 pairs (V10)."""
    upward = [go(Histogram.of_differences(stream(number)), -2) for number in (100, 500, 1000)]
    assert upward == pytest.approx([0.93032074, 5.33123044, 11.14331321], abs=5e-9)
    assert rollback(Histogram.of_differences(stream(1000)), -2) == pytest.approx(-3.07848365, abs=5e-9)
    downward = [rollback(Histogram.of_differences(stream(number, -4)), -2) for number in (100, 500, 1000)]
    assert downward == pytest.approx([0.72945418, 4.71679409, 10.72203554], abs=5e-9)


def test_vector_of_first_hits_along_the_stream() -> None:
    """GO and ROLLBACK come first at the published pairs of the stream (V10)."""
    upward = (go(Histogram.of_differences(stream(number)), -2) for number in range(1, 400))
    assert next(at for at, log_e in enumerate(upward, 1) if reached(log_e, 0.05)) == 294
    downward = (rollback(Histogram.of_differences(stream(number, -4)), -2) for number in range(1, 400))
    assert next(at for at, log_e in enumerate(downward, 1) if reached(log_e, 0.05)) == 309


def test_stakes_are_sixteen_and_never_everything() -> None:
    """The stakes are (k - 1/2) / 16, so one worst value costs at most ln 32 and never the whole wealth."""
    assert STAKES.tolist() == [(k - 0.5) / 16 for k in range(1, 17)]
    worst = Histogram.of_differences(np.array([-SPAN]))
    assert log_bets(worst, boundary=-2, worst=-SPAN).min() == pytest.approx(-math.log(32), abs=1e-12)


@given(differences_lists, st.randoms(use_true_random=False))
def test_order_does_not_matter(values: list[int], order: object) -> None:
    """The evidence of a list of differences is bit for bit the same in every order."""
    before = Histogram.of_differences(np.array(values, dtype=float))
    order.shuffle(values)  # type: ignore[attr-defined]
    after = Histogram.of_differences(np.array(values, dtype=float))
    assert go(before, -2) == go(after, -2)
    assert rollback(before, -2) == rollback(after, -2)


@given(differences_lists, st.floats(-90, 90), st.floats(0.001, 9))
def test_evidence_falls_as_the_boundary_rises(values: list[int], boundary: float, step: float) -> None:
    """A higher boundary never has more evidence above it nor less below it."""
    evidence = Histogram.of_differences(np.array(values, dtype=float))
    assert go(evidence, boundary + step) <= go(evidence, boundary) + 1e-9
    assert rollback(evidence, boundary + step) >= rollback(evidence, boundary) - 1e-9


@given(st.lists(st.integers(-40, 40), min_size=5, max_size=60), st.integers(1, 40))
def test_a_shift_moves_the_estimate_and_the_evidence(values: list[int], shift: int) -> None:
    """Raising every difference by a constant raises the mean by it, adds evidence for GO, and raises both bounds."""
    before = Histogram.of_differences(np.array(values, dtype=float))
    after = Histogram.of_differences(np.array(values, dtype=float) + shift)
    assert after.mean == pytest.approx(before.mean + shift)
    assert go(after, -2) > go(before, -2)
    assert all(np.array(interval(after, SPAN, 0.05)) >= np.array(interval(before, SPAN, 0.05)))


@given(differences_lists)
def test_interval_is_inside_the_range_and_holds_the_mean(values: list[int]) -> None:
    """The bounds stay within the declared range on their own sides of the mean, and agree with the evidence."""
    evidence = Histogram.of_differences(np.array(values, dtype=float))
    low, high = interval(evidence, SPAN, 0.05)
    assert -SPAN <= low <= evidence.mean + 1e-9
    assert evidence.mean - 1e-9 <= high <= SPAN
    if low > -SPAN:
        assert go(evidence, low) >= -math.log(0.05)
        assert go(evidence, low + 1e-6) < -math.log(0.05)


def test_too_few_differences_bound_nothing() -> None:
    """Without evidence the bounds are the ends of the range."""
    assert interval(Histogram.of_differences(np.array([])), SPAN, 0.05) == (-SPAN, SPAN)
    assert interval(Histogram.of_differences(np.array([-SPAN])), SPAN, 0.05)[0] == -SPAN


def test_no_differences_are_no_evidence() -> None:
    """An empty histogram has an e-value of one and no mean."""
    empty = Histogram.of_differences(np.array([]))
    assert go(empty, -2) == pytest.approx(0, abs=1e-12)
    assert math.isnan(empty.mean)
    assert math.isnan(empty.deviation)


def test_beyond_the_range_is_an_error_and_never_clipped() -> None:
    """Only the end of the range that the bets can lose at matters; beyond it the worst offender is named."""
    evidence = Histogram.of_differences(np.array([0.0, -101.0, -140.0]))
    with pytest.raises(RangeViolated) as raised:
        go(evidence, -2)
    assert (raised.value.value, raised.value.limit) == (-140.0, -100.0)
    assert rollback(evidence, -2) > 0
    with pytest.raises(RangeViolated, match="101 lies beyond the declared limit 100"):
        rollback(Histogram.of_differences(np.array([101.0])), -2)


def test_boundary_on_the_end_of_the_range_is_refused() -> None:
    """A boundary at the worst value asks nothing and is refused."""
    with pytest.raises(ValueError, match="strictly inside"):
        go(histogram(V1B), -SPAN)


def test_a_missing_difference_is_refused() -> None:
    """A value that is not a number cannot slip into the evidence as a group of its own."""
    with pytest.raises(ValueError, match="finite"):
        Histogram.of_differences(np.array([1.0, np.nan]))


def test_rows_in_any_order_and_split_groups_make_one_histogram() -> None:
    """Rows are sorted by value and equal values merged; rows that count nothing vanish."""
    made = Histogram.of(np.array([3.0, -1.0, 3.0, 7.0]), np.array([2, 5, 1, 0]))
    assert made.values.tolist() == [-1.0, 3.0]
    assert made.counts.tolist() == [5, 3]


def test_group_by_in_the_database_gives_the_same_evidence() -> None:
    """One GROUP BY decides to the last digit as the arrays do."""
    generator = np.random.default_rng(7)
    incumbent = generator.integers(0, 101, 5000).astype(float)
    candidate = np.clip(incumbent + generator.integers(-30, 31, 5000), 0, 100)
    with duckdb.connect() as connection:
        connection.execute("create table scores (incumbent double, candidate double)")
        connection.executemany(
            "insert into scores values (?, ?)", np.column_stack((incumbent, candidate))[:500].tolist()
        )
        rows = connection.execute(
            "select candidate - incumbent as difference, count(*) as number from scores group by difference"
        ).fetchnumpy()
    grouped = Histogram.of(np.asarray(rows["difference"]), np.asarray(rows["number"]))
    counted = Histogram.of_differences((candidate - incumbent)[:500])
    assert grouped.values.tolist() == counted.values.tolist()
    assert grouped.counts.tolist() == counted.counts.tolist()
    assert go(grouped, -2) == go(counted, -2)
    assert rollback(grouped, -2) == rollback(counted, -2)


def test_deciding_is_immune_to_the_last_bits() -> None:
    """Evidence that misses the threshold by less than machines differ in counts as having reached it."""
    assert reached(math.log(20) - 1e-12, 0.05)
    assert not reached(math.log(20) - 1e-8, 0.05)


NOISY = {d - 2: 3 + (d % 5 == 0) * 12 for d in range(-25, 26)}
RARE = {0: 29, -60: 1}


@pytest.mark.parametrize("truth", [NOISY, RARE], ids=["noisy", "rare severe losses"])
def test_guarantee_at_the_margin(truth: dict[int, int]) -> None:
    """At a true mean of exactly the margin, sixty looks at each of 300 streams err on either side no more than 5 %.

    26 of 300 is the 99.7 % point of the binomial at 5 %.
    """
    values = np.array(list(truth), dtype=float)
    weights = np.array(list(truth.values()), dtype=float)
    assert (values * weights).sum() / weights.sum() == -2
    generator = np.random.default_rng(2024)
    counts = generator.multinomial(25, weights / weights.sum(), size=(300, 60)).cumsum(axis=1)
    false_go = false_rollback = 0
    for looks in counts:
        seen = [Histogram.of(values, look) for look in looks]
        false_go += any(reached(go(evidence, -2), 0.05) for evidence in seen)
        false_rollback += any(reached(rollback(evidence, -2), 0.05) for evidence in seen)
    assert 0 < false_go <= 26
    assert false_rollback <= 26
