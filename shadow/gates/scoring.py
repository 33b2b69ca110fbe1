"""What a score depends on: the settings of its layer, under a name that every finding carries.

A ledger keeps findings for ever, settings change. So that scores made under two rubrics are never mixed, each finding
says which settings it was made under; readers take those of the present settings, and `shadow regate` makes them anew.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from shadow.brief import Brief, canonical
from shadow.finding import Finding
from shadow.gates.gate import Layer
from shadow.pair import Image
from shadow.settings import GateSettings
from shadow.store.entries import Scoring

LENGTH = 16
"""Hexadecimal digits of a scoring's name."""
NOT_OF_SCORES: Mapping[str, frozenset[str]] = {"judge": frozenset({"pairwise"})}
"""Settings of a layer's block that change neither a score nor a hard failure."""


def scoring_of(layer: str, settings: GateSettings) -> Scoring:
    """The settings in force of this layer; of one that has no block, nothing but its name."""
    block = getattr(settings, layer, None)
    found = {} if block is None else block.model_dump(mode="json", exclude=set(NOT_OF_SCORES.get(layer, ())))
    text = canonical(found)
    digest = hashlib.sha256(f"{layer}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
    return Scoring(digest=digest, layer=layer, settings=text)


def scorings_of(settings: GateSettings) -> tuple[Scoring, ...]:
    """The settings in force of every layer that is asked, in the order of the walk."""
    return tuple(scoring_of(layer, settings) for layer in settings.layers)


class Stamped:
    """A layer whose findings say what they were made under."""

    def __init__(self, layer: Layer, scoring: Scoring) -> None:
        """`scoring` is that of the settings that the layer was made with."""
        self._layer = layer
        self._scoring = scoring

    @property
    def name(self) -> str:
        """See `Layer.name`."""
        return self._layer.name

    def check(self, brief: Brief, image: Image, *, model: str = "") -> Finding:
        """See `Layer.check`."""
        return replace(self._layer.check(brief, image, model=model), scoring=self._scoring.digest)
