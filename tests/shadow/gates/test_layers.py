"""The list of layers, and the guide that describes them."""

from collections.abc import Callable

import pytest
from PIL import Image as Pillow

from shadow.gates import LAYERS
from shadow.gates.gate import next_layer
from shadow.gates.properties.examination import ALWAYS, WHERE_ASKED
from shadow.pair import Image
from shadow.providers.replay import ReplayProvider
from shadow.settings import GateSettings, SimilaritySettings

HARD_FAILURES = (
    "empty",
    "unknown format",
    "unsupported format",
    "too many bytes",
    "too many pixels",
    "too complex",
    "too slow",
    "animated",
    "undecodable",
    "flat",
    "near flat",
    "wrong ratio",
    "wrong size",
    "letterboxed",
    "crop loses subject",
    "too small for target",
    "below floor",
)
MISSING = (
    "out of memory",
    "no answer",
    "no words",
    "bad vector",
    "blocked",
    "truncated",
    "empty",
    "bad json",
    "missing keys",
    "out of range",
)


def test_names_and_default_order() -> None:
    """The list holds the default layers in their default order, each under its own name."""
    layers = {name: make(GateSettings(), ReplayProvider({})) for name, make in LAYERS.items()}
    assert tuple(layers) == GateSettings().layers
    assert all(layer.name == name for name, layer in layers.items())


def test_every_layer_has_its_block_of_settings() -> None:
    """[gate.NAME] exists for every layer."""
    assert set(LAYERS) <= set(GateSettings.model_fields)


def walk(image: Image, ask: Callable, **similarity: float) -> list[tuple[str, str | None]]:
    """The layers that look at a picture, with the hard failure each finds."""
    settings = GateSettings(similarity=SimilaritySettings(**similarity))
    layers = [make(settings, ReplayProvider({})) for make in LAYERS.values()]
    findings = []
    while (layer := next_layer(layers, findings)) is not None:
        findings.append(layer.check(ask(), image))
    return [(finding.layer, finding.hard_failure) for finding in findings]


def test_a_good_picture_walks_through_all_layers(ask: Callable, saved: Callable, scene: Pillow.Image) -> None:
    """Properties, similarity and judge each file one finding."""
    found = walk(Image.of(saved(scene, "JPEG")), ask, floor=-1.0)
    assert found == [("properties", None), ("similarity", None), ("judge", None)]


def test_a_hard_failure_stops_the_walk(ask: Callable, saved: Callable, scene: Pillow.Image) -> None:
    """Nothing is paid for a picture that cannot be used."""
    assert walk(Image.of(b""), ask) == [("properties", "empty")]
    assert walk(Image.of(saved(scene, "JPEG")), ask, floor=1.0) == [("properties", None), ("similarity", "below floor")]


@pytest.mark.parametrize("word", sorted({*LAYERS, *HARD_FAILURES, *MISSING, *ALWAYS, *WHERE_ASKED}))
def test_the_guide_names_everything(word: str, guide: str) -> None:
    """docs/gate.md describes every layer, label and feature."""
    assert f"`{word}`" in guide
