"""What the caller says of a brief beside the brief."""

import contextlib
import contextvars
from collections.abc import Iterator, Mapping

from shadow.capture import Labels

NO_LABELS = Labels()
LABELS: contextvars.ContextVar[Labels] = contextvars.ContextVar("shadow_labels", default=NO_LABELS)
"""The labels in force."""


@contextlib.contextmanager
def labels(
    *, key: str = "", segment: str = "", cluster: str = "", tags: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Say of the briefs sent inside the block whose they are and how to group them.

    `key` is sticky: the same key is served by the same arm. `segment` is the brief's category, `cluster` a coarser
    grouping (campaign, session), `tags` are free. Works in threads and asyncio alike (`contextvars`); a stream takes
    the labels of the place where it was asked for, not of where it is read.
    """
    token = LABELS.set(Labels(key=str(key), segment=segment, cluster=cluster, tags=dict(tags or {})))
    try:
        yield
    finally:
        LABELS.reset(token)
