"""What a rule says along one simulated migration, looked at every 25 pairs."""

from dataclasses import dataclass

import numpy as np

from bench.study import PAIRS, Floats, Marks

LOOK = 25
LOOKS = PAIRS // LOOK


def sizes() -> Floats:
    """Pairs at each look, shape (LOOKS,)."""
    return np.arange(1, LOOKS + 1, dtype=np.float64) * LOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The look (number of pairs) at which each came for the first time; None: never."""

    go: int | None
    rollback: int | None

    @property
    def first_go(self) -> int | None:
        """GO where it came before any ROLLBACK."""
        return self.go if self.go is not None and (self.rollback is None or self.go < self.rollback) else None

    @property
    def first_rollback(self) -> int | None:
        """ROLLBACK where it came before any GO."""
        return None if self.first_go is not None else self.rollback


def first(go: Marks, rollback: Marks) -> Said:
    """Where each comes for the first time."""
    when = [int(found[0] + 1) * LOOK if (found := np.flatnonzero(marks)).size else None for marks in (go, rollback)]
    return Said(go=when[0], rollback=when[1])
