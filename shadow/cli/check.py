"""One thing that `shadow doctor` looked at."""

from dataclasses import dataclass

FINE, ATTENTION, BROKEN = "fine", "attention", "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found, and what to do about it."""

    name: str
    state: str
    """"fine" | "attention" | "broken"."""
    found: str
    advice: str = ""
