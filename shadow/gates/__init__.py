"""The gate. A layer is one file here, one line in `LAYERS` and one block `[gate.NAME]` in config.toml."""

from collections.abc import Callable, Mapping

from shadow.gates.gate import Layer
from shadow.gates.judge import JudgeLayer
from shadow.gates.properties import PropertiesLayer
from shadow.gates.similarity import SimilarityLayer
from shadow.providers.provider import Provider
from shadow.settings import GateSettings


def _properties(settings: GateSettings, provider: Provider) -> Layer:
    del provider
    return PropertiesLayer(settings.properties)


def _similarity(settings: GateSettings, provider: Provider) -> Layer:
    return SimilarityLayer(settings.similarity, provider, limits=settings.properties)


def _judge(settings: GateSettings, provider: Provider) -> Layer:
    return JudgeLayer(settings.judge, provider, limits=settings.properties)


LAYERS: Mapping[str, Callable[[GateSettings, Provider], Layer]] = {
    "properties": _properties,
    "similarity": _similarity,
    "judge": _judge,
}
"""Every layer by name, cheapest first."""
