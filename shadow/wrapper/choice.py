"""Which arm serves a request: the one that issued its conversation, else the one its key is assigned to."""

from collections.abc import Callable, Mapping
from typing import Any

from shadow.assignment import assigned
from shadow.capture import Labels, Route
from shadow.pair import Arm
from shadow.providers.way import Asked, Way
from shadow.telling import Once
from shadow.wrapper.issued import Issued


class Choice:
    """The routes, the percentages and the conversations of one process. No IO; nothing here raises but a bug."""

    def __init__(self, *, routes: Mapping[str, Route], percent: Callable[[str], float], say: Once) -> None:
        """`routes` by incumbent model id; `percent` gives a migration's current percentage without any IO."""
        self._routes = routes
        self._percent = percent
        self._issued = Issued()
        self._say = say
        self.moved: set[str] = set()
        """Migrations whose traffic was at the candidate at some time in the life of this process."""
        self.remember = self._issued.remember
        """The marks of an answer, and the model it came from."""

    def route_of(self, model: Any) -> Route | None:
        """The route of a model, whatever stands before its name."""
        return self._routes.get(model) or self.route_of_path(model)

    def route_of_path(self, model: Any) -> Route | None:
        """ "models/M" and "publishers/google/models/M" name the same model as "M"."""
        if not isinstance(model, str) or "/" not in model:
            return None
        return self._routes.get(model.rpartition("/")[2])

    def moves(self, migration: str) -> bool:
        """Whether traffic of this migration is at the candidate; remembered for the life of the process."""
        try:
            if self._percent(migration) <= 0:
                return False
        except Exception as error:
            self._say.error("the percentage is not known; the incumbent serves", error)
            return False
        self.moved.add(migration)
        return True

    def _percentage(self, migration: str) -> float:
        try:
            return self._percent(migration)
        except Exception as error:
            self._say.error("the percentage is not known; the incumbent serves", error)
            return 0.0

    def arm(self, route: Route, way: Way, asked: Asked, labels: Labels) -> Arm:
        """The arm that serves: the one that issued the conversation, else the one its key is assigned to."""
        if asked.bound or route.serving is None:
            return Arm.INCUMBENT
        if asked.marks:
            issuer = self._issued.by(asked.marks)
            if issuer is not None and issuer in (route.incumbent, route.candidate):
                return Arm.CANDIDATE if issuer == route.candidate else Arm.INCUMBENT
        percent = self._percentage(route.serving)
        if percent <= 0 or percent >= 100:
            return assigned("", route.serving, percent)  # hashes nothing
        if asked.opening is None and not labels.key:
            return Arm.INCUMBENT  # it goes on from something this process has not seen
        try:
            return assigned(labels.key or way.words(asked.opening), route.serving, percent)
        except Exception as error:
            self._say.error("assignment failed; the incumbent serves", error)
            return Arm.INCUMBENT
