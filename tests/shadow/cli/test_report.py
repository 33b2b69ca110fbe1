"""The report's verb: where it goes, in which form."""

import json
import webbrowser
from pathlib import Path

import pytest
from filed import desk_with, does


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty pairs of a candidate that loses nine points."""
    return desk_with(tmp_path_factory.mktemp("desk"), pairs=80, loss=9.0)


@pytest.mark.parametrize(
    ("arguments", "name", "begins"),
    [
        ((), "shadow-pro.html", "<!doctype html>"),
        (("--format", "json"), "shadow-pro.json", "{"),
        (("--format", "md"), "shadow-pro.md", "## "),
        (("-o", "x.json"), "x.json", "{"),
        (("-o", "x.md"), "x.md", "## "),
        (("-o", "x.txt", "--format", "html"), "x.txt", "<!doctype html>"),
    ],
)
def test_the_form_is_asked_for_or_follows_from_the_name(
    config: Path, arguments: tuple[str, ...], name: str, begins: str
) -> None:
    """And the verb says what it wrote."""
    said = does(config, "report", *arguments)
    assert (said.exit_code, said.output) == (0, f"ROLLBACK: {name}\n")
    assert (config.parent / name).read_text().startswith(begins)


def test_a_comment_goes_to_standard_output(config: Path) -> None:
    """Nothing else does, so that it can be piped."""
    said = does(config, "report", "--format", "md", "-o", "-")
    assert said.stdout.startswith("## ⛔ ROLLBACK")
    assert said.stdout.endswith("</sub>\n")


def test_the_json_is_complete(config: Path) -> None:
    """With how the evidence grew and what it cost."""
    told = json.loads(does(config, "report", "--format", "json", "-o", "-").stdout)
    assert told["verdict"]["decision"] == "ROLLBACK"
    assert told["growth"][-1]["pairs"] == 80
    assert told["costs"] == {"arms": [], "spending": []}
    assert len(told["worst"]) == 12


def test_a_browser_is_opened_where_there_is_one(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the file; without one the verb says what to open."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or bool(opened[1:]))
    assert "open shadow-pro.html in one" in does(config, "report", "--open").output
    assert does(config, "report", "--open").output == "ROLLBACK: shadow-pro.html\n"
    assert opened == [(config.parent / "shadow-pro.html").resolve().as_uri()] * 2


def test_a_redacted_report_is_asked_for(config: Path) -> None:
    """In every form."""
    for kind in ("html", "json", "md"):
        assert "edacted" in does(config, "report", "--redact", "--format", kind, "-o", "-").stdout
