"""Text of strangers, made safe to read."""

import pytest

from reports.text import line, visible


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x7f", "\u202e", "\u2066", "\u200f", "\u2028", "\ud800", "\ufeff"]
)
def test_hidden_characters_are_shown_by_their_number(character: str) -> None:
    """A control, bidirectional, separator or surrogate character is named instead of doing its work."""
    shown = f"a⟨U+{ord(character):04X}⟩b"
    assert visible(f"a{character}b", 10) == shown
    assert line(f"a{character}b") == shown.replace("⟨U+2028⟩", " ")


def test_line_breaks_tabs_and_joined_emoji_stay() -> None:
    """What people really write in a prompt is left as it is."""
    assert visible("first\r\n\tsecond 👩\u200d🎨", 40) == "first\n\tsecond 👩\u200d🎨"


def test_a_long_text_is_cut_and_says_how_much_is_missing() -> None:
    """A prompt of 100,000 characters is shortened, and nothing seems shorter than it was."""
    shown = visible("x" * 100_000, 600)
    assert shown == "x" * 600 + " … (and 99,400 more characters)"


def test_a_line_stays_one_line_within_its_limit() -> None:
    """Whitespace of every kind becomes a space, and the limit holds."""
    assert line("a\n\t b\x0bc", 10) == "a b c"
    assert line("abcdef", 3) == "abc…"
    assert line("a" + " " * 100 + "b", 10) == "a…"


def test_safe_text_can_always_be_written_as_utf_8() -> None:
    """Half a surrogate pair from a broken JSON string cannot stop the report from being saved."""
    assert visible("\udfff" * 3, 10).encode() == line("\udfff" * 3).encode()
