"""How the evidence grew."""

from dataclasses import replace

from report_pages import Page
from report_studies import empty, go, hold, rollback

from reports.sections.growth import growth


def test_the_strength_is_drawn_against_its_boundary_for_wide_and_narrow_pages() -> None:
    """Both say the same in words: how strong, and how much is enough."""
    part = growth(rollback())
    assert part.wide is not None
    assert part.narrow is not None
    labels = [Page(drawing).all("svg")[0]["aria-label"] for drawing in (part.wide, part.narrow)]
    assert (
        labels[0]
        == labels[1]
        == ("Evidence after 1,475 pairs: for GO, the weakest guard, 2; for ROLLBACK 8,103; 20 is enough.")
    )
    assert "20 Nov 2026" in part.caption


def test_each_guard_has_its_funnel_and_says_since_when_it_holds() -> None:
    """One that is not settled says how much of the evidence is there."""
    quality, failures = growth(hold()).funnels
    assert (quality.label, quality.standing) == ("Quality", "holds")
    assert quality.told == "Evidence 90 of 20, enough since 983 pairs at the latest."
    assert failures.told == "Evidence 2 of 20 after 1,475 pairs."


def test_too_little_is_said_in_words() -> None:
    """One look makes no line, none makes no chart."""
    assert growth(empty()).wide is None
    assert growth(replace(go(), growth=go().growth[:1])).funnels == ()


def test_a_guard_that_was_not_measured_on_the_way_has_no_funnel() -> None:
    """A segment that no pair belongs to is told in the table only."""
    study = go()
    bare = tuple(
        replace(point, guards=tuple(replace(item, estimate=None, interval=None) for item in point.guards))
        for point in study.growth
    )
    assert growth(replace(study, growth=bare)).funnels == ()
