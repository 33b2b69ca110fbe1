"""A client that looks like `genai.Client` and hands over what it saw.

The caller gets what the bare client gives: the same response object, the same exception, at the same moment. Whatever
goes wrong on our side costs a counter or a log line, never the call.
"""

from shadow.wrapper.client import WrappedClient, wrapped
from shadow.wrapper.labels import labels
from shadow.wrapper.live import LivePath

__all__ = ["LivePath", "WrappedClient", "labels", "wrapped"]
