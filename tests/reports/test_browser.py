"""The page in a real browser: what is visible, that nothing runs or leaves, and that everybody can read it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from browser import CHROMIUM, Tab, browsing
from ledgers import add_pairs, ledger_in
from report_studies import empty, go, hold, hostile, rollback, uncalibrated

from analysis import relations, study
from analysis.growth import growth
from analysis.question import Question
from analysis.results import Study
from reports.render import render
from reports.wording import verdict_sentence

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

STUDIES = {
    "go": go,
    "hold": hold,
    "rollback": rollback,
    "uncalibrated": uncalibrated,
    "empty": empty,
    "hostile": hostile,
}
WIDE, PHONE = 1280, 360
ROOT = Path(__file__).parents[2]
AXE = next(
    (
        path
        for path in (
            Path(os.environ.get("AXE_CORE", "")) / "axe.min.js",
            ROOT / "node_modules/axe-core/axe.min.js",
            ROOT / ".ci/node_modules/axe-core/axe.min.js",
        )
        if path.is_file()
    ),
    None,
)
PLACE = """(() => {
    const box = document.querySelector(".pair .side-SIDE img").getBoundingClientRect();
    return [box.left, box.top, box.width, box.height];
})()"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One browser for all of these tests."""
    with browsing(tmp_path_factory.mktemp("chromium") / "profile") as found:
        yield found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> Callable[[str], Path]:
    """Each example study as a file, rendered once."""
    folder = tmp_path_factory.mktemp("pages")

    def made(name: str) -> Path:
        file = folder / f"{name}.html"
        if not file.exists():
            file.write_text(render(STUDIES[name](), picture=lambda _: noise), encoding="utf-8")
        return file

    return made


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize(("width", "dark"), [(WIDE, False), (PHONE, True)], ids=["wide", "phone"])
def test_the_page_shows_its_verdict_and_asks_for_nothing(
    tab: Tab, page: Callable[[str], Path], name: str, width: int, dark: bool
) -> None:
    """No console line, no request but the file and its own pictures, no sideways scrolling, and the answer in view."""
    file = page(name)
    shown_study: Study = STUDIES[name]()
    tab.visit(file, width=width, dark=dark)
    assert tab.messages == []
    assert [address for address in tab.requests if not address.startswith("data:image/webp;")] == [file.as_uri()]
    assert tab.value(OVERFLOW) <= 0
    shown = tab.value("document.querySelector('#verdict').innerText")
    assert shown_study.verdict.decision.value in shown
    if name != "hostile":  # its names fill a phone on their own
        assert verdict_sentence(shown_study) in shown
        assert tab.value("document.querySelector('.decision').getBoundingClientRect().bottom") < 400


def test_hostile_text_makes_no_element(tab: Tab, page: Callable[[str], Path]) -> None:
    """The browser finds no script, no frame, no picture from elsewhere, no handler; the title is text."""
    tab.visit(page("hostile"))
    assert tab.value("document.scripts.length") == 0
    assert tab.value("document.querySelectorAll('iframe, object, embed, form, base, [onload], [onerror]').length") == 0
    assert tab.value("[...document.images].every(image => image.src.startsWith('data:image/webp;base64,'))")
    assert "alert(1)" in tab.value("document.title")


def test_the_policy_of_the_file_stops_a_script(tab: Tab, page: Callable[[str], Path], tmp_path: Path) -> None:
    """Even an element that got into the file would not run, and nothing could be sent."""
    spoiled = tmp_path / "spoiled.html"
    inserted = (
        "<script>document.title = 'ran'</script><img src='http://127.0.0.1:9/x' onerror=\"document.title='ran'\">"
    )
    spoiled.write_text(page("go").read_text().replace("</main>", f"{inserted}</main>"))
    tab.visit(spoiled)
    assert tab.value("document.title") == "GO: wallpapers"
    assert any("Content Security Policy" in message for message in tab.messages)


def test_the_arrow_keys_flip_between_the_two_pictures_at_one_place(tab: Tab, page: Callable[[str], Path]) -> None:
    """Without any script: one radio button for each view, and the second picture stands where the first stood."""
    tab.visit(page("rollback"))
    tab.value("document.querySelector('#view-1-both').focus()")
    places = []
    for shown, other in (("incumbent", "candidate"), ("candidate", "incumbent")):
        tab.press("ArrowRight")
        places.append(tab.value(PLACE.replace("SIDE", shown)))
        assert tab.value(f"document.querySelector('.pair .side-{other}').offsetParent === null")
    assert places[0] == places[1]
    assert min(places[0][2:]) > 100


def test_printing_shows_the_evidence_and_no_controls(tab: Tab, page: Callable[[str], Path]) -> None:
    """Navigation and switches stay on the screen; every chart fits the paper, and the page is not endless."""
    tab.visit(page("hold"), width=794, dark=True, medium="print")
    assert tab.value("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert tab.value("getComputedStyle(document.querySelector('.view label')).display") == "none"
    assert tab.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.value(OVERFLOW) <= 0
    printed = tab.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
    assert 20_000 < len(printed) < 8_000_000


@pytest.mark.skipif(AXE is None, reason="axe-core is not installed: npm install axe-core, or AXE_CORE names its folder")
@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [
        ("rollback", WIDE, False),
        ("hold", WIDE, True),
        ("go", PHONE, False),
        ("empty", PHONE, True),
    ],
)
def test_everybody_can_read_it(tab: Tab, page: Callable[[str], Path], name: str, width: int, dark: bool) -> None:
    """axe finds no fault of WCAG 2.2 AA nor of good practice: contrast, landmarks, names, headings, roles."""
    assert AXE is not None
    tab.visit(page(name), width=width, dark=dark)
    tab.value("document.querySelectorAll('details').forEach(details => details.open = true)")
    tab.value(AXE.read_text(encoding="utf-8") + "; null")
    found = tab.value(
        "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map("
        "fault => `${fault.id}: ${fault.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`))"
    )
    assert found == []


def test_a_report_of_fifty_thousand_pairs_opens_like_any_other(tab: Tab, tmp_path: Path) -> None:
    """From the ledger through the analysis to the screen: the page stays small, its charts are there."""
    ledger = ledger_in(tmp_path)
    add_pairs(ledger, "b", 50_000, loss=1.0, shift=0.01)
    question = Question(minimum_hours=0.0)
    with ledger.reading() as connection:
        columns = relations.read(connection, "pro")
        texts = relations.read_texts(connection, study.shown(columns, question))
    found = study.of(columns, question, made_at=datetime(2026, 6, 1, tzinfo=UTC), texts=texts)
    grown = replace(found, growth=growth(columns, question, np.arange(columns.pairs)))
    file = tmp_path / "large.html"
    file.write_text(render(grown, picture=lambda _: None), encoding="utf-8")
    assert file.stat().st_size < 500_000
    tab.visit(file)
    assert tab.messages == []
    assert "50,000" in tab.value("document.querySelector('.facts').innerText")
    assert tab.value("document.querySelector('#growth .chart-growth').getBoundingClientRect().width") > 600
