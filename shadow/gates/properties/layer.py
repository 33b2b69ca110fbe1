"""The layer itself: hands the picture to a darkroom and brings back the finding."""

from shadow.brief import Brief
from shadow.finding import Finding
from shadow.gates.darkroom import Darkrooms, Ended, darkrooms
from shadow.gates.decoding import refusal
from shadow.gates.properties.examination import NAME
from shadow.pair import Image
from shadow.settings import PropertiesSettings


class PropertiesLayer:
    """Decodes the picture whole, measures it, holds its shape against the brief. Asks nobody, costs no call.

    Its finding has no score: features are described and never gate. The work is done in a process apart, within bounds
    of bytes, pixels, memory and processor time, so that no picture can hang or end the worker.
    """

    name = NAME

    def __init__(self, settings: PropertiesSettings, rooms: Darkrooms | None = None) -> None:
        """`settings` are the bounds and the tolerances; without `rooms` those of this process are used."""
        self._settings = settings
        self._rooms = rooms or darkrooms()

    def check(self, brief: Brief, image: Image, *, model: str = "") -> Finding:
        """Features, or a hard failure. Never raises, whatever the bytes are.

        `model` is the id of the model that answered, where it is known: its nominal sizes are then the ones that count.
        Hard failures are the labels of `decode`, "too slow" and those of `examine`. Missing: "out of memory", when this
        machine could not hold the picture, and "no answer", when it could not look at it.
        """
        asked = {"ratio": brief.aspect_ratio, "size": brief.image_size, "model": model}
        limits = self._settings.model_dump(mode="json")
        found = self._rooms.develop("examine", image.data, limits=limits, asked=asked)
        if isinstance(found, Ended):
            refused = refusal(found)
            if refused is None:
                return Finding(layer=NAME, missing="no answer", reason=found.reason)
            return Finding(layer=NAME, hard_failure=refused.label, reason=refused.reason)
        if "missing" in found.words:
            return Finding(layer=NAME, missing=found.words["missing"], reason="The picture did not fit into memory.")
        return Finding.from_record(found.words["finding"])


def examined(
    data: bytes, brief: Brief | None = None, *, settings: PropertiesSettings | None = None, model: str = ""
) -> Finding:
    """What this layer finds about the bytes of one file: `PropertiesLayer.check` for who has no config and no key."""
    layer = PropertiesLayer(settings or PropertiesSettings())
    return layer.check(brief or Brief(parts=()), Image.of(data), model=model)
