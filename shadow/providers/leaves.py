"""A request as it was when it was made: its immutable leaves by reference, so that nothing done later can change it.

google-genai takes strings, bytes, lists, dicts, pydantic objects and PIL pictures, most of them mutable. Collecting
costs a few microseconds: containers are rebuilt around the same strings and bytes. Only a leaf that is itself mutable
is copied, and counted.
"""

from enum import Enum
from typing import Any, NamedTuple

NONE_LEFT_OUT: frozenset[str] = frozenset()


class Kept(NamedTuple):
    """A pydantic object as it was: its class and the fields that had been set."""

    kind: Any
    fields: dict[str, Any]


class MutableLeafError(Exception):
    """There is a leaf that only its owner's thread may touch."""


class Leaves:
    """Collects values; knows how many bytes they hold and how many mutable leaves had to be copied."""

    __slots__ = ("_owner", "copied", "size")

    def __init__(self, *, owner: bool = True) -> None:
        """Nothing collected yet. `owner` says whether this is the thread that the values belong to.

        A PIL picture that is being sent may be loading its pixels from its file: two threads at that break both.
        """
        self._owner = owner
        self.size = 0
        self.copied = 0

    def keep(self, value: Any, without: frozenset[str] = NONE_LEFT_OUT) -> Any:
        """The value, out of the reach of whoever holds the original. `restored` gives the like of it back.

        `without` names fields of the value itself that are left out. One function on purpose, the usual cases first.
        Raises `MutableLeafError` for a thread that does not own the values.
        """
        kind = type(value)
        if kind is str or kind is bytes:
            self.size += len(value)
            return value
        if value is None or kind is int or kind is float or kind is bool:
            return value
        if kind is list or kind is tuple:
            return tuple([self.keep(item) for item in value])
        if kind is dict:
            return {name: self.keep(item) for name, item in value.items() if name not in without}
        names = getattr(value, "__pydantic_fields_set__", None)
        if names is None or isinstance(value, type):
            return self._keep_other(value)
        held = value.__dict__
        return Kept(kind, {name: self.keep(held[name]) for name in names if name not in without})

    def _keep_other(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value
        if isinstance(value, (list, tuple)):
            return tuple([self.keep(item) for item in value])
        if isinstance(value, dict):
            return {name: self.keep(item) for name, item in value.items()}
        if isinstance(value, (bytearray, memoryview)):
            return self._copied(bytes(value), len(value))
        if hasattr(value, "tobytes") and hasattr(value, "save"):  # a PIL picture
            if not self._owner:
                raise MutableLeafError
            picture = value.copy()
            return self._copied(picture, picture.width * picture.height * len(picture.getbands()))
        return value  # a function, a class, an open file: whoever reads the request refuses it by name

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
