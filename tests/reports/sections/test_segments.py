"""The parts of the traffic side by side."""

import re
from dataclasses import replace

from report_pages import Page
from report_studies import empty, hold, rollback

from reports.quantities import MINUS
from reports.sections.segments import NO_SEGMENT, segments


def test_each_segment_has_a_row_the_largest_first() -> None:
    """Pairs, means, difference and interval; a guard is called one."""
    part = segments(rollback())
    assert [row.name for row in part.rows] == ["landscapes", "portraits", "products", NO_SEGMENT]
    assert [row.role for row in part.rows] == ["a guard", "a guard", "", ""]
    worst = part.rows[1]
    assert (worst.pairs, worst.incumbent, worst.difference) == ("350", "84.0", f"{MINUS}16.2 points")
    assert part.level == "90%"


def test_pairs_in_smaller_segments_are_counted() -> None:
    """What is not shown is not hidden."""
    assert segments(hold()).left_out == "17 pairs lie in smaller segments or have no quality."


def test_the_drawing_speaks_for_those_who_do_not_see_it() -> None:
    """Every segment with its difference, on wide and narrow pages."""
    part = segments(hold())
    assert part.wide is not None
    assert part.narrow is not None
    assert f"portraits {MINUS}2.4 points" in Page(part.wide).all("svg")[0]["aria-label"]


def test_segments_of_one_name_stay_apart() -> None:
    """Names that read alike once they are cut to a line have a row each."""
    study = hold()
    alike = tuple(replace(item, name="x" * 60 + str(place)) for place, item in enumerate(study.segments))
    part = segments(replace(study, segments=alike))
    assert part.wide is not None
    assert len(re.findall(r"x{9,}…", Page(part.wide).text)) == len(alike)


def test_without_segments_there_is_nothing_to_draw() -> None:
    """The page says how to name them."""
    assert segments(empty()).wide is None
