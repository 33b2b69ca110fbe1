"""Shadow: compare a live image model with its successor on real briefs, and cut over on evidence.

import shadow
client = shadow.wrap(genai.Client())
with shadow.labels(key="user-42", segment="landscape"):
    client.models.generate_content(model=..., contents=...)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shadow.harness import wrap
    from shadow.wrapper import labels

__all__ = ["labels", "wrap"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Importing `shadow` must cost a live process next to nothing; the rooms are loaded at their first use.
    if name == "wrap":
        from shadow.harness import wrap

        return wrap
    if name == "labels":
        from shadow.wrapper import labels

        return labels
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
