"""What a live process stands on when its config cannot be used."""

from pathlib import Path

import pytest
from captured import PRO

from shadow import standing


def test_the_routes_of_a_good_config_are_recalled(tmp_path: Path) -> None:
    """As they were, in a private folder, and only written where they are new."""
    routes = {"old": PRO, "flash": PRO._replace(incumbent="flash", serving=None, candidate=None)}
    standing.remember(tmp_path, routes)
    assert standing.recall(tmp_path) == routes
    path = tmp_path / "live" / "routes.json"
    assert [oct(item.stat().st_mode)[-3:] for item in (path, path.parent)] == ["600", "700"]
    before = path.stat().st_ino
    standing.remember(tmp_path, routes)
    assert path.stat().st_ino == before


@pytest.mark.parametrize("text", ["{half", "[]", '{"old": {}}', '{"old": {"samples": 3}}'])
def test_routes_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    """A damaged memory is no memory."""
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "routes.json").write_text(text)
    assert standing.recall(tmp_path) == {}
    assert standing.recall(tmp_path / "nowhere") == {}


def test_trouble_is_seen_until_it_is_over(tmp_path: Path) -> None:
    """The next good config takes it away."""
    assert standing.trouble(tmp_path) is None
    standing.note_trouble(tmp_path, "unknown key 'x'", clock=lambda: 5.0)
    found = standing.trouble(tmp_path)
    assert found is not None
    assert (found["reason"], found["at"]) == ("unknown key 'x'", 5.0)
    standing.remember(tmp_path, {"old": PRO})
    assert standing.trouble(tmp_path) is None


def test_a_home_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    """Nothing raises; nothing is remembered."""
    home = tmp_path / "home"
    home.write_text("a file")
    standing.remember(home, {"old": PRO})
    standing.note_trouble(home, "x")
    assert standing.recall(home) == {}
    assert standing.trouble(home) is None


@pytest.mark.parametrize(
    ("text", "home"),
    [("", ".shadow"), ("no toml [", ".shadow"), ("[paths]\nhome = 'there'", "there"), ("[paths]\nhome = 3", ".shadow")],
)
def test_the_home_of_a_broken_config_is_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, home: str
) -> None:
    """Where the file still says it, there; else where it would be by default."""
    config = tmp_path / "config.toml"
    config.write_text(text)
    assert standing.home_of(config) is None
    (tmp_path / home).mkdir()
    assert standing.home_of(config) == tmp_path / home
    monkeypatch.setenv("SHADOW_CONFIG", str(config))
    assert standing.home_of(None) == tmp_path / home
