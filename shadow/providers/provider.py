"""What the harness asks of a provider of models: generate, embed, judge, choose."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shadow.brief import Brief
from shadow.pair import Image, Outcome
from shadow.prices import Usage
from shadow.providers.rubric import Rubric

Vector = tuple[float, ...]
"""A unit vector; plain floats, so that the contract needs no numpy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the judge said: a score and a reason, or a countable label for why there is none."""

    score: float | None
    """[0, 100], or None."""
    reason: str = ""
    missing: str | None = None
    """"blocked" | "truncated" | "empty" | "bad json" | "more than json" | "missing keys" | "out of range"."""
    marks: Mapping[str, float] = field(default_factory=dict)
    """[0, 100] by criterion, where the rubric names some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of two pictures a judge prefers, or a countable label for why nothing is known."""

    preferred: str | None
    """"first", "second", "tie", or None."""
    reason: str = ""
    missing: str | None = None
    """As in `Judgement`."""


def preferred(first: float, second: float) -> Choice:
    """The choice of a judge who has scored both."""
    choice = "tie" if first == second else ("first" if first > second else "second")
    return Choice(preferred=choice, reason=f"{first:g} and {second:g} points.")


OnUsage = Callable[[Usage], object]
"""Told what a call was billed for as soon as that is known, before anything is made of the answer: a `Usage` of zeros
where surely nothing was billed. Not called where nobody can know: a timeout, a connection that was lost."""


def unmetered(usage: Usage) -> None:
    """Nobody counts."""
    del usage


class Provider(Protocol):
    """A provider of models. Safe to use from several threads at once."""

    def missing(self, model: str) -> str | None:
        """Why `model` cannot be asked to generate now, in a few words, or None. Free of charge; never raises."""
        ...

    def generate(
        self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage = unmetered
    ) -> Outcome:
        """One outcome of `model` for `brief`. Never raises for what a model or a network may do: that is the outcome.

        `pictures` holds the reference images of the brief by digest.
        """
        ...

    def embed(
        self, contents: Sequence[str | Image], *, model: str, dimensions: int, on_usage: OnUsage = unmetered
    ) -> tuple[Vector, ...]:
        """One unit vector of length `dimensions` for each content, in order. Raises `Unavailable`."""
        ...

    def judge(
        self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Judgement:
        """What `model` says of `image` as an answer to `brief`. Raises `Unavailable`."""
        ...

    def choose(
        self, brief: Brief, images: tuple[Image, Image], *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Choice:
        """Which of two pictures `model` prefers as an answer to `brief`, shown in this order. Raises `Unavailable`."""
        ...
