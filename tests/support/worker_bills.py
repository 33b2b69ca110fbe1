"""A provider that bills, a tariff in whole USD, and a gate that costs money."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from worker_scene import Paints, Scene

from shadow.brief import Brief
from shadow.gates import LAYERS
from shadow.gates.gate import Layer
from shadow.pair import Image, Outcome
from shadow.prices import NANO, PriceSettings, Tariff, Usage
from shadow.providers.provider import Judgement, OnUsage, Provider, Rubric, Vector
from shadow.settings import GateSettings

GATE = GateSettings(layers=("similarity", "judge"))


def price(**rates: float) -> PriceSettings:
    """A price of today."""
    nothing = dict.fromkeys(("input", "input_image", "output", "image"), 0.0)
    return PriceSettings(as_of=date(2026, 11, 23), source="a test", **{**nothing, **rates})


# Whole USD for each call, so that sums can be read: 4 for a picture, 1 for an embedding, 2 for a judgement.
TARIFF = Tariff(
    prices={
        "old": price(image=4e6),
        "new": price(image=4e6),
        GATE.similarity.model: price(input_image=1e6),
        GATE.judge.model: price(output=2e6),
    },
    gate=GATE,
)
PAIR = 4 + 2 * (1 + 2)


class Bills(Paints):
    """Answers everything and is billed one token for each call."""

    def generate(self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage) -> Outcome:
        """Its picture for one token."""
        outcome = super().generate(brief, model=model, pictures=pictures, on_usage=lambda _: None)
        on_usage(Usage(image_tokens=1) if outcome.image else Usage())
        return outcome

    def embed(self, contents: Sequence[Any], *, model: str, dimensions: int, on_usage: OnUsage) -> tuple[Vector, ...]:
        """Two equal vectors for one token."""
        on_usage(Usage(picture_tokens=1))
        return tuple((1.0,) * dimensions for _ in contents)

    def judge(self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage) -> Judgement:
        """A score for one token."""
        on_usage(Usage(output_tokens=1))
        return Judgement(score=80.0, reason="fine")


class Mumbles(Bills):
    """A judge that never says a score."""

    def judge(self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage) -> Judgement:
        """Nothing, for one token."""
        on_usage(Usage(output_tokens=1))
        return Judgement(score=None, missing="bad json")


def gate(provider: Provider) -> list[Layer]:
    """The layers that cost money."""
    return [LAYERS[name](GATE, provider) for name in GATE.layers]


def spent(scene: Scene) -> float:
    """USD."""
    return scene.purse.standing().books.total / NANO
