"""The places a picture can show: a name from the vocabulary and the function that draws it."""

from collections.abc import Callable
from types import MappingProxyType

from shadow.emulator.canvas import Canvas
from shadow.emulator.places.built import architecture, city
from shadow.emulator.places.free import abstract, botanical, minimal
from shadow.emulator.places.land import desert, forest, hills, mountains
from shadow.emulator.places.water import sea, underwater
from shadow.emulator.places.wonder import fantasy, space

PLACES: MappingProxyType[str, Callable[[Canvas], None]] = MappingProxyType(
    {
        "mountains": mountains,
        "hills": hills,
        "desert": desert,
        "forest": forest,
        "sea": sea,
        "underwater": underwater,
        "city": city,
        "architecture": architecture,
        "space": space,
        "abstract": abstract,
        "minimal": minimal,
        "botanical": botanical,
        "fantasy": fantasy,
    }
)

__all__ = ["PLACES"]
