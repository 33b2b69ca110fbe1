"""A specification drawn as SVG."""

from report_pages import Page

from reports.figures.drawing import drawn, scale, short

SPEC = {
    "width": 100,
    "height": 40,
    "data": {"values": [{"x": 1, "word": "<script>alert(1)</script>"}]},
    "mark": {"type": "text", "color": "var(--candidate)"},
    "encoding": {"x": {"field": "x", "type": "quantitative", "scale": scale(0, 2)}, "text": {"field": "word"}},
}


def test_the_same_numbers_give_the_same_bytes() -> None:
    """A report can be compared with another by its hash."""
    assert drawn(SPEC, description="d", name="n") == drawn(SPEC, description="d", name="n")


def test_the_drawing_scales_and_takes_its_colours_from_the_page() -> None:
    """No width of its own, no background, colours by variable: it prints and follows dark mode."""
    root = Page(drawn(SPEC, description="d", name="n")).all("svg")[0]
    assert "viewbox" in root
    assert "width" not in root
    svg = drawn(SPEC, description="d", name="n")
    assert "var(--candidate)" in svg
    assert "currentColor" in svg
    assert "#fff" not in svg
    assert "white" not in svg


def test_the_drawing_is_one_picture_with_a_description() -> None:
    """A screen reader hears one sentence, not a hundred marks."""
    svg = drawn(SPEC, description='a "quoted" <b>', name="n")
    roles = [attributes["role"] for _, attributes in Page(svg).elements if "role" in attributes]
    assert roles == ["img"]
    assert Page(svg).all("svg")[0]["aria-label"] == 'a "quoted" <b>'


def test_text_of_the_study_cannot_become_markup() -> None:
    """A metric's name with a script in it is drawn as letters."""
    page = Page(drawn(SPEC, description="d", name="n"))
    assert not page.all("script")
    assert "<script>alert(1)</script>" in page.text


def test_the_drawing_names_nothing_that_another_one_could_name() -> None:
    """Many drawings share a page, so none has ids, and none points anywhere."""
    page = Page(drawn(SPEC, description="d", name="n"))
    for _, attributes in page.elements:
        assert not {"id", "href", "xlink:href"} & attributes.keys()
    assert "url(" not in page.html
    assert "http" not in page.html


def test_numbers_are_shortened() -> None:
    """The last bit of a float does not change a drawing."""
    assert short(0.1 + 0.2) == short(0.3) == 0.3
