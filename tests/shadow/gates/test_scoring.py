"""Every finding says which settings it was made under."""

from collections.abc import Callable

from PIL import Image as Pillow

from shadow.gates.properties import PropertiesLayer
from shadow.gates.scoring import Stamped, scoring_of, scorings_of
from shadow.pair import Image
from shadow.settings import GateSettings, JudgeSettings, PropertiesSettings, SimilaritySettings


def test_a_change_of_a_layer_renames_its_scoring_alone() -> None:
    """Another rubric is another scoring of the judge; the other layers keep theirs."""
    before = {item.layer: item for item in scorings_of(GateSettings())}
    after = {item.layer: item for item in scorings_of(GateSettings(judge=JudgeSettings(rubric="Be severe.")))}
    assert [layer for layer in before if before[layer] != after[layer]] == ["judge"]
    assert "Be severe." in after["judge"].settings


def test_two_layers_never_share_a_name() -> None:
    """Layers whose settings are equal are still told apart."""
    assert scoring_of("one", GateSettings()).digest != scoring_of("other", GateSettings()).digest


def test_the_floor_is_part_of_it() -> None:
    """A floor decides what stops a walk, so scores made above another floor are others."""
    lower = GateSettings(similarity=SimilaritySettings(floor=-0.5))
    assert scoring_of("similarity", lower) != scoring_of("similarity", GateSettings())


def test_a_finding_is_stamped(ask: Callable, saved: Callable, scene: Pillow.Image) -> None:
    """What the layer finds is unchanged but for the name of its settings."""
    layer = PropertiesLayer(PropertiesSettings())
    scoring = scoring_of("properties", GateSettings())
    image = Image.of(saved(scene, "PNG"))
    found = Stamped(layer, scoring).check(ask(), image)
    assert found.scoring == scoring.digest
    assert found.features == layer.check(ask(), image).features
