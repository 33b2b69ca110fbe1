"""The pages say what there is: every key, verb, layer, metric, rule and reason stands where people look for it."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from analysis.metrics import METRICS
from analysis.results import Decision, ReasonCode
from analysis.verdict import RULES
from reports.names import GUARDS
from shadow.cli import VERBS
from shadow.cutover.decide import RULES as MOVES
from shadow.cutover.decide import advance
from shadow.gates import LAYERS
from shadow.providers import PROVIDERS
from shadow.settings import Config
from shadow.spool import SPOOLS

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((*DOCS.glob("*.md"), DOCS.parent / "README.md"))


def text(page: str) -> str:
    """A page."""
    return (DOCS / page).read_text()


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["configuration.md", "verbs.md"])
def test_generated_pages_follow_the_code(generator: ModuleType, page: str) -> None:
    """A setting or a verb that changes without its page fails here; `make docs` writes them."""
    assert text(page) == generator.PAGES[page](), "run `make docs`"


def test_every_key_stands_in_the_configuration(generator: ModuleType) -> None:
    """Each block with each of its keys, and no other."""
    page = text("configuration.md")
    for place, block in generator.blocks(Config, ""):
        keys = [name for name, field in block.model_fields.items() if generator.block_of(field) is None]
        section = page.partition(f"## `[{place}]`")[2].partition("\n## ")[0] if place else ""
        written = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        assert written == [key for key in keys if place]


def test_every_verb_stands_in_the_verbs() -> None:
    """Each verb has its section."""
    assert set(re.findall(r"^### shadow (\w+)$", text("verbs.md"), re.MULTILINE)) == set(VERBS)


@pytest.mark.parametrize(
    ("names", "page"),
    [
        (tuple(LAYERS), "gate.md"),
        (tuple(LAYERS), "concepts.md"),
        (tuple(PROVIDERS), "where-to-change-what.md"),
        (tuple(PROVIDERS), "configuration.md"),
        (tuple(SPOOLS), "where-to-change-what.md"),
        (tuple(metric.name for metric in METRICS), "statistics.md"),
        (tuple(metric.name for metric in METRICS), "read-a-report.md"),
        (tuple(metric.name for metric in METRICS), "concepts.md"),
        ((*(rule.__name__ for rule in MOVES), advance.__name__), "cutover.md"),
        (tuple(rule.__name__ for rule in RULES), "statistics.md"),
        (tuple(rule.__name__ for rule in RULES), "read-a-report.md"),
    ],
)
def test_every_name_stands_in_its_page(names: tuple[str, ...], page: str) -> None:
    """As code, so that it is found."""
    missing = [name for name in names if f"`{name}`" not in text(page)]
    assert not missing


@pytest.mark.parametrize("page", ["statistics.md", "read-a-report.md"])
def test_every_reason_and_decision_is_explained(page: str) -> None:
    """Each code of the closed list has a row, and each answer a word."""
    missing = [code for code in ReasonCode if not re.search(rf"^\| {code.value} \|", text(page), re.MULTILINE)]
    assert not missing
    assert all(decision.value in text(page) for decision in Decision)


def test_every_guard_has_words_in_the_report() -> None:
    """A metric that may guard is named for people."""
    assert {metric.name for metric in METRICS} <= set(GUARDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text())
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_every_page_is_found_from_the_readme() -> None:
    """A page that nobody links to is not read."""
    readme = (DOCS.parent / "README.md").read_text()
    assert [page.name for page in DOCS.glob("*.md") if f"docs/{page.name}" not in readme] == []
