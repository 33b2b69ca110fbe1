"""Saying a thing once: what fails at every live call must not flood the host's log. The counts say how often."""

import logging

log = logging.getLogger("shadow")

MOST = 100
"""Different things that are said at most; beyond that the log has other worries."""


class Once:
    """Logs each thing once in the life of its owner."""

    def __init__(self) -> None:
        """Nothing said yet."""
        self._said: set[str] = set()

    def error(self, what: str, error: BaseException) -> None:
        """An error with its traceback, once for each `what` and kind of error."""
        if self._new(f"{what}: {type(error).__name__}"):
            log.error("%s (said once)", what, exc_info=error)

    def warning(self, what: str) -> None:
        """A warning in words."""
        if self._new(what):
            log.warning("%s (said once)", what)

    def _new(self, what: str) -> bool:
        if what in self._said or len(self._said) >= MOST:
            return False
        self._said.add(what)
        return True
