"""The first layer: can the picture be decoded, is there anything on it, has it the shape that was asked for?"""

from shadow.gates.properties.layer import PropertiesLayer, examined
from shadow.gates.properties.shapes import asked_area, asked_ratio

__all__ = ["PropertiesLayer", "asked_area", "asked_ratio", "examined"]
