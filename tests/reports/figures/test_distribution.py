"""Histograms and percentile shifts."""

import math

import pytest
from report_pages import Page

from reports.figures import Histogram, Percentile, distribution, small_distribution

HISTOGRAM = Histogram(edges=(0.0, 50.0, 100.0), incumbent=(0.25, 0.75), candidate=(0.5, 0.5))
MEDIAN = Percentile(label="P50", incumbent=80.0, candidate=70.0, told="-10")


def test_counts_become_shares_of_their_own_arm() -> None:
    """Arms of different size can be laid over each other."""
    made = Histogram.of((0, 50, 100), (1, 3), (10, 10))
    assert made == HISTOGRAM


@pytest.mark.parametrize(
    ("edges", "incumbent", "candidate"),
    [
        ((), (), ()),
        ((0.0,), (), ()),
        ((0.0, 1.0), (0,), (3,)),
        ((0.0, 1.0), (3, 1), (3,)),
        ((1.0, 1.0), (3,), (3,)),
        ((0.0, math.nan), (3,), (3,)),
    ],
)
def test_what_cannot_be_drawn_is_no_histogram(
    edges: tuple[float, ...], incumbent: tuple[int, ...], candidate: tuple[int, ...]
) -> None:
    """Missing, empty or degenerate histograms are left out instead of breaking the page."""
    assert Histogram.of(edges, incumbent, candidate) is None


def test_cut_gap_and_shifts_are_named_in_the_drawing() -> None:
    """A reader finds the cut, the largest gap and each percentile's shift."""
    words = Page(distribution(HISTOGRAM, [MEDIAN], cut=60.0, gap_at=75.0, description="d")).text
    for word in ("cut", "largest gap", "P50", "-10"):
        assert word in words


def test_a_cut_outside_the_range_is_not_drawn() -> None:
    """Nothing is drawn beyond the axis."""
    assert "cut" not in Page(distribution(HISTOGRAM, [MEDIAN], cut=-5.0, gap_at=75.0, description="d")).text


def test_the_histograms_alone_can_be_drawn_small() -> None:
    """A feature needs neither percentiles nor words; both arms are there in their colours."""
    svg = small_distribution(HISTOGRAM, description="d")
    assert "var(--incumbent)" in svg
    assert "var(--candidate)" in svg
    assert len(svg) < 8000
