"""The verdict's mathematics: functions on arrays; knows nothing of the harness. `Study` is its door for a notebook."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.notebook import Study

__all__ = ["Study"]


def __getattr__(name: str) -> Any:
    """`Study`, imported when it is asked for: the verbs import rooms of this package and must stay quick."""
    if name == "Study":
        from analysis.notebook import Study

        return Study
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
