"""Text that strangers wrote (prompts, reasons, labels) made safe to read: visible, bounded, in reading order.

Escaping for HTML is the template's work; here the text itself is made harmless. A control character, a bidirectional
override (Unicode Standard Annex 9, section 2: they reorder what a person sees) or half a surrogate pair is shown by
name instead of doing its work.
"""

import unicodedata

JOINERS = "\u200c\u200d"
"""Emoji and several scripts need them; they change no reading order."""


def visible(text: str, limit: int) -> str:
    """The text on several lines at most `limit` characters long, its hidden characters shown by their numbers.

    Line breaks and tabs stay. What was left out is counted at the end, so nothing seems shorter than it was.
    """
    unified = text[: limit + 1].replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(_shown(character) for character in unified[:limit])
    left_out = len(text) - limit
    return shown.strip() if left_out <= 0 else f"{shown.strip()} … (and {left_out:,} more characters)"


def line(text: str, limit: int = 120) -> str:
    """The text on one line, at most `limit` characters and an ellipsis, hidden characters shown by their numbers."""
    words = " ".join(text[: 2 * limit].split())
    shown = "".join(_shown(character) for character in words[:limit])
    return f"{shown}…" if len(words) > limit or len(text) > 2 * limit else shown


def _shown(character: str) -> str:
    if character in "\n\t" or character in JOINERS:
        return character
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return f"⟨U+{ord(character):04X}⟩"
    return character
