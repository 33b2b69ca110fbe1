"""What a judge is told to judge by: instructions, and named criteria where there are some."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that a judge marks by itself, from 0 to 100."""

    name: str
    weight: float
    """Positive; only its share of the sum of all weights counts."""
    text: str
    """What to look at, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """How the judge is asked: its instructions, kept apart from the brief, which is data."""

    instructions: str
    criteria: tuple[Criterion, ...] = ()
    """Where there are some the judge marks each, and the score is the mean of the marks by their weights."""

    @property
    def characters(self) -> int:
        """Characters of everything in it."""
        return len(self.instructions) + sum(len(item.name) + len(item.text) for item in self.criteria)

    def score(self, marks: dict[str, float]) -> float:
        """The mean of the marks by their weights; `marks` holds every criterion."""
        weights = sum(item.weight for item in self.criteria)
        return sum(item.weight * marks[item.name] for item in self.criteria) / weights
