"""How the pictures of both arms lie to each other in the embedding space."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """Different look and less variety, told apart. Advisory: valid for one planned look, and no part of the verdict."""

    pairs: int
    """Pairs of which both pictures are embedded."""
    space: str
    """Embedding model and length."""
    distance: float
    """Squared maximum mean discrepancy of the two clouds; about 0 where nothing differs."""
    p_value: float
    """How often swapping the pictures within pairs at random gives a distance as large."""
    alarm: float
    """The p-value from which the looks are called different."""
    shift: float
    """How far the centre of the pictures moved, in spreads of the incumbent's own pictures."""
    variety_incumbent: float
    """Mean cosine distance of two pictures for different briefs, 0 to 2."""
    variety_candidate: float
    change: float
    """By which share the candidate's variety is larger."""
    interval: tuple[float, float]
    """Of that share, at `level`."""
    level: float
    vendi_incumbent: float
    """The effective number of different pictures, 1 to `pairs`."""
    vendi_candidate: float

    @property
    def different(self) -> bool:
        """Whether the candidate's pictures look different, better or worse."""
        return self.p_value <= self.alarm

    @property
    def less_various(self) -> bool:
        """Whether the candidate's pictures resemble each other more than the incumbent's do."""
        return self.interval[1] < 0

    @property
    def more_various(self) -> bool:
        """Whether they resemble each other less."""
        return self.interval[0] > 0
