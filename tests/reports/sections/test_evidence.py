"""The evidence per guard."""

from dataclasses import replace

from report_pages import Page
from report_studies import empty, hold, rollback

from reports.quantities import MINUS, NOTHING
from reports.sections.evidence import evidence


def test_each_guard_has_a_row_with_all_its_numbers() -> None:
    """Means, difference, interval, margin, evidence, pairs and pairs still needed."""
    quality, failures = evidence(rollback()).rows
    assert (quality.label, quality.standing, quality.standing_words) == ("Quality", "fails", "Fails")
    assert (quality.incumbent, quality.candidate, quality.difference) == ("84.2", "76.1", f"{MINUS}8.1 points")
    assert (quality.margin, quality.pairs, quality.needed) == ("2 points", "1,475", "not foreseeable")
    assert (failures.incumbent, failures.candidate, failures.difference) == ("2.1%", "4.2%", f"{MINUS}2.1 pp")
    assert (failures.interval, failures.needed) == (f"{MINUS}3.9 to {MINUS}0.3 pp", "about 900")


def test_level_and_thresholds_come_from_the_study() -> None:
    """The interval's level and the evidence needed are never written by hand."""
    part = evidence(hold())
    assert (part.level, part.evidence_needed) == ("90%", "20")
    assert part.rollback.endswith("At 20 the verdict is ROLLBACK.")


def test_the_plot_is_drawn_for_wide_and_for_narrow_pages() -> None:
    """Both say the same to those who do not see them."""
    part = evidence(hold())
    assert part.wide is not None
    assert part.narrow is not None
    labels = [Page(drawing).all("svg")[0]["aria-label"] for drawing in (part.wide, part.narrow)]
    assert labels[0] == labels[1]
    assert "Gate failures" in labels[0]


def test_without_estimates_there_is_nothing_to_draw() -> None:
    """An empty study shows its guards with margins and dashes."""
    part = evidence(empty())
    assert part.wide is None
    assert part.rows[0].difference == part.rows[0].interval == part.rows[0].incumbent == NOTHING


def test_an_advisory_guard_is_called_so_and_one_without_interval_is_drawn() -> None:
    """What does not count for GO says so; an estimate needs no interval to be shown."""
    guard = replace(hold().guards[0], required=False, interval=None)
    part = evidence(replace(hold(), guards=(guard,)))
    assert part.rows[0].label == "Quality (advisory)"
    assert part.wide is not None
