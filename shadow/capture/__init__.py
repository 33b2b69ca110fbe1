"""The one door from the live path to the spool, and what goes through it."""

from shadow.capture.attendance import watch_unclean_ends
from shadow.capture.door import Door
from shadow.capture.seen import Labels, Route, Seen

__all__ = ["Door", "Labels", "Route", "Seen", "watch_unclean_ends"]
