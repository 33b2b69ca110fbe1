"""Progress of a long verb."""

import io
import re

import pytest
from rich.console import Console

from shadow.cli import progress
from shadow.cli.progress import bar, steps


def test_elsewhere_than_in_a_terminal_a_line_comes_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """How far, of how many, how fast; at most every ten seconds."""
    clock = iter([0.0, 1.0, 12.0, 13.0, 25.0])
    with bar("pairs", total=100, monotonic=lambda: next(clock)) as reached:
        for done in (5, 24, 26, 50):
            reached.reach(done)
    assert capsys.readouterr().err == "24 of 100 pairs, 2.0 a second\n50 of 100 pairs, 2.0 a second\n"


def test_in_a_terminal_it_tells_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar with what is done, how fast, since when and for how long."""
    screen = io.StringIO()
    monkeypatch.setattr(progress, "Console", lambda **_: Console(file=screen, force_terminal=True, width=100))
    with bar("pairs", total=8) as reached:
        for done in range(1, 9):
            reached.reach(done)
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.getvalue())
    assert "8/8" in shown
    assert "/s" in shown
    assert shown.count(":") >= 4


def test_few_long_steps_are_named_while_they_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a terminal; a script sees nothing of it."""
    with steps("report", 2) as reached:
        reached("drawing")
    assert capsys.readouterr() == ("", "")
    screen = io.StringIO()
    monkeypatch.setattr(progress, "Console", lambda **_: Console(file=screen, force_terminal=True, width=100))
    with steps("report", 2) as reached:
        reached("drawing 5 distributions")
    assert "report: drawing 5 distributions" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.getvalue())
