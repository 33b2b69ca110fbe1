"""What a layer of the gate must do, and the walk through the layers."""

from collections.abc import Sequence
from typing import Protocol

from shadow.brief import Brief
from shadow.finding import Finding
from shadow.pair import Image


class Layer(Protocol):
    """One layer of the gate. The cheapest comes first; the walk stops at the first hard failure."""

    @property
    def name(self) -> str:
        """The layer's name, as in `LAYERS` and in the `[gate.NAME]` block of config.toml."""
        ...

    def check(self, brief: Brief, image: Image, *, model: str = "") -> Finding:
        """What this layer finds about this picture as an answer to this brief, by `model` where that is known.

        Never raises for what a picture may be; raises `Unavailable` where a provider could not be asked now.
        """
        ...


def next_layer(layers: Sequence[Layer], findings: Sequence[Finding]) -> Layer | None:
    """The layer that has yet to look at an outcome with these findings; None where the walk has ended."""
    if findings and findings[-1].hard_failure is not None:
        return None
    done = {finding.layer for finding in findings}
    return next((layer for layer in layers if layer.name not in done), None)
