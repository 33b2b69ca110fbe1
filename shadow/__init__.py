"""Shadow: compare a live image model with its successor on real briefs, and cut over on evidence.

import shadow
client = shadow.wrap(genai.Client())
with shadow.labels(key="user-42", segment="landscape"):
    client.models.generate_content(model=..., contents=...)
"""

TYPE_CHECKING = False  # not from typing: importing that would double the cost of importing this
if TYPE_CHECKING:
    from shadow.live import wrap
    from shadow.wrapper import labels

__all__ = ["labels", "wrap"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # Importing `shadow` must cost a live process next to nothing; the rooms are loaded at their first use.
    if name == "wrap":
        from shadow.live import wrap

        return wrap
    if name == "labels":
        from shadow.wrapper import labels

        return labels
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
