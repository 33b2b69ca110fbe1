"""A request as it was when it was made: its immutable leaves by reference, so that nothing done later can change it.

google-genai takes strings, bytes, lists, dicts, pydantic objects and PIL pictures, most of them mutable. Collecting
costs a few microseconds: containers are rebuilt around the same strings and bytes. Only a leaf that is itself mutable
is copied, and counted.
"""

from enum import Enum
from typing import Any, NamedTuple

PLAIN = frozenset({int, float, bool, type(None)})
MEMORY_OF_OBJECT = 64
"""Bytes that a kept container or number is taken to need beside its leaves; a rough figure for the bound in bytes."""


class Kept(NamedTuple):
    """A pydantic object as it was: its class and the fields that had been set."""

    kind: Any
    fields: dict[str, Any]


class Leaves:
    """Collects values; knows how many bytes they hold and how many mutable leaves had to be copied."""

    __slots__ = ("copied", "size")

    def __init__(self) -> None:
        """Nothing collected yet."""
        self.size = 0
        self.copied = 0

    def keep(self, value: Any, *, without: frozenset[str] = frozenset()) -> Any:
        """The value, out of the reach of whoever holds the original. `restored` gives the like of it back.

        `without` names fields of the value itself that are left out.
        """
        kind = type(value)
        if kind is str or kind is bytes:
            self.size += len(value)
            return value
        if kind in PLAIN:
            return value
        self.size += MEMORY_OF_OBJECT
        if isinstance(value, list | tuple):
            return tuple([self.keep(item) for item in value])
        if isinstance(value, dict):
            return {name: self.keep(item) for name, item in value.items() if name not in without}
        return self._keep_object(value, without)

    def _keep_object(self, value: Any, without: frozenset[str]) -> Any:
        if isinstance(value, type | Enum):
            return value
        names = getattr(value, "__pydantic_fields_set__", None)
        if names is not None:
            held = value.__dict__
            kept = {name: self.keep(held[name]) for name in names - without if held.get(name) is not None}
            return Kept(type(value), kept)
        if isinstance(value, bytearray | memoryview):
            return self._copied(bytes(value), len(value))
        if hasattr(value, "tobytes") and hasattr(value, "save"):  # a PIL picture; its pixels are loaded by this
            picture = value.copy()
            return self._copied(picture, picture.width * picture.height * len(picture.getbands()))
        return value  # a function, an open file: whoever reads the request refuses it

    def _copied(self, copy: Any, size: int) -> Any:
        self.copied += 1
        self.size += size
        return copy


def restored(kept: Any) -> Any:
    """What was kept, as something that reads like the original: lists again, pydantic objects made anew."""
    match kept:
        case Kept():
            fields = {name: restored(item) for name, item in kept.fields.items()}
            return kept.kind.model_construct(set(fields), **fields)
        case tuple():
            return [restored(item) for item in kept]
        case dict():
            return {name: restored(item) for name, item in kept.items()}
        case _:
            return kept
