"""Names that people write, and the legal ones."""

import difflib


def legal(wrong: str, names: list[str]) -> str:
    """The legal names in a sentence, the nearest to the wrong one first."""
    near = difflib.get_close_matches(wrong, names, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return f"{hint}Legal: {', '.join(sorted(names))}."
