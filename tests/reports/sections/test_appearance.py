"""Look and variety in words that never say better or worse."""

from dataclasses import replace

import pytest
from report_studies import go

from analysis.results import Appearance
from reports.sections.appearance import NOTHING, appearance

SAME = Appearance(
    pairs=200,
    space="gemini-embedding-2/768",
    distance=0.00012,
    p_value=0.42,
    alarm=0.01,
    shift=0.02,
    variety_incumbent=0.5,
    variety_candidate=0.5,
    change=0.001,
    interval=(-0.01, 0.012),
    level=0.95,
    vendi_incumbent=81.4,
    vendi_candidate=80.9,
)


def said(found: Appearance) -> list[str]:
    """What both rows say."""
    return [row.said for row in appearance(replace(go(), appearance=found)).rows]


def test_without_embeddings_it_says_so() -> None:
    """No table of nothing."""
    part = appearance(go())
    assert (part.lead, part.rows) == (NOTHING, ())


def test_nothing_shown_is_not_called_equal() -> None:
    """A test that finds nothing has not shown that there is nothing."""
    assert said(SAME) == ["No difference in the look of the pictures is shown.", "No change in variety is shown."]


@pytest.mark.parametrize(
    ("changed", "look", "variety"),
    [
        ({"p_value": 0.001}, "look different", "No change"),
        ({"interval": (-0.2, -0.1)}, "No difference", "less variety"),
        ({"interval": (0.1, 0.2)}, "No difference", "more variety"),
    ],
)
def test_look_and_variety_are_told_apart(changed: dict, look: str, variety: str) -> None:
    """Each has its own finding."""
    first, second = said(replace(SAME, **changed))
    assert look in first
    assert variety in second


def test_the_numbers_stand_beside() -> None:
    """With pairs, space, interval and the effective number of pictures; quality is left to the judge."""
    part = appearance(replace(go(), appearance=SAME))
    assert "200 pairs" in part.lead
    assert "gemini-embedding-2/768" in part.lead
    assert "never better or worse" in part.lead
    assert "p 0.420" in part.rows[0].numbers
    assert "81 and 81" in part.rows[1].numbers
