"""Turns a leased capture into a pair, and never twice for the same money."""

from shadow.worker.bench import Bench
from shadow.worker.hand import UNAVAILABLE
from shadow.worker.worker import Worker

__all__ = ["UNAVAILABLE", "Bench", "Worker"]
