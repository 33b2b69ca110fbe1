"""Live calls that will never become a pair, counted by migration, minute and reason until the spool has them."""

from collections import Counter
from collections.abc import Iterator

from shadow.capture.seen import Route
from shadow.pair import Loss
from shadow.spool.spool import Spool

MEMORY_FULL = "memory full"
SAMPLED_OUT = "sampled out"
OTHER_CANDIDATE = "served by another migration's candidate"
NOT_DRAINED = "not drained at exit"
DEFECT = "defect of the harness"
UNKNOWN = "unknown loss"
"""A live process ended without a word: what it had not put into the spool yet is gone."""


class Losses:
    """The counts of one process. Used by the drain thread alone."""

    def __init__(self, process: str) -> None:
        """`process` names the process for ever."""
        self._process = process
        self._counts: Counter[tuple[str, int, str]] = Counter()
        self._number = 0
        self.ever: Counter[str] = Counter()
        """Everything that was ever counted here, by reason."""

    def count(self, migration: str, reason: str, at: float, number: int = 1) -> None:
        """`number` more; `at` is Unix time."""
        self._counts[migration, int(at // 60), reason] += number
        self.ever[reason] += number

    def count_all(self, route: Route, reason: str, at: float, number: int = 1) -> None:
        """`number` more in every migration of a route."""
        for name, _ in route.samples:
            self.count(name, reason, at, number)

    def total(self) -> int:
        """Counted and not carried yet."""
        return self._counts.total()

    def carry(self, spool: Spool) -> None:
        """Put what was counted into the spool. Where that raises, it stays counted and nothing is counted twice."""
        losses = list(self._losses())
        if losses:
            spool.lose(losses)
        self._number += len(losses)
        self._counts.clear()

    def _losses(self) -> Iterator[Loss]:
        # The number goes on only once they are in: a second try has the same ids, and an id is filed once.
        for number, ((migration, minute, reason), count) in enumerate(self._counts.items(), start=self._number + 1):
            yield Loss(
                loss_id=f"{self._process}-{number}",
                migration=migration,
                minute=minute * 60.0,
                process=self._process,
                reason=reason,
                count=count,
            )
