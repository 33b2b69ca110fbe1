"""The summary for the terminal."""

from report_studies import empty, hostile, rollback

from reports.quantities import MINUS
from reports.summary import summary


def test_the_summary_tells_verdict_reasons_guards_and_next_steps() -> None:
    """The terminal tells the same story as the page, in the same words."""
    lines = summary(rollback())
    assert lines[0] == "wallpapers: gemini-3-pro-image-preview → gemini-3-pro-image  (epoch 2)"
    assert lines[1].startswith("ROLLBACK: Keep gemini-3-pro-image-preview")
    assert any("because" in line and "8.1 points worse" in line for line in lines)
    guard = "  guard    Quality: -8.1 points (-9.3 to -6.9 points), allowed loss 2 points, 1,475 pairs: fails"
    assert guard.replace("-", MINUS) in lines
    assert lines[-3].endswith("shadow cutover rollback --migration wallpapers --reason TEXT")


def test_a_guard_without_an_estimate_says_so() -> None:
    """Before the first pair there is nothing to measure."""
    assert "  guard    Quality: nothing measured yet; allowed loss 2 points" in summary(empty())


def test_no_control_character_reaches_the_terminal() -> None:
    """An escape sequence in a label is shown, not obeyed."""
    told = "".join(summary(hostile()))
    assert told.isprintable()
