"""Who is told of every change of traffic and of the verdict: an outbox on disk, and the courier that empties it."""

from shadow.hooks.courier import Courier, Target
from shadow.hooks.outbox import Letter, Outbox, event_of

__all__ = ["Courier", "Letter", "Outbox", "Target", "event_of"]
