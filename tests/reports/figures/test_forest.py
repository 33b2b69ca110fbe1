"""The forest plot."""

from report_pages import Page

from reports.figures import ForestRow, forest

QUALITY = ForestRow(label="Quality", told="-8.1 points", estimate=-4.0, low=-4.6, high=-3.4)
WIDE_OPEN = ForestRow(label="Gate failures", told="0 pp", estimate=0.0, low=-60.0, high=60.0)


def test_every_guard_is_named_with_its_estimate() -> None:
    """The words of each row are in the drawing, with the margin and equality on the axis."""
    words = Page(forest([QUALITY, WIDE_OPEN], width=760, description="d")).text
    for word in ("Quality", "-8.1 points", "Gate failures", "0 pp", "margin", "equal"):
        assert word in words


def test_an_endless_interval_is_cut_with_arrows_and_does_not_crush_the_others() -> None:
    """After three pairs an interval spans everything; the drawing stays near the margin."""
    words = Page(forest([QUALITY, WIDE_OPEN], width=760, description="d")).text
    assert "60" not in words
    contained = forest([QUALITY], width=760, description="d")
    cut = forest([QUALITY, WIDE_OPEN], width=760, description="d")
    assert cut.count("<path") >= contained.count("<path") + 3


def test_a_narrow_plot_has_a_smaller_box() -> None:
    """The drawing for a phone is made for its width, so its words need no magnifying glass."""
    boxes = [
        float(Page(forest([QUALITY], width=width, description="d")).all("svg")[0]["viewbox"].split()[2])
        for width in (330, 880)
    ]
    assert boxes[0] < 400 < boxes[1]
