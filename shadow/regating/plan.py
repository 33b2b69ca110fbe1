"""What of a stored picture is to be scored again, and what that may cost."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shadow.brief import Brief
from shadow.finding import Finding
from shadow.gates.similarity import BELOW_FLOOR, SimilarityLayer, held_to_floor
from shadow.prices import Tariff
from shadow.settings import GateSettings
from shadow.store.entries import Scoring
from shadow.store.versions import Made, Stored

FLOOR = "floor"
"""The one setting of the similarity layer that changes what a cosine means and not the cosine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One layer that has to look at a picture again."""

    scoring: Scoring
    known: Finding | None = None
    """What it finds, where that follows from what is on file: nobody needs to be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One stored picture and the layers that have to look at it again, in the order of the walk."""

    stored: Stored
    steps: tuple[Step, ...]

    @property
    def brief(self) -> Brief:
        """What was asked."""
        return Brief.from_record(json.loads(self.stored.record))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Holds what is on file against the settings in force."""

    gate: GateSettings
    scorings: Sequence[Scoring]
    """Of every layer, in the order of the walk."""
    settings: Mapping[str, str]
    """Scoring to the settings it stands for, canonical JSON, as the ledger knows them."""
    only: Collection[str] = ()
    """Layers that are to be asked; empty: all."""

    def task(self, stored: Stored) -> Task | None:
        """What there is to do for this picture; None where all that is asked for is on file."""
        steps: list[Step] = []
        for scoring in self.scorings:
            made = [item for item in stored.made if item.layer == scoring.layer]
            if not made and _beside(stored):
                continue
            current = _newest(made, {scoring.digest, ""})
            if current is None and (not self.only or scoring.layer in self.only):
                step = Step(scoring=scoring, known=self._known(made, scoring))
                steps.append(step)
                if step.known is not None and step.known.hard_failure:
                    break
            elif (standing := current or _newest(made)) is not None and standing.hard_failure:
                break
        return Task(stored=stored, steps=tuple(steps)) if steps else None

    def _known(self, made: Sequence[Made], scoring: Scoring) -> Finding | None:
        """The finding that follows from a cosine of the same embedding under another floor."""
        if scoring.layer != SimilarityLayer.name:
            return None
        wanted = _without_floor(scoring.settings)
        for item in reversed(made):
            settings = self.settings.get(item.scoring)
            if item.score is not None and settings is not None and _without_floor(settings) == wanted:
                return held_to_floor(item.score, self.gate.similarity)
        return None


def calls(tasks: Sequence[Task]) -> Counter[str]:
    """How often each layer asks somebody at most, when nothing stops a walk."""
    return Counter(step.scoring.layer for task in tasks for step in task.steps if step.known is None)


def price(tasks: Sequence[Task], tariff: Tariff) -> int:
    """Nano-USD that it may cost at most. Raises `ConfigError` for a model without a price."""
    return sum(
        tariff.layer(step.scoring.layer, task.brief) for task in tasks for step in task.steps if step.known is None
    )


def stopped_above(stored: Sequence[Stored], floor: float, *, arm: str) -> int:
    """Pictures of this arm that an earlier, higher floor stopped, so that no later layer has looked at them."""
    return sum(
        item.arm == arm
        and any(
            made.layer == SimilarityLayer.name
            and made.hard_failure == BELOW_FLOOR
            and made.score is not None
            and made.score >= floor
            for made in item.made[-1:]
        )
        for item in stored
    )


def _beside(stored: Stored) -> bool:
    """Whether this is a picture that one layer looked at once more: the others have nothing to do with it."""
    return stored.draw > 1 and not any(item.hard_failure for item in stored.made)


def _newest(made: Sequence[Made], scorings: Collection[str] | None = None) -> Made | None:
    found = [item for item in made if scorings is None or item.scoring in scorings]
    return max(found, key=lambda item: item.version, default=None)


def _without_floor(settings: str) -> dict[str, object]:
    return {key: value for key, value in json.loads(settings).items() if key != FLOOR}
