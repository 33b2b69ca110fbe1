"""Which arm serves a live call."""

from collections.abc import Callable

from shadow.assignment import assigned
from shadow.capture import Labels, Route
from shadow.pair import Arm
from shadow.providers.way import Asked, Way
from shadow.telling import Once
from shadow.wrapper.issued import Issued


class Serving:
    """The percentages in force and whose turns a conversation carries. None of its methods raises."""

    def __init__(self, percent: Callable[[str], float]) -> None:
        """`percent` gives a migration's current percentage without any IO."""
        self._percent = percent
        self._say = Once()
        self.issued = Issued()
        """Which model issued a turn."""
        self.moved: set[str] = set()
        """Migrations whose traffic has been at the candidate in the life of this process."""

    def moves(self, migration: str) -> bool:
        """Whether traffic of this migration is at the candidate, or ever was."""
        if migration not in self.moved and self.percentage(migration) <= 0:
            return False
        self.moved.add(migration)
        return True

    def percentage(self, migration: str) -> float:
        """The candidate's share of this migration's traffic, 0 to 100."""
        try:
            return self._percent(migration)
        except Exception as error:
            self._say.error("the percentage is not known; the incumbent serves", error)
            return 0.0

    def arm(self, route: Route, way: Way, asked: Asked, labels: Labels) -> Arm:
        """The arm that serves: the one that issued the conversation, else the one its key is assigned to."""
        if asked.bound or route.serving is None or route.candidate is None:
            return Arm.INCUMBENT
        if asked.marks:
            issuer = self.issued.by(asked.marks)
            if issuer is not None and issuer in (route.incumbent, route.candidate):
                return Arm.CANDIDATE if issuer == route.candidate else Arm.INCUMBENT
        percent = self.percentage(route.serving)
        if percent <= 0 or percent >= 100:
            return assigned("", route.serving, percent)  # hashes nothing
        if asked.opening is None and not labels.key:
            return Arm.INCUMBENT  # it goes on from something this process has not seen
        try:
            return assigned(labels.key or way.words(asked.opening), route.serving, percent)
        except Exception as error:
            self._say.error("assignment failed; the incumbent serves", error)
            return Arm.INCUMBENT
