"""The gate. A layer is one file here, one line in `LAYERS` and one block `[gate.NAME]` in config.toml."""

from collections.abc import Mapping
from typing import Protocol

from shadow.gates.gate import Layer
from shadow.gates.judge import JudgeLayer
from shadow.gates.properties import PropertiesLayer
from shadow.gates.similarity import SimilarityLayer
from shadow.pair import ReadsImage
from shadow.providers.provider import Provider
from shadow.settings import GateSettings


def _properties(settings: GateSettings, provider: Provider, read: ReadsImage | None = None) -> Layer:
    del provider, read
    return PropertiesLayer(settings.properties)


def _similarity(settings: GateSettings, provider: Provider, read: ReadsImage | None = None) -> Layer:
    return SimilarityLayer(settings.similarity, provider, read=read, limits=settings.properties)


def _judge(settings: GateSettings, provider: Provider, read: ReadsImage | None = None) -> Layer:
    del read
    return JudgeLayer(settings.judge, provider, limits=settings.properties)


class Maker(Protocol):
    """Makes a layer of its settings, the provider it asks and what finds the reference images of a brief."""

    def __call__(self, settings: GateSettings, provider: Provider, read: ReadsImage | None = None, /) -> Layer:
        """The layer."""
        ...


LAYERS: Mapping[str, Maker] = {
    "properties": _properties,
    "similarity": _similarity,
    "judge": _judge,
}
"""Every layer by name, cheapest first."""
