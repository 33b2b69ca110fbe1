"""The page as a browser sees it."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from jinja2 import UndefinedError
from report_pages import Page
from report_parts import worst
from report_studies import empty, go, hold, hostile, rollback, uncalibrated

from analysis.results import Study
from reports.render import environment, render

STUDIES: dict[str, Study] = {
    "go": go(),
    "hold": hold(),
    "rollback": rollback(),
    "uncalibrated": uncalibrated(),
    "empty": empty(),
    "hostile": hostile(),
}
SECTIONS = (
    "verdict",
    "evidence",
    "growth",
    "distributions",
    "segments",
    "coverage",
    "pairs",
    "style",
    "outcomes",
    "latency",
    "costs",
    "cutover",
    "baseline",
    "provenance",
)
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    """Every example study, rendered once without pictures."""
    return {name: Page(render(study, picture=lambda _: None)) for name, study in STUDIES.items()}


@pytest.fixture(params=list(STUDIES))
def page(request: pytest.FixtureRequest, pages: dict[str, Page]) -> Page:
    """Each of the pages in turn."""
    return pages[request.param]


def test_every_part_is_there_in_its_order_with_a_heading(page: Page) -> None:
    """The verdict comes first, settings last, and each part is a landmark with a name."""
    sections = page.all("section")
    assert tuple(section["id"] for section in sections) == SECTIONS
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert all(section["aria-labelledby"] in ids for section in sections)
    for landmark in ("header", "main", "nav", "footer", "h1"):
        assert len(page.all(landmark)) == 1


def test_every_link_leads_to_a_part_of_the_page(page: Page) -> None:
    """Nothing points outside, and nothing points nowhere."""
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"].removeprefix("#") for link in page.all("a")} <= set(ids)


def test_the_page_is_well_formed_and_declares_itself(page: Page) -> None:
    """Elements close in order; language, encoding, viewport and colour schemes are told."""
    assert page.misnested == []
    assert page.open == []
    assert page.all("html")[0]["lang"] == "en"
    names = {meta.get("name"): meta.get("content") for meta in page.all("meta")}
    assert names["viewport"] == "width=device-width, initial-scale=1"
    assert names["color-scheme"] == "light dark"


def test_the_page_runs_nothing_and_loads_nothing(page: Page) -> None:
    """No script, no handler, no form, no frame, no address outside, and a policy that forbids them all."""
    assert [meta["content"] for meta in page.all("meta") if "http-equiv" in meta] == [POLICY]
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "object", "embed", "form", "link", "base", "audio", "video", "foreignobject"}
    for _, attributes in page.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert not {"xlink:href", "srcset", "action", "formaction"} & attributes.keys()
        assert attributes.get("src", "data:image/webp;base64,").startswith("data:image/webp;base64,")
    assert "@import" not in page.html
    assert "url(" not in page.html


def test_every_part_says_how_to_read_it(page: Page) -> None:
    """Plain words beside each chart and table."""
    assert page.text.count("How to read this") == len(SECTIONS) - 1


@pytest.mark.parametrize(
    ("name", "sentence", "next_step"),
    [
        ("go", "GO you may cut over", "shadow cutover set PERCENT --migration wallpapers --reason TEXT"),
        ("hold", "HOLD wait", "about 420 more pairs should settle it."),
        ("rollback", "ROLLBACK go back", "shadow cutover rollback --migration wallpapers --reason TEXT"),
        ("uncalibrated", "Wait: no baseline is frozen yet", "shadow baseline freeze --migration wallpapers"),
        ("empty", "Wait: no baseline is frozen yet", "No live call has been seen yet."),
    ],
)
def test_the_verdict_is_told_first_in_words(pages: dict[str, Page], name: str, sentence: str, next_step: str) -> None:
    """Decision, meaning and next step are readable without any colour."""
    text = pages[name].text
    assert sentence in text
    assert next_step in text
    assert text.index(sentence) < text.index("Evidence per guard")


def test_an_empty_study_shows_words_in_place_of_charts(pages: dict[str, Page]) -> None:
    """Every part is there and says that there is nothing yet."""
    assert not [svg for svg in pages["empty"].all("svg") if "chart" in svg["class"]]
    for words in ("Nothing is measured yet", "No score has been given yet", "No traffic has been moved yet"):
        assert words in pages["empty"].text


def test_charts_have_a_description_and_scale(pages: dict[str, Page]) -> None:
    """Each chart is one picture with words, and has no fixed width."""
    charts = [svg for svg in pages["rollback"].all("svg") if "chart" in svg["class"]]
    forest, strengths, segments, funnels, scores, features = 2, 2, 2, 2, 3, 4
    assert len(charts) == forest + strengths + segments + funnels + scores + features
    for chart in charts:
        assert chart["role"] == "img"
        assert chart["aria-label"]
        assert "width" not in chart


def test_hostile_text_is_shown_as_text(pages: dict[str, Page]) -> None:
    """What tried to run can be read in full, unevaluated, with its hidden characters made visible."""
    text = pages["hostile"].text
    assert "<script>alert(1)</script>\"><img src=x onerror=alert(2)>' onload='alert(3) {{7*7}} {% raw %}" in text
    assert "javascript:alert(4) ⟨U+202E⟩gnp.exe⟨U+202C⟩ ⟨U+0000⟩⟨U+001B⟩[31m ⟨U+D800⟩ https://evil.example/x" in text
    assert "&lt;b&gt;" in text
    assert not set("\x00\x1b\u202e\u202c\ud800") & set(pages["hostile"].html)
    assert pages["hostile"].html.encode()


def test_hostile_text_changes_no_structure(pages: dict[str, Page]) -> None:
    """The page has the elements that the templates make, and pictures only where there are pictures."""
    assert not pages["hostile"].all("img")
    assert len(pages["hostile"].all("title")) == len(pages["hostile"].all("style")) == 1
    assert len(pages["hostile"].html) < 400_000


def test_the_same_study_gives_the_same_bytes(encoded: Callable[..., bytes]) -> None:
    """A report can be named by its hash."""
    picture = encoded((800, 600))
    first, second = (render(rollback(), picture=lambda _: picture) for _ in range(2))
    assert first == second


def test_all_pairs_with_pictures_stay_under_two_megabytes(noise: bytes) -> None:
    """Even pictures that hardly compress; every one is embedded with size and description."""
    study = replace(rollback(), worst=worst(30), best=worst(20), surprising=worst(20))
    page = Page(render(study, picture=lambda _: noise))
    assert len(page.html.encode()) < 2_000_000
    images = page.all("img")
    assert len(images) == 2 * (12 + 3 + 3) - 3
    assert all(image["alt"] and int(image["width"]) <= 720 for image in images)


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    """A forgotten value stops the report instead of leaving a hole in it."""
    with pytest.raises(UndefinedError):
        environment().from_string("{{ report.nothing }}").render(report={})


def test_everything_is_escaped_in_every_template() -> None:
    """Autoescape does not hang on a file's name, and no template switches it off."""
    assert environment().from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"
    loader = environment().loader
    assert loader is not None
    for name in environment().list_templates():
        source = loader.get_source(environment(), name)[0]
        assert "|safe" not in source.replace(" ", "")
        assert "autoescape" not in source


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2, definition of relative luminance)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_ON = [
    ("ink", "page card wash go-wash hold-wash rollback-wash"),
    ("muted", "page card wash go-wash hold-wash rollback-wash"),
    ("go", "page go-wash"),
    ("hold", "page card hold-wash"),
    ("rollback", "page rollback-wash"),
    ("page", "ink"),
]
DRAWN_ON = [("incumbent", "page card wash"), ("candidate", "page card wash"), ("bad", "page card"), ("muted", "wash")]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast_meets_wcag_aa(pages: dict[str, Page], theme: int) -> None:
    """4.5 for text and 3 for what is drawn, in both themes."""
    blocks = re.findall(r":root \{(.*?)\}", pages["go"].html, re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[theme]))
    for pairs, least in ((TEXT_ON, 4.5), (DRAWN_ON, 3.0)):
        for front, backs in pairs:
            for back in backs.split():
                assert contrast(colours[front], colours[back]) >= least, (front, back)
